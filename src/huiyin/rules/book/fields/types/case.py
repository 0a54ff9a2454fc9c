"""Another case."""

from __future__ import annotations

from typing import Any, TypeGuard
from uuid import UUID

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    AskedOf,
    Entry,
    FieldType,
    Filler,
    Offers,
    Option,
    Reader,
    UnreadableEntry,
    enumerated,
    gettext_noop,
    one_or_list,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import Value


class CaseType(FieldType[UUID], name="case"):
    """Sent as its id or number."""

    unreadable = gettext_noop("没有此编号的事项，请核对编号")
    control = "case"
    names = "case"
    carries_over = True

    def read_value(self, given: object, reader: Reader) -> UUID | UnreadableEntry:
        return reader.case(given) or UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[UUID]:
        return isinstance(value, UUID)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.cases(rule)

    def drawn_by(self, options: int) -> str:
        return one_or_list(options) if options else self.control

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", **enumerated(asked.options)}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.case()
