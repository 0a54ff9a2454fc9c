"""How much each colleague of a unit has to do, and who of them is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from huiyin.casework.lists.duties import duties_owed
from huiyin.casework.lists.unfinished import end_of_week
from huiyin.casework.lists.work import MAX_LISTED
from huiyin.casework.owed import falls_due, overdue
from huiyin.people.absences import away_on
from huiyin.people.appointments import current
from huiyin.people.models import Absence, Holding
from huiyin.procedure.command import Actor


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody owes by name: ``owed`` of all, ``late`` of them overdue, ``week`` due before this week ends, ``waiting`` for others.

    ``person`` is None for what the unit owes and nobody by name; ``by_role`` is what of that they may do, as others may. ``away`` says from when until when they are absent (``until`` None: not known).
    """

    person: UUID | None
    name: str
    posts: tuple[str, ...]
    owed: int
    late: int
    week: int
    waiting: int
    by_role: int = 0
    away: Absence | None = None

    @property
    def back_on(self) -> date | None:
        """The day on which whoever is away is back."""
        return self.away.until if self.away else None


def loads(actor: Actor, at: datetime) -> tuple[Load, ...]:
    """The people of the actor's unit, who owes most first, then what nobody owes by name; only of cases that the actor may see."""
    today, end = timezone.localdate(at), end_of_week(at)
    owed = [
        row
        for rows in duties_owed(actor, mine=False, unit=actor.unit)
        for row in rows.order_by("turn_at", "id").values_list("assignee_id", "role", "due_at", "waits_since")[
            :MAX_LISTED
        ]
    ]
    held = current(Holding.objects.filter(post__unit=actor.unit, account__is_active=True), today)
    people: dict[UUID, tuple[str, list[str], set[str]]] = {}
    for one in held.select_related("account", "post").order_by("account__display_name", "since"):
        _name, posts, roles = people.setdefault(one.account_id, (str(one.account), [], set()))
        posts.append(one.post.title)
        roles |= set(one.post.roles)
    away = {one.account_id: one for one in away_on(today).filter(account__in=people)}
    unnamed = [(role, due, waits) for who, role, due, waits in owed if who not in people]
    found = []
    for person, (name, posts, roles) in people.items():
        counted = _counted([(due, waits) for who, _role, due, waits in owed if who == person], at, end)
        by_role = sum(role in roles for role, _due, _waits in unnamed)
        found.append(Load(person, name, tuple(posts), *counted, by_role, away.get(person)))
    rest = _counted([(due, waits) for _role, due, waits in unnamed], at, end)
    return (*sorted(found, key=lambda one: -one.owed), Load(None, "", (), *rest))


def _counted(
    duties: Sequence[tuple[datetime, datetime | None]], at: datetime, end: datetime
) -> tuple[int, int, int, int]:
    """All, those that are overdue, those due before ``end``, those that wait."""
    late, week = sum(overdue(*duty, at) for duty in duties), sum(falls_due(*duty, at, end) for duty in duties)
    return len(duties), late, week, sum(waits is not None for _due, waits in duties)
