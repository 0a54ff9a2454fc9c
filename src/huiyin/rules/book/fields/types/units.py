"""One or several units of the organisation."""

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
from huiyin.rules.book.fields.types.unit import NamesUnits, wrong_unit
from huiyin.rules.book.fields.values import UnitId


class UnitsType(NamesUnits, NamesSeveral, name="units"):
    """Sent as their ids, codes or names."""

    unreadable = gettext_noop(
        "有的单位不存在，或者有同名的单位：请从所列单位中选择；没有列出的，请写明单位的全称或者代码"
    )

    def check(self, rule: FieldRule, value: tuple[UUID, ...], around: Around) -> Iterator[Wrong]:
        for unit in value:
            yield from wrong_unit(rule, UnitId(unit), around)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.units()
