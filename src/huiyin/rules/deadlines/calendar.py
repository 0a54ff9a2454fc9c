"""Which days are worked and which are not: holidays and make-up working days as data, each year with its source.

Regulation and Civil Code count in days of the institution's own time zone. The State Council publishes each November
which days of the next year are off and which Saturdays and Sundays are worked instead. A year without such data is not
guessed at: weekends and statutory days stand in for it and every date that rests on it is marked provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final, Literal
from zoneinfo import ZoneInfo

Lang = Literal["zh", "en"]

# The earliest day of December that a notice for the next year has touched so far (29 December 2007 and 2018).
LAST_DAYS_OF_YEAR: Final = (12, 29)
_LAST_SECOND: Final = time(23, 59, 59)
SATURDAY: Final = 5  # of date.weekday()


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
        if day.weekday() >= SATURDAY:
            return day in self.work
        return day.year in self.listed or (day.month, day.day) not in self.yearly

    def kind(self, day: date) -> DayKind:
        """What ``day`` (a date in the calendar's zone) is."""
        if day in self.work:
            return DayKind.MAKE_UP
        if self.holiday(day) is not None:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKING

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
        return WEEKEND if day.weekday() >= SATURDAY else WORKING_DAY

    def knows_year(self, year: int) -> bool:
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
