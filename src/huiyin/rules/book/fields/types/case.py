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
    Reader,
    UnreadableEntry,
    gettext_noop,
)
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

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string"}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.case()
