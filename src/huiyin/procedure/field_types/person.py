"""A person who works here."""

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
    one_or_list,
)
from huiyin.procedure.refusal import ProblemCode
from huiyin.rules.book.schema import FieldRule


class PersonType(FieldType[UUID], name="person"):
    """Sent as the account's id or user name."""

    unreadable = gettext_noop("没有此人，请重新选择")
    control = "radios"
    names = "person"
    carries_over = True

    def read(self, given: object, reader: Reader) -> UUID | UnreadableEntry:
        return reader.person(given) or UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[UUID]:
        return isinstance(value, UUID)

    def check(self, rule: FieldRule, value: UUID, around: Around) -> Iterator[Wrong]:
        yield from wrong_person(PersonId(value), around)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.people(rule)

    def drawn_by(self, options: int) -> str:
        return one_or_list(options)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", **enumerated(asked.options)}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.person()


def wrong_person(person: PersonId, around: Around) -> Iterator[Wrong]:
    """What is wrong with naming ``person``: the directory does not know them, or the case is about them."""
    if person not in around.people:
        yield ProblemCode.NOT_IN_DIRECTORY, {}
    elif person in around.accused_people or around.people[person] & around.accused_units:
        yield ProblemCode.ACCUSED, {}
