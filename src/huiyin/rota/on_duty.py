"""Who is on duty now: asked by every page of staff, so that it costs one statement and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from huiyin.people.absences import away_on
from huiyin.rota.in_force import shifts_in_force


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who serves today until ``ends``; ``is_now``: at this moment; ``is_away``: they were noted as away since it was planned."""

    name: str
    person: UUID
    post: str
    group: str
    begins: time
    ends: time
    place: str
    is_now: bool
    is_away: bool


def on_duty(organisation: UUID, at: datetime) -> tuple[OnDuty, ...]:
    """Whose shifts of today are not over at a moment, those who serve now first. One statement."""
    here = timezone.localtime(at)
    day, now = here.date(), here.time()
    shifts = shifts_in_force(organisation, day, day).filter(ends__gt=now)
    away = away_on(day).filter(account=OuterRef("account"))
    rows = shifts.annotate(is_away=Exists(away)).order_by("begins", "rota__group", "id")
    return tuple(
        OnDuty(
            str(one.account),
            one.account_id,
            str(one.post),
            one.rota.group,
            one.begins,
            one.ends,
            one.place,
            one.begins <= now,
            one.is_away or not one.account.is_active,
        )
        for one in rows
    )
