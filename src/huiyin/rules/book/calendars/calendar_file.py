"""The files that a calendar is read from: what may stand in them, and every fault by file, line and place."""

from __future__ import annotations

import re
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

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.rules.book.elements import complaint
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.schema_errors import flaws
from huiyin.rules.book.texts import CodedText, series
from huiyin.rules.book.yaml_reader import Flaw, Path_, RulebookFlawed, Where, nearest, read_file, read_yaml
from huiyin.rules.deadlines.calendar import SATURDAY, Calendar, Label

FOLDER: Final = Path(__file__).parents[2] / "books"
_YEAR: Final = re.compile("[12][0-9]{3}")


class NoCalendar(HuiyinError):
    """Raised when there is no calendar of this name; ``file`` is where it would be."""

    def __init__(self, code: str) -> None:
        self.code, self.file = code, f"holidays-{code.lower()}.yaml"
        super().__init__(_("没有日历 %(code)s") % {"code": code}, _("请添加 %(file)s") % {"file": self.file})


def load_calendar(
    code: str, zone: ZoneInfo | str, folders: Sequence[Path] = (FOLDER,), entered: tuple[str, ...] = ()
) -> Calendar:
    """The calendar ``code`` ("CN") in ``zone``, from the data files in ``folders`` and then the texts of such files in ``entered``.

    ``holidays-<code>.yaml`` is read first, then ``holidays-<code>-*.yaml``, folder after folder. A year's block in a
    later file replaces the block of the same year in an earlier one, so that a new year, or a notice that was
    amended, needs a file and no code. NoCalendar when there is no file, RulebookFlawed with all flaws of all files.
    """
    files = tuple(file for folder in folders for file in _files(code, folder))
    if not files:
        raise NoCalendar(code)
    where = ZoneInfo(zone) if isinstance(zone, str) else zone
    return _read_calendar(code, where, files, tuple(file.stat().st_mtime_ns for file in files), entered)


def _files(code: str, folder: Path) -> list[Path]:
    stem = f"holidays-{code.lower()}"
    return [*folder.glob(f"{stem}.yaml"), *sorted(folder.glob(f"{stem}-*.yaml"))]


@lru_cache(maxsize=32)
def _read_calendar(
    code: str, zone: ZoneInfo, files: tuple[Path, ...], changed: tuple[int, ...], entered: tuple[str, ...]
) -> Calendar:
    """Read ``files`` once per state of theirs: ``changed`` (ns) is only there to tell one state from the next."""
    reader = _NoticeReader(code)
    for file in files:
        reader.read_file(file)
    for text in entered:
        reader.read_text(text, f"holidays-{code.lower()}-entered.yaml")
    return reader.calendar(zone)


# --- what may stand in a file ----------------------------------------------------------------------------------------


class _Around:
    """What an entry is judged by besides itself: the holidays that have a name, and the year of its block."""

    def __init__(self, names: Collection[str], year: int = 0) -> None:
        self.names = names
        self.year = year


def _known(name: str, info: ValidationInfo[_Around]) -> str:
    if name not in info.context.names:
        known = series(info.context.names) if info.context.names else PhraseCode.NONE.about()
        raise complaint(FlawCode.NO_HOLIDAY, known=known)
    return name


def _day_of_year(written: object) -> tuple[int, int]:
    try:
        # A leap year, so that 02-29 may be named.
        day = date.fromisoformat(f"2000-{written}")
    except ValueError:
        raise complaint(FlawCode.NO_DAY_OF_YEAR) from None
    return day.month, day.day


def _span(written: object, info: ValidationInfo[_Around]) -> tuple[date, ...]:
    """The days that ``written`` names: a date, or "FIRST..LAST" (inclusive), in the block's year or the December before."""
    year = info.context.year
    first_text, _, last_text = str(written).partition("..")
    try:
        first = date.fromisoformat(first_text)
        last = date.fromisoformat(last_text or first_text)
    except ValueError:
        raise complaint(FlawCode.NO_DAYS) from None
    if last < first:
        raise complaint(FlawCode.DAYS_BACKWARD)
    if not date(year - 1, 12, 1) <= first <= last <= date(year, 12, 31):
        raise complaint(FlawCode.DAYS_OF_ANOTHER_YEAR, year=str(year))
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _weekends(spans: _Days) -> _Days:
    wrong = [str(day) for day in _named(spans) if day.weekday() < SATURDAY]
    if wrong:
        raise complaint(FlawCode.NO_WEEKEND, found=series(wrong))
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
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _CalendarPart(BaseModel):
    """A part of a file: a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Name(_CalendarPart):
    """What a holiday is called."""

    zh: _Text
    en: _Text


class _Year(_CalendarPart):
    """One year as a file has it; ``source`` is the notice that its days come from."""

    source: _Text
    provisional: bool = False
    off: Annotated[_Days, _OrNothing] = Field(default_factory=dict)
    work: Annotated[_Days, _OrNothing, AfterValidator(_weekends)] = Field(default_factory=dict)


_Kind = TypeVar("_Kind", bound=_CalendarPart)


class _File(_CalendarPart):
    """A whole file; the blocks of its years are judged one by one, each by its own year."""

    calendar: str
    names: Annotated[dict[str, _Name], _OrNothing] = Field(default_factory=dict)
    yearly: Annotated[dict[_Holiday, Annotated[tuple[_DayOfYear, ...], _OneOrMore]], _OrNothing] = Field(
        default_factory=dict
    )
    years: Annotated[dict[str, Any], _OrNothing] = Field(default_factory=dict)


# --- reading ---------------------------------------------------------------------------------------------------------


class _NoticeReader:
    """Gathers the days of several files, and every flaw in them."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.flaws: list[Flaw] = []
        self.names: dict[str, Label] = {}
        self.yearly: dict[tuple[int, int], str] = {}
        self.years: dict[int, tuple[_Year, Where]] = {}

    def read_file(self, path: Path) -> None:
        """Adds what the file ``path`` says."""
        try:
            text = read_file(path)
        except RulebookFlawed as error:
            self.flaws += error.flaws
            return
        self.read_text(text, path.name)

    def read_text(self, text: str, file: str) -> None:
        """Adds what ``text`` says, of which flaws name ``file``."""
        try:
            content, places = read_yaml(text, file)
        except RulebookFlawed as error:
            self.flaws += error.flaws
            return
        if content.get("calendar") != self.code:
            found = str(content.get("calendar", "")) or PhraseCode.NOTHING.about()
            self._note(FlawCode.OTHER_CALENDAR.about(code=self.code, found=found), places, "calendar")
            return
        names = [*self.names, *_mapping(content.get("names"))]
        whole = self._judged(_File, content, places, (), _Around(names))
        if whole is not None:
            self.names |= {name: Label(words.zh, words.en) for name, words in whole.names.items()}
            self.yearly |= {day: name for name, days in whole.yearly.items() for day in days}
        for written, block in _mapping(content.get("years")).items():
            place = ("years", written)
            if not _YEAR.fullmatch(written):
                self._note(FlawCode.NO_YEAR.about(found=written[:60]), places, *place)
                continue
            year = self._judged(_Year, block, places, place, _Around(names, int(written)))
            if year is not None:
                self.years[int(written)] = year, nearest(places, place)

    def _judged(
        self, model: type[_Kind], written: object, places: Mapping[Path_, Where], place: Path_, around: _Around
    ) -> _Kind | None:
        """What is ``written`` at ``place`` of the file; None, and its flaws are noted, if it may not stand there."""
        try:
            return model.model_validate(written, context=around)
        except ValidationError as error:
            self.flaws += flaws(error, places, model, place)
        return None

    def _note(self, why: CodedText, places: Mapping[Path_, Where], *place: str) -> None:
        self.flaws.append(Flaw(*nearest(places, place), ".".join(place), why))

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """The calendar of all files. RulebookFlawed when one has a flaw or they contradict each other."""
        off = {day: name for year, _ in self.years.values() for day, name in _named(year.off).items()}
        work = {day: name for year, _ in self.years.values() for day, name in _named(year.work).items()}
        for number, (year, where) in self.years.items():
            both = sorted(off.keys() & _named(year.work).keys())
            if both:
                why = FlawCode.OFF_AND_WORKED.about(found=series(map(str, both)))
                self.flaws.append(Flaw(*where, f"years.{number}.work", why))
        if self.flaws:
            raise RulebookFlawed(self.flaws)
        return Calendar(
            code=self.code,
            zone=zone,
            names=self.names,
            off=off,
            work=work,
            yearly=self.yearly,
            listed=frozenset(self.years),
            published=frozenset(number for number, (year, _) in self.years.items() if not year.provisional),
            sources={number: year.source for number, (year, _) in self.years.items()},
        )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
