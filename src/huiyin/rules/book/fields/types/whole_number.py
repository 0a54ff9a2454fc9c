"""A whole number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeGuard

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    Around,
    AskedOf,
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

MAX_NUMBER: Final = 10**9
"""Nothing that a form counts is larger, where the rulebook says nothing."""


class WholeNumberType(FieldType[int], name="int"):
    """How many: people, days."""

    unreadable = gettext_noop("请填写整数")
    control = "int"

    def read_value(self, given: object, reader: Reader) -> int | UnreadableEntry:
        if isinstance(given, bool | float):
            return UNREADABLE
        try:
            return int(str(given))
        except ValueError:
            return UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[int]:
        return isinstance(value, int) and not isinstance(value, bool)

    def check(self, rule: FieldRule, value: int, around: Around) -> Iterator[Wrong]:
        most = MAX_NUMBER if rule.max is None else rule.max
        if rule.min is not None and value < rule.min:
            yield ProblemCode.TOO_SMALL, {"min": rule.min}
        elif value > most:
            yield ProblemCode.TOO_LARGE, {"max": most}

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        bounds = {"minimum": asked.least, "maximum": asked.most}
        return {"type": "integer"} | {key: value for key, value in bounds.items() if value is not None}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.number()
