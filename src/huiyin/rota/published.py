"""What everybody may read: the reception days of leaders by post and day, with names only where the organisation publishes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from huiyin.people.appointments import day_of
from huiyin.people.models import Reception
from huiyin.rota.in_force import shifts_in_force, that_count
from huiyin.rota.models import DutyGroup
from huiyin.rota.planning import setting_of
from huiyin.rota.soundness import rota_soundness

SHOWN_FOR: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class PublicReception:
    """A leader receives on a day: the post, and the name where it is published; ``note`` says which holiday moved it there."""

    id: UUID
    day: date
    begins: time
    ends: time
    place: str
    post: str
    name: str
    published_at: datetime
    note: str = ""


def public_receptions(organisation: UUID, at: datetime) -> tuple[PublicReception, ...]:
    """The reception days of leaders from the day of ``at`` on, where nothing else is said at the place where the organisation receives.
    What no longer stands is left out: nobody comes for nothing."""
    today = day_of(at)
    shifts = shifts_in_force(organisation, today, today + SHOWN_FOR).filter(rota__group=DutyGroup.LEADERS)
    found = list(shifts)
    usual = Reception.objects.filter(organisation=organisation).values_list("place", flat=True).first() or ""
    fallen = {one.shift.id for rota in rota_soundness(organisation, at) for one in rota.fallen} if found else set()
    moved = setting_of(organisation, at).moved(today, today + SHOWN_FOR) if found else {}
    return tuple(
        PublicReception(
            one.id,
            one.day,
            one.begins,
            one.ends,
            one.place or usual,
            str(one.post),
            str(one.account) if one.rota.shows_names else "",
            one.rota.published_at or at,
            moved.get(one.day, ""),
        )
        for one in found
        if one.id not in fallen
    )


def publishing_receptions(at: datetime) -> frozenset[UUID]:
    """The organisations of which a reception day of a leader is known from the day of ``at`` on."""
    today = day_of(at)
    coming = that_count().filter(day__gte=today, day__lte=today + SHOWN_FOR, rota__group=DutyGroup.LEADERS)
    return frozenset(coming.order_by().values_list("organisation", flat=True).distinct())
