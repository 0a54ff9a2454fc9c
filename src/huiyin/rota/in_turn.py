"""Whom to turn to for what several people could do: who is on duty, then who serves next, one after the other until somebody does it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from huiyin.people.absences import away_on
from huiyin.rota.in_force import shifts_in_force

AHEAD: Final = timedelta(days=7)
MAX_TURNS: Final = 3
"""So many are turned to within the time that there is: each must have some minutes to answer."""


def in_turn(
    organisation: UUID, people: Collection[UUID], since: datetime, due_at: datetime, at: datetime
) -> tuple[str, ...]:
    """The names of those who are to be called by ``at``, of ``people`` who could do what is owed ``since`` a moment until ``due_at`` (aware):
    the last is whose turn it is, those before had theirs. The time is shared among the first on the rota; empty where none serves within a week.
    """
    here = timezone.localtime(since)
    shifts = shifts_in_force(organisation, here.date(), here.date() + AHEAD).filter(account__in=people)
    shifts = shifts.annotate(is_away=Exists(away_on(here.date()).filter(account=OuterRef("account"))))
    names: dict[UUID, str] = {}
    for shift in shifts.order_by("day", "begins", "id"):
        is_over = shift.day == here.date() and shift.ends <= here.time()
        if not is_over and not shift.is_away and shift.account.is_active:
            names.setdefault(shift.account_id, str(shift.account))
    turns = list(names.values())[:MAX_TURNS]
    passed = (at - since) / max(due_at - since, timedelta(minutes=1))
    return tuple(turns[: 1 + int(passed * len(turns))])
