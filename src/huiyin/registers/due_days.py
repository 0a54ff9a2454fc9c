"""What comes due on which day, from what the reader may see."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import prefetch_related_objects
from django.utils import timezone

from huiyin.casework.lists.duties import DutyRow, duties_owed, duty_rows
from huiyin.casework.models import Duty
from huiyin.casework.owed import due_from_on
from huiyin.procedure.command import Actor

SHOWN_A_DAY: Final = 4
MAX_DUTIES: Final = 500
"""So many of a month are looked at; who owes more reads lists."""
FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of a calendar: the first duties that are due on it, and how many more. ``inside``: it is of the month that is shown."""

    day: date
    inside: bool
    duties: tuple[DutyRow, ...] = ()
    more: int = 0


def month_of(text: str, today: date) -> date:
    """The first day of the month ``text`` (2026-03); that of ``today`` where it is none."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today
    return found.replace(day=1) if FIRST_YEAR < found.year < LAST_YEAR else today.replace(day=1)


def due_days(actor: Actor, first: date, at: datetime, *, mine: bool) -> Mapping[date, Sequence[Duty | DutyRow]]:
    """The duties of the month that begins with ``first``, by the day on which they are due; what waits comes due on none.

    Of each day the first few are told in full, the others as rows.
    """
    last = first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
    begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last))
    rows: list[Duty] = []
    for found in duties_owed(actor, mine=mine):
        rows += found.filter(due_from_on(begin), due_at__lt=end).order_by("due_at", "id")[:MAX_DUTIES]
    by_day: dict[date, list[Duty]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
        by_day[timezone.localdate(row.due_at)].append(row)
    shown = [row for day in by_day.values() for row in day[:SHOWN_A_DAY]]
    prefetch_related_objects(shown, "case")
    told = {row.id: row for row in duty_rows(shown, at, reader=actor)}
    return {day: [told.get(row.id, row) for row in day_rows] for day, day_rows in by_day.items()}


def weeks_of(first: date, days: Mapping[date, Sequence[Duty | DutyRow]]) -> tuple[tuple[DueDay, ...], ...]:
    """The weeks of a month from Monday on, with what is due."""

    def shown(day: date) -> DueDay:
        due = days.get(day, ())
        told = tuple(row for row in due if isinstance(row, DutyRow))
        return DueDay(day, day.month == first.month, told, len(due) - len(told))

    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return tuple(tuple(shown(day) for day in week) for week in weeks)
