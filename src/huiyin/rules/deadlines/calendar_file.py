"""The files that a calendar is read from: what may stand in them, and every fault by file, line and place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from huiyin.errors import HuiyinError
from huiyin.rules.deadlines.calendar import SATURDAY, Calendar, Label

FOLDER: Final = Path(__file__).parents[1] / "books"
_Place = tuple[int | str, ...]


class CalendarUnusable(HuiyinError, ValueError):
    """Raised when the calendar's data cannot be used; the message names every fault by file, line and place."""

    to_do = "correct the file"

    def __str__(self) -> str:
        return self.wrong  # a list of faults, each with what was expected


class NoCalendar(CalendarUnusable):
    """Raised when there is no calendar of this name; ``file`` is where it would be."""

    def __init__(self, code: str) -> None:
        self.code, self.file = code, f"holidays-{code.lower()}.yaml"
        super().__init__(f"no calendar {code}: add {self.file}")


def load_calendar(code: str, zone: ZoneInfo | str, folders: Sequence[Path] = (FOLDER,)) -> Calendar:
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


# --- what may stand in a file ----------------------------------------------------------------------------------------


class _Around:
    """What an entry is judged by besides itself: the holidays that have a name, and the year of its block."""

    def __init__(self, names: Collection[str], year: int = 0) -> None:
        self.names = names
        self.year = year


def _known(name: str, info: ValidationInfo[_Around]) -> str:
    if name not in info.context.names:
        raise ValueError(f"unknown holiday; names has {', '.join(info.context.names) or 'none'}")
    return name


def _both_languages(label: object) -> object:
    if not isinstance(label, dict) or label.keys() != {"zh", "en"}:
        raise ValueError("expected {zh: …, en: …}")
    return label


def _day_of_year(written: object) -> tuple[int, int]:
    try:
        # A leap year, so that 02-29 may be named.
        day = date.fromisoformat(f"2000-{written}")
    except ValueError:
        raise ValueError(f'expected days as "MM-DD", got {written!r}') from None
    return day.month, day.day


def _span(written: object, info: ValidationInfo[_Around]) -> tuple[date, ...]:
    """The days that ``written`` names: a date, or "FIRST..LAST" (inclusive), in the block's year or the December before."""
    year = info.context.year
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
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _weekends(spans: _Days) -> _Days:
    wrong = [str(day) for day in _named(spans) if day.weekday() < SATURDAY]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no Saturday or Sunday and is worked anyhow")
    return spans


def _named(spans: _Days) -> dict[date, str]:
    """The holiday of each day."""
    return {day: name for name, runs in spans.items() for run in runs for day in run}


_Holiday = Annotated[str, AfterValidator(_known)]
_OrNothing = BeforeValidator(lambda value: {} if value is None else value)
_OneOrMore = BeforeValidator(lambda value: value if isinstance(value, list) else [value])
_Span = Annotated[tuple[date, ...], BeforeValidator(_span)]
_Days = dict[_Holiday, Annotated[tuple[_Span, ...], _OneOrMore]]
_DayOfYear = Annotated[tuple[int, int], BeforeValidator(_day_of_year)]


class _Part(BaseModel):
    """A part of a file: a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Year(_Part):
    """One year as a file has it; ``source`` is the notice that its days come from."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    provisional: bool = False
    off: Annotated[_Days, _OrNothing] = Field(default_factory=dict)
    work: Annotated[_Days, _OrNothing, AfterValidator(_weekends)] = Field(default_factory=dict)


_Kind = TypeVar("_Kind", bound=_Part)


class _File(_Part):
    """A whole file; the blocks of its years are judged one by one, each by its own year."""

    calendar: str
    names: Annotated[dict[str, Annotated[Label, BeforeValidator(_both_languages)]], _OrNothing] = Field(
        default_factory=dict
    )
    yearly: Annotated[dict[_Holiday, Annotated[tuple[_DayOfYear, ...], _OneOrMore]], _OrNothing] = Field(
        default_factory=dict
    )
    years: Annotated[dict[Annotated[int, Field(strict=True)], dict[str, Any]], _OrNothing] = Field(default_factory=dict)


# --- reading ---------------------------------------------------------------------------------------------------------


class _Reader:
    """Gathers the days of several files, and every fault in them with its place."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.faults: list[str] = []
        self.names: dict[str, Label] = {}
        self.yearly: dict[tuple[int, int], str] = {}
        self.years: dict[int, _Year] = {}

    def read(self, file: Path) -> None:
        """Adds what ``file`` says."""
        try:
            content = YAML(typ="rt").load(file)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.faults.append(f"{file.name}:{line}: not readable as YAML: {error.problem}")
            return
        if not isinstance(content, dict) or content.get("calendar") != self.code:
            self.faults.append(f"{file.name}:1: calendar: expected {self.code}")
            return
        names = [*self.names, *_mapping(content.get("names"))]
        whole = self._judged(_File, content, (), file.name, _Around(names))
        if whole is not None:
            self.names |= whole.names
            self.yearly |= {day: name for name, days in whole.yearly.items() for day in days}
        for year, block in _mapping(content.get("years")).items():
            if isinstance(year, int) and isinstance(block, dict):
                judged = self._judged(_Year, content, ("years", year), file.name, _Around(names, year))
                if judged is not None:
                    self.years[year] = judged

    def _judged(self, model: type[_Kind], content: Any, place: _Place, file: str, around: _Around) -> _Kind | None:
        """What stands at ``place`` of the file; None, and its faults are noted, if it may not stand there."""
        node = content
        for key in place:
            node = node[key]
        try:
            return model.model_validate(node, context=around)
        except ValidationError as error:
            for fault in error.errors():
                line, path = _written(content, (*place, *fault["loc"]))
                self.faults.append(f"{file}:{line}: {path}: {_expected(model, fault)}")
        return None

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """The calendar of all files. CalendarUnusable if they contradict each other."""
        off = {day: name for year in self.years.values() for day, name in _named(year.off).items()}
        work = {day: name for year in self.years.values() for day, name in _named(year.work).items()}
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
            listed=frozenset(self.years),
            published=frozenset(number for number, year in self.years.items() if not year.provisional),
            sources={number: year.source for number, year in self.years.items()},
        )


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _written(content: Any, place: _Place) -> tuple[int, str]:
    """The line (from 1) where the entry at ``place`` stands, or the one around it, and its path as people read it."""
    node, line, path = content, 1, []
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
            path.append(str(part))
            node = node[part]
        elif isinstance(node, CommentedMap) and part != "[key]":
            path.append(str(part))
    return line, ".".join(path)


def _expected(model: type[_Part], fault: ErrorDetails) -> str:
    """What a fault says to people: what should stand there."""
    kind, place = fault["type"], fault["loc"]
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    if kind == "extra_forbidden":
        *others, last = model.model_fields
        return f"expected {', '.join(others)} or {last}"
    if place[-1] == "source":
        return "expected the notice that the days come from"
    if model is _File and place[0] == "years" and len(place) > 1:
        return "expected a year with source, off and work"
    if kind == "dict_type":
        return "expected a mapping"
    return fault["msg"].replace("Input should be", "expected")
