"""One of the choices that the rulebook lists."""

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
    enumerated,
    one_or_list,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import ProblemCode, Value


class ChoiceType(FieldType[str], name="choice"):
    """The key of one entry of ``of``."""

    control = "radios"
    carries_over = True

    def read_value(self, given: object, reader: Reader) -> str:
        return str(given)

    def accepts(self, value: Value) -> TypeGuard[str]:
        return isinstance(value, str)

    def check(self, rule: FieldRule, value: str, around: Around) -> Iterator[Wrong]:
        if value not in rule.of:
            yield ProblemCode.NOT_OFFERED, {}

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        return offers.options_of(rule.of)

    def drawn_by(self, options: int) -> str:
        return one_or_list(options)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", **enumerated(asked.options)}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.choice()
