"""Reception days: when and where petitioners are received, which days that makes, and changing them on record (Regulation Art. 18(1))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.people import administration
from huiyin.people.models import Account, Organisation, ReceptionTime
from huiyin.rules.deadlines.calendar import Calendar, DayKind

WEEKDAYS: Final = {
    1: gettext_lazy("周一"),
    2: gettext_lazy("周二"),
    3: gettext_lazy("周三"),
    4: gettext_lazy("周四"),
    5: gettext_lazy("周五"),
    6: gettext_lazy("周六"),
    7: gettext_lazy("周日"),
}
WEEKS: Final = {
    1: gettext_lazy("第一个"),
    2: gettext_lazy("第二个"),
    3: gettext_lazy("第三个"),
    4: gettext_lazy("第四个"),
    5: gettext_lazy("第五个"),
}
WORKING_WEEK: Final = frozenset({1, 2, 3, 4, 5})
LONGEST_HOLIDAY: Final = 31
"""So many days are looked through for the working day after a holiday."""


@dataclass(frozen=True, slots=True)
class ReceptionSession:
    """One time on one day at which petitioners are received; ``moved_from`` are the holidays from which it was moved there."""

    day: date
    begins: time
    ends: time
    place: str
    receiver: str
    moved_from: tuple[date, ...] = ()

    @property
    def note(self) -> str:
        """Why it is on this day, where that is none of its own; empty otherwise."""
        return moved_note(self.moved_from)


def sessions(
    times: Iterable[ReceptionTime], first: date, days: int, calendar: Calendar
) -> tuple[ReceptionSession, ...]:
    """The receptions of the ``days`` from ``first`` on, in their order. None falls on a holiday, unless it was set for that very day; that of a
    leader is on the next working day instead, so that no reception day of theirs is lost (clause s1-C20b).
    """
    found = [
        ReceptionSession(day, one.begins, one.ends, one.place, one.receiver, tuple(moved))
        for one in times
        for day, moved in _days_of(one, first, days, calendar).items()
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.begins, one.place)))


def _days_of(one: ReceptionTime, first: date, days: int, calendar: Calendar) -> dict[date, list[date]]:
    """The days among ``days`` from ``first`` on at which a time is held, each with the holidays from which it was moved there."""
    found: dict[date, list[date]] = {}
    for day in (first + timedelta(days=number) for number in range(-LONGEST_HOLIDAY, days)):
        if is_held(one, day, calendar):
            found.setdefault(day, [])
        elif one.receiver and _is_lost(one, day, calendar):
            next_one = _working_day_after(day, calendar)
            if next_one is not None:
                found.setdefault(next_one, []).append(day)
    return {day: moved for day, moved in found.items() if first <= day < first + timedelta(days=days)}


def _is_lost(one: ReceptionTime, day: date, calendar: Calendar) -> bool:
    """Whether a holiday takes a day from a time; where every working day has a reception, the next one has its own."""
    falls = one.day is None and not set(one.weekdays) >= WORKING_WEEK and _falls_on(one, day)
    return falls and calendar.kind(day) is DayKind.HOLIDAY


def _working_day_after(day: date, calendar: Calendar) -> date | None:
    later = (day + timedelta(days=number) for number in range(1, LONGEST_HOLIDAY + 1))
    return next((one for one in later if calendar.is_working(one)), None)


def moved_note(days: Iterable[date]) -> str:
    """That the receptions of some holidays are held on a day instead, in words; empty for none."""
    named = _("、").join(f"{day.month}月{day.day}日" for day in sorted(days))
    return _("%(days)s逢节假日，顺延到这天") % {"days": named} if named else ""


def is_held(one: ReceptionTime, day: date, calendar: Calendar) -> bool:
    """Whether there is a reception on ``day``: on a Saturday or Sunday that is worked instead only where every working day has one."""
    if one.day is not None:
        return one.day == day
    kind = calendar.kind(day)
    if kind is DayKind.HOLIDAY:
        return False
    if kind is DayKind.MAKE_UP:
        return set(one.weekdays) >= WORKING_WEEK and not one.weeks
    return _falls_on(one, day)


def _falls_on(one: ReceptionTime, day: date) -> bool:
    return day.isoweekday() in one.weekdays and (not one.weeks or (day.day - 1) // 7 + 1 in one.weeks)


def in_words(one: ReceptionTime) -> str:
    """When it is, as people read it: 每周二、周四 9:00—11:30."""
    hours = f"{formats.time_format(one.begins, 'G:i')}—{formats.time_format(one.ends, 'G:i')}"
    if one.day is not None:
        return f"{formats.date_format(one.day, 'Y-m-d')} {hours}"
    if set(one.weekdays) == WORKING_WEEK and not one.weeks:
        return _("工作日") + f" {hours}"
    days = _("、").join(str(WEEKDAYS[number]) for number in sorted(one.weekdays))
    if not one.weeks:
        return _("每%(days)s") % {"days": days} + f" {hours}"
    weeks = _("、").join(str(WEEKS[number]) for number in sorted(one.weeks))
    return _("每月%(weeks)s%(days)s") % {"weeks": weeks, "days": days} + f" {hours}"


def add(one: ReceptionTime, at: datetime, by: Account | None, reason: str = "") -> None:
    """Publish a reception time."""
    one.save(force_insert=True)
    _record("add_reception_time", one.organisation, at, by, in_words(one), reason, rows=[one])


def remove(one: ReceptionTime, at: datetime, by: Account | None, reason: str = "") -> None:
    """Take a reception time back."""
    _record("remove_reception_time", one.organisation, at, by, in_words(one), reason, gone=[one])
    one.delete()


def _record(
    change: str,
    organisation: Organisation,
    at: datetime,
    by: Account | None,
    words: str,
    reason: str,
    *,
    rows: Iterable[ReceptionTime] = (),
    gone: Iterable[ReceptionTime] = (),
) -> None:
    subject = f"{organisation.name}: {words}"[:300]
    administration.record_act(
        change, rows, at, None, by=by, organisation=organisation.id, subject=subject, reason=reason, gone=tuple(gone)
    )


def same_times(times: Iterable[ReceptionTime]) -> Iterator[tuple[object, ...]]:
    """What tells one time from another, whatever row it stands in."""
    for one in times:
        yield (
            tuple(sorted(one.weekdays)),
            tuple(sorted(one.weeks)),
            one.day,
            one.begins,
            one.ends,
            one.place,
            one.receiver,
        )
