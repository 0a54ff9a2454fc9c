"""A unit of the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal
from uuid import UUID

from huiyin.rules.book.fields.base import (
    Around,
    Entry,
    Filler,
    NamesOne,
    Offers,
    Option,
    Reader,
    Wrong,
    gettext_noop,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import ProblemCode, UnitId


class NamesUnits:
    """What the types have in common that name one or several of these."""

    names: ClassVar[Literal["", "unit", "person", "case"]] = "unit"

    def find(self, given: object, reader: Reader) -> UUID | None:
        return reader.unit(given)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.units(rule)


class UnitType(NamesUnits, NamesOne, name="unit"):
    """Sent as its id, code or name."""

    unreadable = gettext_noop(
        "没有这个单位，或者不止一个单位叫这个名称：请从所列单位中选择；没有列出的，请写明单位的全称或者代码"
    )

    def check(self, rule: FieldRule, value: UUID, around: Around) -> Iterator[Wrong]:
        yield from wrong_unit(rule, UnitId(value), around)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.unit()


def wrong_unit(rule: FieldRule, unit: UnitId, around: Around) -> Iterator[Wrong]:
    """What is wrong with naming ``unit``: the directory does not know it, the case is about it, or nobody there would do the work."""
    if unit not in around.units:
        yield ProblemCode.NOT_IN_DIRECTORY, {}
    elif unit in around.accused_units:
        yield ProblemCode.ACCUSED, {}
    elif rule.not_own and unit in around.own:
        yield ProblemCode.OWN_UNIT, {}
    elif rule.holds and around.held is not None and around.held.get(unit, frozenset()).isdisjoint(rule.holds):
        yield ProblemCode.NOBODY_HOLDS, {"roles": " ".join(rule.holds)}
