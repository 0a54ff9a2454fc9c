"""What comes due on which day, from what the reader may see."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from huiyin.casework.lists.duties import DutyRow, duties_owed, duty_rows
from huiyin.casework.models import Duty
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import day_given

SHOWN_A_DAY: Final = 4
MAX_DUTIES: Final = 1_000
"""So many of a month are looked at; who owes more reads lists."""


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of a calendar: the first duties that are due on it, and how many more. ``inside``: it is of the month that is shown."""

    day: date
    inside: bool
    duties: tuple[DutyRow, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class DueMonth:
    """The weeks of a month from Monday on; ``cut``: more is due than is looked at (``MAX_DUTIES``)."""

    weeks: tuple[tuple[DueDay, ...], ...]
    cut: bool


def month_of(text: str, today: date) -> date:
    """The first day of the month ``text`` (2026-03); that of ``today`` where it is none."""
    return day_given(f"{text}-01") or today.replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after the one that begins with ``first``."""
    return (first + timedelta(days=31)).replace(day=1)


def due_days(actor: Actor, first: date, at: datetime, *, mine: bool) -> DueMonth:
    """What is due in the month that begins with ``first``; what waits comes due on no day."""
    begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, month_after(first)))
    # By the column that lists are sorted by, which of what does not wait is when it is due.
    inside = Q(turn_at__gte=begin, turn_at__lt=end, turn_at=F("due_at"))
    found: list[tuple[datetime, UUID]] = []
    for rows in duties_owed(actor, mine=mine):
        found += rows.filter(inside).order_by("turn_at", "id").values_list("turn_at", "id")[: MAX_DUTIES + 1]
    by_day: dict[date, list[UUID]] = defaultdict(list)
    for due_at, id in sorted(found)[:MAX_DUTIES]:
        by_day[timezone.localdate(due_at)].append(id)
    lines = _duty_rows([id for ids in by_day.values() for id in ids[:SHOWN_A_DAY]], actor, at)
    days = {
        day: DueDay(day, True, tuple(lines[id] for id in ids if id in lines), max(0, len(ids) - SHOWN_A_DAY))
        for day, ids in by_day.items()
    }
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return DueMonth(
        tuple(tuple(days.get(day, DueDay(day, day.month == first.month)) for day in week) for week in weeks),
        len(found) > MAX_DUTIES,
    )


def _duty_rows(ids: Sequence[UUID], actor: Actor, at: datetime) -> Mapping[UUID, DutyRow]:
    rows = list(Duty.objects.filter(id__in=ids).select_related("case"))
    return {row.id: row for row in duty_rows(rows, at, reader=actor)}
