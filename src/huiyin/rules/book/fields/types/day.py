"""A date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeGuard

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    Around,
    AskedOf,
    Bounds,
    Entry,
    FieldType,
    Filler,
    Reader,
    UnreadableEntry,
    Wrong,
    gettext_noop,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import ProblemCode, Value
from huiyin.rules.deadlines.day_given import EARLIEST
from huiyin.rules.deadlines.duration import MAX_DAYS

FARTHEST_AHEAD: Final = timedelta(days=MAX_DAYS)


class DayType(FieldType[date], name="date"):
    """When something happened (``past``), or will."""

    unreadable = gettext_noop("请填写日期，如 2026-03-02")
    control = "date"

    def read_value(self, given: object, reader: Reader) -> date | UnreadableEntry:
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            return UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[date]:
        return isinstance(value, date) and not isinstance(value, datetime)

    def check(self, rule: FieldRule, value: date, around: Around) -> Iterator[Wrong]:
        today, latest = around.today, around.today + FARTHEST_AHEAD
        if rule.past and value > today:
            yield ProblemCode.IN_FUTURE, {"today": today.isoformat()}
        elif not rule.past and value < today:
            yield ProblemCode.IN_PAST, {"today": today.isoformat()}
        elif value < EARLIEST:
            yield ProblemCode.LONG_PAST, {"earliest": EARLIEST.isoformat()}
        elif value > latest:
            yield ProblemCode.FAR_OFF, {"latest": latest.isoformat()}

    def bounds(self, rule: FieldRule, today: date) -> Bounds:
        return (None, today.isoformat()) if rule.past else (today.isoformat(), None)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.day()
