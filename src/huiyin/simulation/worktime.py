"""Working hours as a clock of their own: how much working time has passed, and when so much more will have."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.deadlines.calendar import Calendar

ONE_DAY = timedelta(days=1)
LONGEST_PAUSE_DAYS = 400
"""A calendar on which no day is worked for so long is no calendar to work by."""


class NeverOpen(HuiyinError):
    """Raised when no day is worked for more than a year."""

    to_do = gettext_noop("请检查人员安排的起始日、工作时间和工作日")


class WorkingTime:
    """Working time from the day ``first`` on, in seconds: ``spans`` (seconds of the day) on each day that ``calendar`` works.

    ``weekdays`` (1: Monday) are the days of the week that count at all.
    """

    def __init__(
        self, calendar: Calendar, first: date, spans: tuple[tuple[int, int], ...], weekdays: tuple[int, ...]
    ) -> None:
        self.calendar, self.spans, self.weekdays = calendar, spans, frozenset(weekdays)
        self.a_day = sum(last - first_ for first_, last in spans)
        self._days: list[date] = []
        self._midnights: dict[date, datetime] = {}
        self._next = first

    def passed(self, at: datetime) -> int:
        """Working seconds from the first day until ``at`` (aware)."""
        local = at.astimezone(self.calendar.zone)
        day, second = local.date(), local.hour * 3600 + local.minute * 60 + local.second
        self._reach(day)
        index = bisect_left(self._days, day)
        passed = index * self.a_day
        if index < len(self._days) and self._days[index] == day:
            passed += sum(min(max(second - first, 0), last - first) for first, last in self.spans)
        return passed

    def after(self, at: datetime, seconds: int) -> datetime:
        """The moment at which ``seconds`` (at least 1) of work that goes on at ``at`` are done."""
        target = self.passed(at) + seconds
        index, rest = divmod(target - 1, self.a_day)
        return self._moment(index, rest, 1)

    def opening(self, at: datetime) -> datetime:
        """``at`` when it is within working hours, else the next moment that is."""
        index, rest = divmod(self.passed(at), self.a_day)
        return max(at, self._moment(index, rest, 0))

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at ``at``."""
        return self.opening(at) == at

    def day(self, index: int) -> date:
        """The ``index``-th working day, from 0."""
        while index >= len(self._days):
            self._extend()
        return self._days[index]

    def _moment(self, index: int, rest: int, more: int) -> datetime:
        """``rest`` working seconds into working day ``index``, and ``more``."""
        for first, last in self.spans:
            if rest < last - first:
                return self._midnight(self.day(index)) + timedelta(seconds=first + rest + more)
            rest -= last - first
        raise AssertionError("the rest is less than a day")

    def _midnight(self, day: date) -> datetime:
        known = self._midnights.get(day)
        if known is None:
            known = self._midnights[day] = datetime.combine(day, time(), self.calendar.zone).astimezone(UTC)
        return known

    def _reach(self, day: date) -> None:
        while not self._days or self._days[-1] < day:
            self._extend()

    def _extend(self) -> None:
        for _tried in range(LONGEST_PAUSE_DAYS):
            day, self._next = self._next, self._next + ONE_DAY
            if day.isoweekday() in self.weekdays and self.calendar.is_working(day):
                self._days.append(day)
                return
        raise NeverOpen(_("一年以上没有一天上班"))
