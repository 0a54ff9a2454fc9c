"""Which days are worked and which are not: holidays and make-up working days as data, each year with its source.

Regulation and Civil Code count in days of the institution's own time zone. The State Council publishes each November
which days of the next year are off and which Saturdays and Sundays are worked instead. A year without such data is not
guessed at: weekends and statutory days stand in for it and every date that rests on it is marked provisional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from huiyin.errors import HuiyinError

Lang = Literal["zh", "en"]

BOOKS: Final = Path(__file__).parents[1] / "books"
# The earliest day of December that a notice for the next year has touched so far (29 December 2007 and 2018).
LAST_DAYS_OF_YEAR: Final = (12, 29)
_ONE_DAY: Final = timedelta(days=1)
_LAST_SECOND: Final = time(23, 59, 59)
_WEEKEND: Final = 5  # date.weekday() of Saturday


@dataclass(frozen=True, slots=True)
class Label:
    """A name in the two languages that the data carry."""

    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The name in ``lang``."""
        return self.zh if lang == "zh" else self.en


class DayKind(StrEnum):
    """What a day is; the first and the last are worked."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


WORKING_DAY: Final = Label("工作日", "working day")
WEEKEND: Final = Label("周末", "weekend")


class CalendarUnusable(HuiyinError, ValueError):
    """Raised when the calendar's data cannot be used; the message names every fault by file, line and place."""

    to_do = "correct the file"


class NoCalendar(CalendarUnusable):
    """Raised when there is no calendar of this name; ``file`` is where it would be."""

    def __init__(self, code: str) -> None:
        self.code, self.file = code, f"holidays-{code.lower()}.yaml"
        super().__init__(f"no calendar {code}", f"add {self.file}")


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The working days of one country, seen from one time zone.

    ``off`` and ``work`` give for a day the name (a key of ``names``) of the holiday that frees it, or that it makes up
    for; ``yearly`` does so by (month, day) for years that are not in ``listed``. ``published`` are the years whose
    arrangement is official, ``sources`` says where each year's days come from.
    """

    code: str
    zone: ZoneInfo
    names: Mapping[str, Label]
    off: Mapping[date, str]
    work: Mapping[date, str]
    yearly: Mapping[tuple[int, int], str]
    listed: frozenset[int]
    published: frozenset[int]
    sources: Mapping[int, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether ``day`` (a date in the calendar's zone) is worked."""
        if day in self.off:
            return False
        if day.weekday() >= _WEEKEND:
            return day in self.work
        return day.year in self.listed or (day.month, day.day) not in self.yearly

    def kind(self, day: date) -> DayKind:
        """What ``day`` (a date in the calendar's zone) is."""
        if day in self.work:
            return DayKind.MAKE_UP
        if self.holiday(day) is not None:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= _WEEKEND else DayKind.WORKING

    def holiday(self, day: date) -> Label | None:
        """The holiday that frees ``day``, or None."""
        name = self.off.get(day)
        if name is None and day.year not in self.listed:
            name = self.yearly.get((day.month, day.day))
        return None if name is None else self.names[name]

    def reason(self, day: date) -> Label:
        """Why ``day`` is worked or not, as people say it: 国庆节, 周末, 国庆节调休上班, 工作日."""
        if day in self.work:
            name = self.names[self.work[day]]
            return Label(f"{name.zh}调休上班", f"make-up working day for {name.en}")
        holiday = self.holiday(day)
        if holiday is not None:
            return holiday
        return WEEKEND if day.weekday() >= _WEEKEND else WORKING_DAY

    def known(self, year: int) -> bool:
        """Whether the official arrangement of ``year`` is in the data."""
        return year in self.published

    def unsettled(self, first: date, last: date) -> tuple[int, ...]:
        """The years without an arrangement that could still change a day from ``first`` to ``last``, both inclusive.

        A notice may reach back into the last days of the December before, so these rest on two years.
        """
        end = last.year + ((last.month, last.day) >= LAST_DAYS_OF_YEAR)
        return tuple(year for year in range(first.year, end + 1) if year not in self.published)

    def local_date(self, moment: datetime) -> date:
        """The date of ``moment`` in the calendar's zone. ValueError if ``moment`` is naive."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs its time zone; pass an aware datetime in UTC")
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of ``day``, 23:59:59 in the calendar's zone, aware.

        Civil Code Art. 203(2): a period ends at 24:00 of its last day.
        """
        return datetime.combine(day, _LAST_SECOND, self.zone)


def load_calendar(code: str, zone: ZoneInfo | str, folders: Sequence[Path] = (BOOKS,)) -> Calendar:
    """The calendar ``code`` ("CN") in ``zone``, from the data files in ``folders``.

    ``holidays-<code>.yaml`` is read first, then ``holidays-<code>-*.yaml``, folder after folder. A year's block in a
    later file replaces the block of the same year in an earlier one, so that a new year, or a notice that was
    amended, needs a file and no code. CalendarUnusable reports all faults of all files at once, and a code without a
    file.
    """
    files = tuple(file for folder in folders for file in _files(code, folder))
    if not files:
        raise NoCalendar(code)
    where = ZoneInfo(zone) if isinstance(zone, str) else zone
    return _read(code, where, files, tuple(file.stat().st_mtime_ns for file in files))


def _files(code: str, folder: Path) -> list[Path]:
    stem = f"holidays-{code.lower()}"
    return [*folder.glob(f"{stem}.yaml"), *sorted(folder.glob(f"{stem}-*.yaml"))]


@lru_cache(maxsize=32)
def _read(code: str, zone: ZoneInfo, files: tuple[Path, ...], changed: tuple[int, ...]) -> Calendar:
    """Read ``files`` once per state of theirs: ``changed`` (ns) is only there to tell one state from the next."""
    reader = _Reader(code)
    for file in files:
        reader.read(file)
    if reader.faults:
        raise CalendarUnusable("\n".join(reader.faults))
    return reader.calendar(zone)


class _Reader:
    """Gathers the days of several files, and every fault in them with its place."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.faults: list[str] = []
        self.names: dict[str, Label] = {}
        self.yearly: dict[tuple[int, int], str] = {}
        self.blocks: dict[int, _Block] = {}

    def read(self, file: Path) -> None:
        try:
            content = YAML(typ="rt").load(file)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.faults.append(f"{file.name}:{line}: not readable as YAML: {error.problem}")
            return
        self.file = file.name
        if not isinstance(content, dict) or content.get("calendar") != self.code:
            self.faults.append(f"{file.name}:1: calendar: expected {self.code}")
            return
        for key in content.keys() - {"calendar", "names", "yearly", "years"}:
            self._fault(content, key, key, "expected calendar, names, yearly or years")
        for name, label in self._mapping(content, "names"):
            self._name(content["names"], name, label)
        for name, days in self._mapping(content, "yearly"):
            for day in days:
                self._yearly(content["yearly"], name, day)
        for year, block in self._mapping(content, "years"):
            self._year(content["years"], year, block)

    def calendar(self, zone: ZoneInfo) -> Calendar:
        off = {day: name for block in self.blocks.values() for day, name in block.off.items()}
        work = {day: name for block in self.blocks.values() for day, name in block.work.items()}
        both = sorted(off.keys() & work.keys())
        if both:
            raise CalendarUnusable(f"{self.code}: both off and work: {', '.join(map(str, both))}")
        return Calendar(
            code=self.code,
            zone=zone,
            names=self.names,
            off=off,
            work=work,
            yearly=self.yearly,
            listed=frozenset(self.blocks),
            published=frozenset(year for year, block in self.blocks.items() if block.published),
            sources={year: block.source for year, block in self.blocks.items()},
        )

    def _fault(self, node: Any, key: object, path: object, problem: str) -> None:
        line = node.lc.key(key)[0] + 1
        self.faults.append(f"{self.file}:{line}: {path}: {problem}")

    def _mapping(self, node: Any, key: str, path: str = "") -> list[tuple[Any, Any]]:
        """The entries of the mapping ``node[key]``; a fault and none if it is something else; none if absent."""
        value = node.get(key)
        if value is None:
            return []
        if not isinstance(value, dict):
            self._fault(node, key, path or key, "expected a mapping")
            return []
        return list(value.items())

    def _name(self, node: Any, name: str, label: Any) -> None:
        if not isinstance(label, dict) or label.keys() != {"zh", "en"}:
            self._fault(node, name, f"names.{name}", "expected {zh: …, en: …}")
            return
        self.names[name] = Label(str(label["zh"]), str(label["en"]))

    def _yearly(self, node: Any, name: str, day: object) -> None:
        try:
            # A leap year, so that 02-29 may be named.
            parsed = date.fromisoformat(f"2000-{day}")
        except ValueError:
            self._fault(node, name, f"yearly.{name}", f'expected days as "MM-DD", got {day!r}')
            return
        self._check_name(node, name, f"yearly.{name}")
        self.yearly[parsed.month, parsed.day] = name

    def _check_name(self, node: Any, name: str, path: str) -> None:
        if name not in self.names:
            self._fault(node, name, path, f"unknown holiday; names has {', '.join(self.names) or 'none'}")

    def _year(self, node: Any, year: object, block: Any) -> None:
        path = f"years.{year}"
        if not isinstance(year, int) or not isinstance(block, dict):
            self._fault(node, year, path, "expected a year with source, off and work")
            return
        for key in block.keys() - {"source", "provisional", "off", "work"}:
            self._fault(block, key, f"{path}.{key}", "expected source, provisional, off or work")
        source = block.get("source")
        if not isinstance(source, str) or not source.strip():
            self._fault(node, year, f"{path}.source", "expected the notice that the days come from")
        off = self._days(block, "off", path, year)
        work = self._days(block, "work", path, year)
        for day in work:
            if day.weekday() < _WEEKEND:
                self._fault(block, "work", f"{path}.work", f"{day} is no Saturday or Sunday and is worked anyhow")
        self.blocks[year] = _Block(str(source), not block.get("provisional", False), off, work)

    def _days(self, block: Any, key: str, path: str, year: int) -> dict[date, str]:
        days: dict[date, str] = {}
        for name, spans in self._mapping(block, key, f"{path}.{key}"):
            place = f"{path}.{key}.{name}"
            self._check_name(block[key], name, place)
            for span in spans if isinstance(spans, list) else [spans]:
                try:
                    days.update((day, name) for day in _span(span, year))
                except ValueError as error:
                    self._fault(block[key], name, place, str(error))
        return days


@dataclass(frozen=True, slots=True)
class _Block:
    """One year as a file has it."""

    source: str
    published: bool
    off: Mapping[date, str]
    work: Mapping[date, str]


def _span(written: object, year: int) -> Iterator[date]:
    """The days that ``written`` names: a date, or "FIRST..LAST" (inclusive), in ``year`` or the December before."""
    first_text, _, last_text = str(written).partition("..")
    try:
        first = date.fromisoformat(first_text)
        last = date.fromisoformat(last_text or first_text)
    except ValueError:
        raise ValueError(f"expected YYYY-MM-DD or FIRST..LAST, got {written}") from None
    if last < first:
        raise ValueError(f"{written} ends before it begins")
    if not date(year - 1, 12, 1) <= first <= last <= date(year, 12, 31):
        raise ValueError(f"{written} is not within {year} or the December before")
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
