"""One or several units of the organisation."""

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
    several,
)
from huiyin.procedure.field_types.unit import wrong_unit
from huiyin.rules.book.schema import FieldRule


class UnitsType(FieldType[tuple[UUID, ...]], name="units"):
    """Sent as their ids or codes."""

    unreadable = gettext_noop("有的单位不存在，请重新选择")
    control = "checks"
    many = True
    names = "unit"
    carries_over = True

    def read(self, given: object, reader: Reader) -> tuple[UUID, ...] | UnreadableEntry:
        items = several(given)
        found = tuple(unit for item in items if (unit := reader.unit(item)))
        return found if len(found) == len(items) else UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[tuple[UUID, ...]]:
        return isinstance(value, tuple) and all(isinstance(item, UUID) for item in value)

    def check(self, rule: FieldRule, value: tuple[UUID, ...], around: Around) -> Iterator[Wrong]:
        for unit in value:
            yield from wrong_unit(UnitId(unit), around)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.units(rule)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", **enumerated(asked.options)}, "uniqueItems": True}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.units()
