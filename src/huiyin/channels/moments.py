"""Days and times as registers hold them: in a dozen spellings, by the clock of the wall in China, or counted in days by a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_YEAR = 1900
MAX_WRITTEN_CHARS = 64
ZONE_OF_TABLES = "Asia/Shanghai"  # tables hold the clock of the wall, which is the same everywhere in China

_DAY = re.compile(r"(\d{4})([-./年])(\d{1,2})([-./月])(\d{1,2})日?(?:[ T]*(.+))?", re.ASCII)
_DIGITS_ALONE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_CLOCK = re.compile(
    r"(上午|下午|凌晨|早上|中午|晚上)?\s*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - ECMA-376 part 1, 18.17.4.1: day 1 is 1 January 1900, and a 29 February that never was counts
_SERIALS = range(32_874, 73_051)
"""1990 to 2099: what else looks like a number of days is more likely something else."""
_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_AFTERNOON, _FORENOON = ("下午", "晚上"), ("上午", "凌晨", "早上")
NOON = 12


def read_moment(value: object) -> datetime | None:
    """The moment that a cell names, with its offset; None where it names none for certain (3/2/2026, a time without a day, a year of two digits)."""
    moment = _plain(value)
    if moment is None or moment.year < FIRST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONE_OF_TABLES))


def _plain(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, (int, float)):
        return _numbered(f"{value:.10f}".rstrip("0").rstrip("."))
    if not isinstance(value, str) or len(value) > MAX_WRITTEN_CHARS:
        return None
    return _written(unicodedata.normalize("NFKC", value).strip())


def _numbered(digits: str) -> datetime | None:
    if _SERIAL.fullmatch(digits) and int(float(digits)) in _SERIALS:
        days = float(digits)
        return _DAY_ZERO + timedelta(days=int(days), seconds=round(days % 1 * 86_400))
    compact = _DIGITS_ALONE.fullmatch(digits)
    return _made(compact[1], compact[2], compact[3], time()) if compact else None


def _written(text: str) -> datetime | None:
    if text[:1] in "〇零○一二三四五六七八九" and "年" in text:
        text = _in_digits(text)
    if "-" in text:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    day = _DAY.fullmatch(text)
    if day and (day[2] == day[4] or day[2] + day[4] == "年月"):
        clock = _clock(day[6] or "0:00")
        if clock is not None:
            return _made(day[1], day[3], day[5], clock)
    return _numbered(text)


def _in_digits(text: str) -> str:
    """Chinese numerals as digits: 二〇二六年十二月三十一日."""
    text = re.sub("(?<=[一二三四五])十(?=[一二三四五六七八九])", "", text)
    text = re.sub("(?<=[一二三四五])十", "0", text)
    return re.sub("十(?=[一二三四五六七八九])", "1", text).replace("十", "10").translate(_CHINESE)


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(2, 3, 4))
    if found[1] in _FORENOON and hour >= NOON:
        return None  # half past twelve in the forenoon: noon to some, midnight to others
    if found[1] in _AFTERNOON and hour < NOON:
        hour += NOON
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _made(year: str, month: str, day: str, clock: time) -> datetime | None:
    try:
        return datetime.combine(date(int(year), int(month), int(day)), clock)
    except ValueError:
        return None
