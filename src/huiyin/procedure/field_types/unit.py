"""A unit of the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard
from uuid import UUID

from huiyin.procedure.command import UnitId, Value
from huiyin.procedure.field_types.base import (
    UNREADABLE,
    Around,
    AskedOf,
    Entry,
    FieldType,
    Filler,
    Offers,
    Option,
    Reader,
    UnreadableEntry,
    Wrong,
    enumerated,
    gettext_noop,
    one_or_list,
)
from huiyin.procedure.refusal import ProblemCode
from huiyin.rules.book.schema import FieldRule


class UnitType(FieldType[UUID], name="unit"):
    """Sent as its id or code."""

    unreadable = gettext_noop("没有这个单位，请重新选择")
    control = "radios"
    names = "unit"
    carries_over = True

    def read(self, given: object, reader: Reader) -> UUID | UnreadableEntry:
        return reader.unit(given) or UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[UUID]:
        return isinstance(value, UUID)

    def check(self, rule: FieldRule, value: UUID, around: Around) -> Iterator[Wrong]:
        yield from wrong_unit(UnitId(value), around)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.units(rule)

    def drawn_by(self, options: int) -> str:
        return one_or_list(options)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", **enumerated(asked.options)}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.unit()


def wrong_unit(unit: UnitId, around: Around) -> Iterator[Wrong]:
    """What is wrong with naming ``unit``: the directory does not know it, or the case is about it."""
    if unit not in around.units:
        yield ProblemCode.NOT_IN_DIRECTORY, {}
    elif unit in around.accused_units:
        yield ProblemCode.ACCUSED, {}
