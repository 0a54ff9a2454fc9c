"""A person who works here."""

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
from huiyin.rules.book.fields.values import PersonId, ProblemCode, UnitId


class NamesPeople:
    """What the types have in common that name one or several of these."""

    names: ClassVar[Literal["", "unit", "person", "case"]] = "person"

    def find(self, given: object, reader: Reader) -> UUID | None:
        return reader.person(given)

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.people(rule)


class PersonType(NamesPeople, NamesOne, name="person"):
    """Sent as the account's id, user name or name."""

    unreadable = gettext_noop(
        "没有此人，或者有同名的人：请从所列人员中选择；没有列出的，请写明姓名和所在单位，如“张三（办公室）”"
    )

    def check(self, rule: FieldRule, value: UUID, around: Around) -> Iterator[Wrong]:
        yield from wrong_person(PersonId(value), around)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.person()


def wrong_person(person: PersonId, around: Around) -> Iterator[Wrong]:
    """What is wrong with naming ``person``: the directory does not know them, or the case is about them."""
    if person not in around.people:
        yield ProblemCode.NOT_IN_DIRECTORY, {}
    elif person in around.accused_people or _belongs(person, around) & around.accused_units:
        yield ProblemCode.ACCUSED, {}


def _belongs(person: PersonId, around: Around) -> frozenset[UnitId]:
    """The units to which ``person`` belongs or lately belonged."""
    return around.people[person] | around.former.get(person, frozenset())
