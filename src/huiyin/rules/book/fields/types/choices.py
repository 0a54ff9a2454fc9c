"""One or several of the choices that the rulebook lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard

from huiyin.rules.book.fields.base import (
    Around,
    AskedOf,
    Entry,
    FieldType,
    Filler,
    Offers,
    Option,
    Reader,
    Wrong,
    several,
    several_of,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import ProblemCode, Value


class ChoicesType(FieldType[tuple[str, ...]], name="choices"):
    """The keys of entries of ``of``."""

    control = "checks"
    many = True
    carries_over = True

    def read_value(self, given: object, reader: Reader) -> tuple[str, ...]:
        return tuple(map(str, several(given)))

    def accepts(self, value: Value) -> TypeGuard[tuple[str, ...]]:
        return isinstance(value, tuple)

    def check(self, rule: FieldRule, value: tuple[str, ...], around: Around) -> Iterator[Wrong]:
        if not all(item in rule.of for item in value):
            yield ProblemCode.NOT_OFFERED, {}

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.options_of(rule.of)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return several_of(asked.options)

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.choices()
