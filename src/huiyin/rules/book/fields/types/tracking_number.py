"""The number of something posted, sealed like a line."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from huiyin.rules.book.fields.base import (
    UNREADABLE,
    AskedOf,
    Entry,
    Filler,
    Reader,
    UnreadableEntry,
    gettext_noop,
)
from huiyin.rules.book.fields.types.text import TextType
from huiyin.rules.book.fields.values import TextRef

SHORTEST: Final = 8
"""The numbers of express mail have 13 signs (UPU S10), those of some carriers fewer; none that anybody can follow has under eight."""
LONGEST: Final = 40
MAX_WRITTEN_CHARS: Final = 3 * LONGEST
"""With a sign or two between any two of its own."""
_NUMBER: Final = re.compile(rf"[0-9A-Z]{{{SHORTEST},{LONGEST}}}")
_BETWEEN: Final = re.compile(r"[\s\-\u2010-\u2015]")


class TrackingNumberType(TextType, name="tracking_number"):
    """By which the post can be asked where it is: letters and digits; spaces and dashes between them are dropped."""

    limit = LONGEST
    unreadable = gettext_noop("请填写邮件号码：至少 8 位字母或者数字")
    control = "line"

    def read_value(self, given: object, reader: Reader) -> TextRef | UnreadableEntry | None:
        number = number_of(given) if isinstance(given, str) else None
        return reader.text(number) if number is not None else UNREADABLE

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^[0-9A-Za-z]{{{SHORTEST},{LONGEST}}}$"}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.tracking_number()


def number_of(written: str) -> str | None:
    """What was written without what stands between its signs; None when it is no number of the post."""
    if len(written) > MAX_WRITTEN_CHARS:
        return None
    bare = _BETWEEN.sub("", unicodedata.normalize("NFKC", written)).upper()
    return bare if _NUMBER.fullmatch(bare) else None
