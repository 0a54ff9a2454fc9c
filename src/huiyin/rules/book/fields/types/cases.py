"""Several other cases."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from huiyin.rules.book.fields.base import (
    Entry,
    Filler,
    NamesSeveral,
    Offers,
    Option,
    Reader,
    gettext_noop,
)
from huiyin.rules.book.fields.rule import FieldRule


class CasesType(NamesSeveral, name="cases"):
    """Sent as their ids or numbers."""

    unreadable = gettext_noop("有的编号没有对应的事项，请核对编号")
    control = "drawn"
    names: ClassVar[Literal["", "unit", "person", "case"]] = "case"

    def find(self, given: object, reader: Reader) -> UUID | None:
        return reader.case(given)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.cases(rule)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.cases()
