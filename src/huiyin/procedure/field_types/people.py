"""Several people who work here."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from huiyin.procedure.command import PersonId
from huiyin.procedure.field_types.base import (
    Around,
    Entry,
    Filler,
    NamesSeveral,
    Offers,
    Option,
    Reader,
    Wrong,
    gettext_noop,
)
from huiyin.procedure.field_types.person import wrong_person
from huiyin.rules.book.schema import FieldRule


class PeopleType(NamesSeveral, name="people"):
    """Sent as the accounts' ids or user names."""

    unreadable = gettext_noop("有的人员不存在，请重新选择")
    names = "person"

    def find(self, given: object, reader: Reader) -> UUID | None:
        return reader.person(given)

    def check(self, rule: FieldRule, value: tuple[UUID, ...], around: Around) -> Iterator[Wrong]:
        for person in value:
            yield from wrong_person(PersonId(person), around)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.people(rule)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.people()
