"""Several people who work here."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from huiyin.rules.book.fields.base import (
    Around,
    Entry,
    Filler,
    NamesSeveral,
    Wrong,
    gettext_noop,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.types.person import NamesPeople, wrong_person
from huiyin.rules.book.fields.values import PersonId


class PeopleType(NamesPeople, NamesSeveral, name="people"):
    """Sent as the accounts' ids, user names or names."""

    unreadable = gettext_noop(
        "有的人员不存在，或者有同名的人：请从所列人员中选择；没有列出的，请写明姓名和所在单位，如“张三（办公室）”"
    )

    def check(self, rule: FieldRule, value: tuple[UUID, ...], around: Around) -> Iterator[Wrong]:
        for person in value:
            yield from wrong_person(PersonId(person), around)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.people()
