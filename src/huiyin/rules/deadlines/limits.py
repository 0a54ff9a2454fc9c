"""When a time limit ends: from a moment, a length and a calendar to a due time that says how it was calculated.

The Regulation itself does not say how its days are counted; by analogy, as administrative practice has it:

- the day of the event is not counted (Civil Code Art. 201);
- "days" are natural days and count every day, "working days" only those that the calendar works;
- if the last day is not a working day, the period ends on the first working day after it (Civil Code Art. 203);
- it ends at 24:00 of that day: due_at is 23:59:59 of it in the rulebook's zone, given in UTC, and who acts within that
  second is in time;
- an extension lengthens the period before the last day rolls, so that a holiday at the old end costs or gains nothing;
- suspended days do not count, because the time of a hearing is no part of the period (Regulation Art. 36(2)): a period
  never ends on one, and one that starts inside a suspension starts when that ends. Its first day counted is then the
  day on which it is resumed: the day of the event is not counted anyhow (Civil Code Art. 201), and "at once" is by the
  end of that first day.

A limit in hours is counted by the clock from the moment of the event, in and outside office hours, on days off too, and ends at
the second: it never rolls and no calendar can change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from huiyin.rules.deadlines.calendar import Calendar, Label
from huiyin.rules.deadlines.derivation import Derivation, Span, explain
from huiyin.rules.deadlines.duration import AT_ONCE, Limit, TimeUnit, parse

__all__ = [
    "AT_ONCE",
    "Derivation",
    "Due",
    "Limit",
    "Pause",
    "Roll",
    "Span",
    "TimeUnit",
    "due",
    "explain",
    "parse",
]

Roll = Literal["forward", "none"]

SUSPENDED: Final = Label("中止计算", "suspension")
_ONE_DAY: Final = timedelta(days=1)
_Stops = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension from ``start`` to ``end`` (aware datetimes); ``end`` None while it lasts.

    Days in the rulebook's zone from that of ``start`` up to, not including, that of ``end`` do not count; a hearing
    that is opened and closed on one day takes that day.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a suspension cannot end before it starts")


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due.

    ``due_at`` is the last second in time (UTC), ``due_on`` its date in the rulebook's zone, ``unrolled`` the last day
    of the period before it rolled over days off. ``provisional``: a year without a published arrangement is involved,
    so the date may still change. ``suspended``: the clock is standing; nothing is overdue meanwhile, and ``due_at``
    is the earliest possible.
    """

    due_at: datetime
    due_on: date
    unrolled: date
    derivation: Derivation
    provisional: bool = False
    suspended: bool = False


def due(
    calendar: Calendar,
    start: datetime,
    limit: Limit,
    *,
    extension: Limit | None = None,
    paused: Sequence[Pause] = (),
    roll: Roll = "forward",
    as_of: datetime | None = None,
    moment: Label | None = None,
    clause: Label | None = None,
) -> Due:
    """When ``limit`` ends that starts with the event at ``start`` (an aware datetime).

    ``extension`` is added to the unrolled last day and counted in its own unit. ``paused`` may overlap and come in any
    order. A pause that still lasts is counted as if resumed at ``as_of``, or on the day after it began if that is not
    given: the earliest possible end, to be calculated anew on resumption. ``roll`` "none" lets a period end on a day off,
    but on no suspended one.
    ``moment`` (收到) and ``clause`` (第三十四条) only enter the derivation. ValueError if a datetime is naive.
    """
    if limit.is_by_the_clock:
        return _by_the_clock(calendar, start, limit, extension, paused, moment, clause)
    first = calendar.local_date(start)
    stops = _stops(calendar, first, paused, as_of) if paused else ()
    skipped: list[Span] = []
    unrolled = _advance(calendar, first, limit, stops, skipped)
    if extension is not None:
        unrolled = _advance(calendar, unrolled, extension, stops, skipped)
    rolled_over: list[Span] = []
    due_on = _roll(calendar, unrolled, stops, roll, rolled_over)
    derivation = Derivation(
        start=first,
        limit=limit,
        unrolled=unrolled,
        due_on=due_on,
        moment=moment,
        clause=clause,
        extension=extension,
        skipped=tuple(skipped),
        paused=_left_out(first, unrolled, stops),
        rolled_over=tuple(rolled_over),
        suspended=any(pause.end is None for pause in paused),
        warnings=_warnings(calendar, (limit, extension), first, unrolled, due_on, roll),
    )
    return Due(
        due_at=calendar.end_of(due_on).astimezone(UTC),
        due_on=due_on,
        unrolled=unrolled,
        derivation=derivation,
        provisional=bool(derivation.warnings),
        suspended=derivation.suspended,
    )


def _by_the_clock(
    calendar: Calendar,
    start: datetime,
    limit: Limit,
    extension: Limit | None,
    paused: Sequence[Pause],
    moment: Label | None,
    clause: Label | None,
) -> Due:
    """A period in hours or minutes; what extends it is counted in its own unit, days as 24 hours."""
    longer = timedelta() if extension is None else _span_of(extension)
    began, ends = (at.astimezone(calendar.zone) for at in (start, start + _span_of(limit) + longer))
    derivation = Derivation(
        start=began.date(),
        limit=limit,
        unrolled=ends.date(),
        due_on=ends.date(),
        moment=moment,
        clause=clause,
        extension=extension,
        suspended=any(pause.end is None for pause in paused),
        start_time=began.strftime("%H:%M:%S"),
        due_time=ends.strftime("%H:%M:%S"),
    )
    return Due(ends.astimezone(UTC), ends.date(), ends.date(), derivation, suspended=derivation.suspended)


def _span_of(limit: Limit) -> timedelta:
    return timedelta(**{"days" if limit.unit == "working_days" else limit.unit: limit.amount})


def _stops(calendar: Calendar, first: date, paused: Sequence[Pause], as_of: datetime | None) -> _Stops:
    """The suspended days from ``first`` on as ordered, separate ranges (inclusive).

    What was suspended before the event is nothing to this period; a suspension in which the event falls counts from that day
    (Regulation Art. 36(2): the time of a hearing is no part of the period).
    """
    ranges: list[tuple[date, date]] = []
    for pause in paused:
        since = calendar.local_date(pause.start)
        resumed = pause.end or as_of
        until = since if resumed is None else max(since, calendar.local_date(resumed) - _ONE_DAY)
        if until >= first:
            ranges.append((max(since, first), until))
    merged: list[tuple[date, date]] = []
    for since, until in sorted(ranges):
        if merged and since <= merged[-1][1] + _ONE_DAY:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return tuple(merged)


def _left_out(first: date, unrolled: date, stops: _Stops) -> tuple[Span, ...]:
    """The suspended days between ``first``, which does not count in any case, and the last day of the period."""
    return tuple(
        Span(max(since, first + _ONE_DAY), until, SUSPENDED)
        for since, until in stops
        if since < unrolled and until > first
    )


def _advance(calendar: Calendar, day: date, limit: Limit, stops: _Stops, skipped: list[Span]) -> date:
    """The last day of a period that begins the day after ``day``; days off that it passes over go to ``skipped``.

    Where ``day`` is suspended, the first day counted is the one on which the suspension ends: the day of the event is not counted
    anyhow (Civil Code Art. 201), and suspended days are not (Regulation Art. 36(2)).
    """
    if limit.unit == "working_days":
        return _advance_working(calendar, day, limit.amount, stops, skipped)
    last = day + timedelta(days=limit.amount)
    for since, until in stops:
        inside = max(since, day + _ONE_DAY)
        if inside > last:
            break
        if until >= inside:
            last += until - inside + _ONE_DAY
    return last


def _advance_working(calendar: Calendar, day: date, amount: int, stops: _Stops, skipped: list[Span]) -> date:
    left = amount
    while left:
        day += _ONE_DAY
        if stops and _stopped(day, stops):
            continue
        if calendar.is_working(day):
            left -= 1
        else:
            _add(skipped, day, calendar.reason(day))
    return day


def _roll(calendar: Calendar, day: date, stops: _Stops, roll: Roll, rolled_over: list[Span]) -> date:
    """``day``, or the first day after it on which a period may end; the days between go to ``rolled_over``.

    It may end on no suspended day (Regulation Art. 36(2)), and with ``roll`` "forward" on no day off either (Civil Code Art. 203).
    """
    while True:
        if stops and _stopped(day, stops):
            _add(rolled_over, day, SUSPENDED)
        elif roll == "forward" and not calendar.is_working(day):
            _add(rolled_over, day, calendar.reason(day))
        else:
            return day
        day += _ONE_DAY


def _stopped(day: date, stops: _Stops) -> bool:
    return any(since <= day <= until for since, until in stops)


def _add(spans: list[Span], day: date, reason: Label) -> None:
    if spans and spans[-1].last + _ONE_DAY == day and spans[-1].reason == reason:
        spans[-1] = Span(spans[-1].first, day, reason)
    else:
        spans.append(Span(day, day, reason))


def _warnings(
    calendar: Calendar, lengths: tuple[Limit, Limit | None], first: date, unrolled: date, due_on: date, roll: Roll
) -> tuple[Label, ...]:
    """What may still change: one warning for each year whose arrangement the calculation needed and did not have."""
    if any(length is not None and length.unit == "working_days" for length in lengths):
        asked_from = first
    elif roll == "forward":
        # Natural days count whatever they are; only where the period ends depends on the arrangement.
        asked_from = unrolled
    else:
        return ()
    return tuple(
        Label(
            f"{year} 年放假安排尚无数据，暂按周末和法定节日推算，公布后可能变动",
            f"no holiday arrangement for {year} yet: counted by weekends and statutory days, may change",
        )
        for year in calendar.unsettled(asked_from, due_on)
    )
