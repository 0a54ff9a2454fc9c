"""A statement to be confirmed."""

from __future__ import annotations

from typing import Any, Final, TypeGuard

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    AskedOf,
    Entry,
    FieldType,
    Filler,
    Reader,
    UnreadableEntry,
    gettext_noop,
)
from huiyin.rules.book.fields.values import Value

YES: Final = frozenset({"yes", "true", "on", "1", "是"})
NO: Final = frozenset({"no", "false", "off", "0", "", "否"})


class ConfirmType(FieldType[bool], name="confirm"):
    """Ticked or not; what must be confirmed is missing while it is not."""

    unreadable = gettext_noop("请填“是”或“否”")
    control = "confirm"

    def read_value(self, given: object, reader: Reader) -> bool | UnreadableEntry:
        word = str(given).lower()
        return word in YES if word in YES | NO else UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[bool]:
        return isinstance(value, bool)

    def is_empty(self, value: Value | None) -> bool:
        return super().is_empty(value) or value is False

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "boolean"}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.confirmation()
