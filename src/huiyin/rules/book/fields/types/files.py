"""Files, sealed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeGuard

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    AskedOf,
    Bounds,
    Entry,
    FieldType,
    Filler,
    Reader,
    UnreadableEntry,
    Upload,
    gettext_noop,
    several,
)
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.fields.values import TextRef, Value

MAX_FILES: Final = 10
"""So many at a time, where the rulebook says nothing."""
FILE_SCHEMA: Final = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "content": {"type": "string", "contentEncoding": "base64"}},
    "required": ["name", "content"],
    "additionalProperties": False,
}


class FilesType(FieldType[tuple[TextRef, ...]], name="files"):
    """As an upload brings them, or as JSON does: a list of name and content in base64."""

    unreadable = gettext_noop("附件须写明 name 和 base64 编码的 content")
    control = "files"
    uploads = True
    sealed = True

    def read_value(self, given: object, reader: Reader) -> tuple[TextRef, ...] | UnreadableEntry | None:
        read = [uploaded(item) for item in several(given)]
        files = [file for file in read if file is not None]
        return reader.files(files) if len(files) == len(read) else UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[tuple[TextRef, ...]]:
        return isinstance(value, tuple) and all(isinstance(item, TextRef) for item in value)

    def bounds(self, rule: FieldRule, today: date) -> Bounds:
        return None, rule.max or MAX_FILES

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "array", "items": FILE_SCHEMA, "maxItems": asked.most}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.files()


@dataclass(frozen=True, slots=True)
class _Decoded:
    name: str = field(repr=False)
    content: bytes = field(repr=False)


def uploaded(item: object) -> Upload | None:
    """A file as an upload or JSON brings it; None where it is none."""
    if isinstance(item, Upload):
        return item
    if (
        not isinstance(item, dict)
        or set(item) != {"name", "content"}
        or not all(isinstance(part, str) for part in item.values())
    ):
        return None
    try:
        return _Decoded(item["name"], base64.b64decode(item["content"], validate=True))
    except (binascii.Error, ValueError):
        return None
