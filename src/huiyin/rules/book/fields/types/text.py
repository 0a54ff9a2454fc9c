"""A text of several lines, sealed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, TypeGuard

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
from huiyin.rules.book.fields.values import ProblemCode, TextRef, Value


class TextType(FieldType[str | TextRef], name="text"):
    """Some pages at most; ``limit`` is in characters, where the rulebook says nothing."""

    limit: ClassVar[int] = 20_000
    unreadable = gettext_noop("请填写文字")
    control = "text"
    sealed = True

    def read_value(self, given: object, reader: Reader) -> TextRef | UnreadableEntry | None:
        if not isinstance(given, str):
            return UNREADABLE
        return reader.text(given.replace("\r\n", "\n").strip())

    def accepts(self, value: Value) -> TypeGuard[str | TextRef]:
        return isinstance(value, str | TextRef)

    def check(self, rule: FieldRule, value: str | TextRef, around: Around) -> Iterator[Wrong]:
        length = value.length if isinstance(value, TextRef) else len(value)
        most = rule.max or self.limit
        if length > most:
            yield ProblemCode.TOO_LONG, {"max": most}

    def bounds(self, rule: FieldRule, today: date) -> Bounds:
        return None, rule.max or self.limit

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", "maxLength": asked.most}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.text()
