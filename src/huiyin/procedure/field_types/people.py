"""Several people who work here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard
from uuid import UUID

from huiyin.procedure.command import PersonId, Value
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
from huiyin.procedure.field_types.person import wrong_person
from huiyin.rules.book.schema import FieldRule


class PeopleType(FieldType[tuple[UUID, ...]], name="people"):
    """Sent as the accounts' ids or user names."""

    unreadable = gettext_noop("有的人员不存在，请重新选择")
    control = "checks"
    many = True
    names = "person"
    carries_over = True

    def read(self, given: object, reader: Reader) -> tuple[UUID, ...] | UnreadableEntry:
        items = several(given)
        found = tuple(person for item in items if (person := reader.person(item)))
        return found if len(found) == len(items) else UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[tuple[UUID, ...]]:
        return isinstance(value, tuple) and all(isinstance(item, UUID) for item in value)

    def check(self, rule: FieldRule, value: tuple[UUID, ...], around: Around) -> Iterator[Wrong]:
        for person in value:
            yield from wrong_person(PersonId(person), around)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.people(rule)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", **enumerated(asked.options)}, "uniqueItems": True}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.people()
