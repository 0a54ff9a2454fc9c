"""A time of day, sealed like a line."""

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

_WRITTEN: Final = re.compile(
    r"(?P<half>凌晨|早上|上午|中午|下午|傍晚|晚上|夜里)?(?P<hour>\d{1,2})"
    r"([:.](?P<minute>\d{2})|[点时]((?P<said>\d{1,2})分|(?P<bare>\d{2})|(?P<word>半|整))?)",
    re.ASCII,
)
_LATER: Final = frozenset({"下午", "傍晚", "晚上", "夜里"})
NOON: Final = 12
MAX_WRITTEN_CHARS: Final = 40
MAX_NIGHT_MINUTES: Final = 8 * 60
"""How long something may last that ends on the next day: longer, and one of both times is wrong."""


class TimeType(TextType, name="time"):
    """When on a day, to the minute: 09:30 is kept, whether that, 9:30, 9点半 or 上午９：３０ was written."""

    limit = 5
    unreadable = gettext_noop("请填写 24 小时制的时间，如 09:30；没有 9:99 这样的时间")
    control = "time"

    def read_value(self, given: object, reader: Reader) -> TextRef | UnreadableEntry | None:
        time = time_of(given) if isinstance(given, str) else None
        return reader.text(time) if time is not None else UNREADABLE

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.time()


def ends_next_day(began: str, ended: str) -> bool:
    """Whether what began at one time, 23:00, and ended at another, 00:30, went over midnight; False of what is no such time."""
    if not (began > ended and time_of(began) == began and time_of(ended) == ended):
        return False
    return (_minutes(ended) - _minutes(began)) % (24 * 60) <= MAX_NIGHT_MINUTES


def _minutes(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def time_of(written: str) -> str | None:
    """What was written as 09:30; None when it is no time of day."""
    if len(written) > MAX_WRITTEN_CHARS:
        return None
    found = _WRITTEN.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", written)))
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or found["said"] or found["bare"] or 0)
    if found["word"] == "半":
        minute = 30
    if found["half"] in _LATER and hour < NOON:
        hour += NOON
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
