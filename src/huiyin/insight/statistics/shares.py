"""A share of matters with how sure it is, and the span of days over which it was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt
from typing import Final

from django.utils import timezone

MIN_VOLUME: Final = 10
"""Of fewer matters no share is told: one more or less would move it by a tenth, and it might betray who they are."""
_NORMAL_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class MatterShare:
    """``good`` of ``total`` matters."""

    good: int
    total: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None where there are too few to tell."""
        return self.good / self.total if self.total >= MIN_VOLUME else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the one of many such matters lies, 19 times of 20 (Wilson 1927, without correction)."""
        if self.value is None:
            return None
        square = _NORMAL_95**2
        spread = self.total + square
        middle = (self.good + square / 2) / spread
        half = _NORMAL_95 / spread * sqrt(self.good * (self.total - self.good) / self.total + square / 4)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment in the installation's zone."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> DaySpan:
        """As many days before it; for whole months as many whole months."""
        months = self.whole_months
        if months:
            return DaySpan(_months_later(self.first, -months), self.first - timedelta(days=1))
        days = self.last - self.first + timedelta(days=1)
        return DaySpan(self.first - days, self.last - days)

    @property
    def year_before(self) -> DaySpan:
        """The same days of the year before; 29 February becomes the 28th."""
        if self.whole_months:
            return DaySpan(
                _months_later(self.first, -12), _months_later(self.last + timedelta(days=1), -12) - timedelta(days=1)
            )
        return DaySpan(_months_later(self.first, -12), _months_later(self.last, -12))

    @property
    def whole_months(self) -> int:
        """How many whole months it is; 0 where it begins or ends within one."""
        after = self.last + timedelta(days=1)
        if self.first.day != 1 or after.day != 1:
            return 0
        return (after.year - self.first.year) * 12 + after.month - self.first.month


def month_of(day: date) -> DaySpan:
    """The month in which ``day`` lies."""
    first = day.replace(day=1)
    return DaySpan(first, _months_later(first, 1) - timedelta(days=1))


def month_to_show(today: date) -> DaySpan:
    """The month that figures open on: on its first day nothing is in it yet, and the month before is shown."""
    return month_of(today - timedelta(days=1))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    while True:
        try:
            return date(years, month + 1, day.day)
        except ValueError:  # no such day in that month
            day -= timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
