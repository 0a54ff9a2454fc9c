"""Another case."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from huiyin.rules.book.fields.base import (
    Entry,
    Filler,
    NamesOne,
    Offers,
    Option,
    Reader,
    gettext_noop,
)
from huiyin.rules.book.fields.rule import FieldRule


class NamesCases:
    """What the types have in common that name one or several of these."""

    names: ClassVar[Literal["", "unit", "person", "case"]] = "case"

    def find(self, given: object, reader: Reader) -> UUID | None:
        return reader.case(given)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.cases(rule)


class CaseType(NamesCases, NamesOne, name="case"):
    """Sent as its id or number; written down, where it may be any."""

    unreadable = gettext_noop("没有此编号的事项，请核对编号")
    control = "case"

    def drawn_by(self, options: int) -> str:
        return super().drawn_by(options) if options else self.control

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.case()
