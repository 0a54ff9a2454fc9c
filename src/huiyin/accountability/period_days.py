"""What was settled before set periods, for those who have to keep to it: the leader and the unit of each matter (clause s0-3.4c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Coalesce, JSONObject

from huiyin.accountability.models import PeriodDate
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.people.appointments import day_of
from huiyin.people.models import Account
from huiyin.procedure.command import Actor

MAX_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """Until when somebody deals with a matter before a period: its leader (``leads``), or its unit. ``late_days``: 0 where it is not overdue."""

    number: str
    leads: bool
    leader: str
    due_on: date
    late_days: int
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class CasePeriod:
    """What was settled for one matter: its leader and unit, each with the day and by how many days it is past."""

    leader: str
    leader_by: date
    leader_late: int
    unit: str
    unit_by: date
    unit_late: int


def rows_for(actor: Actor, account: UUID, today: date) -> QuerySet[PeriodDate]:
    """What was settled for each unfinished matter that ``actor`` may see, and that its leader ``account`` or their unit has to keep to:
    the unit that deals with it now, be it that it came there since. Of several periods the next that has not begun by ``today`` counts,
    and where all have the last.
    """
    return rows_among(visible_to(actor), actor.organisation, actor.unit, account, today)


def rows_among(
    cases: QuerySet[Case], organisation: UUID, unit: UUID | None, account: UUID, today: date
) -> QuerySet[PeriodDate]:
    """As ``rows_for``, of these ``cases``."""
    now = Subquery(Case.objects.filter(pk=OuterRef("case")).values("unit"))
    own = PeriodDate.objects.filter(organisation=organisation).annotate(
        deals=Coalesce(now, F("unit"), output_field=UUIDField())
    )
    rows = own.filter(Q(leader=account) | Q(deals=unit))
    others = PeriodDate.objects.filter(organisation=OuterRef("organisation"), case=OuterRef("case"))
    sooner = others.filter(begins_on__gte=today, begins_on__lt=OuterRef("begins_on"))
    later = others.filter(begins_on__gt=OuterRef("begins_on"))
    return (
        rows.filter(Exists(cases.filter(pk=OuterRef("case"), ended_at=None)))
        .exclude(Exists(sooner))
        .exclude(Q(begins_on__lt=today) & Exists(later))
    )


def days_for(actor: Actor, account: UUID, at: datetime) -> tuple[PeriodDay, ...]:
    """The same as lines, the most pressing first; at most ``MAX_SHOWN``. Of a matter that somebody leads their own day, else that of the unit."""
    number = Subquery(Case.objects.filter(pk=OuterRef("case")).values("number"))
    rows = (
        rows_for(actor, account, day_of(at))
        .annotate(number=number)
        .select_related("leader")
        .order_by("unit_by", "leader_by")
    )
    return tuple(
        sorted((_line(row, account, at) for row in rows[:MAX_SHOWN]), key=lambda one: (one.due_on, one.number))
    )


def _line(row: PeriodDate, account: UUID, at: datetime) -> PeriodDay:
    leads = row.leader_id == account
    due_on = row.leader_by if leads else row.unit_by
    return PeriodDay(row.number, leads, str(row.leader), due_on, _late(due_on, at), row.at)  # type: ignore[attr-defined]


def next_of_case(case: str, today: date) -> Subquery:
    """What counts ``today`` for the matter whose id stands in the column ``case``, as in ``rows_for``; read beside another row (``case_period``)."""
    written = JSONObject(
        leader=F("leader__display_name"),
        username=F("leader__username"),
        leader_by=F("leader_by"),
        unit=F("unit__name"),
        unit_by=F("unit_by"),
    )
    to_come = Choice(When(begins_on__gte=today, then=F("begins_on")))
    rows = PeriodDate.objects.filter(case=OuterRef(case)).order_by(to_come.asc(nulls_last=True), "-begins_on")
    return Subquery(rows.values(found=written)[:1])


def case_period(found: Mapping[str, Any] | None, at: datetime) -> CasePeriod | None:
    """What ``next_of_case`` read."""
    if not found:
        return None
    leader_by, unit_by = date.fromisoformat(found["leader_by"]), date.fromisoformat(found["unit_by"])
    leader = str(Account(display_name=found["leader"], username=found["username"]))
    return CasePeriod(leader, leader_by, _late(leader_by, at), found["unit"] or "", unit_by, _late(unit_by, at))


def _late(due_on: date, at: datetime) -> int:
    return max((day_of(at) - due_on).days, 0)
