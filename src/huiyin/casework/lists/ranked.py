"""Every unfinished matter by how late and how serious it is: what an office goes through before a holiday or the end of the year.

By delay and class alone (clauses s0-3.4a, s0-3.4b): nothing about a petitioner enters the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.labels import name_of
from huiyin.casework.lists.duties import DutyRow
from huiyin.casework.lists.unfinished import next_steps
from huiyin.casework.models import UNFINISHED, Case, CaseAccess
from huiyin.casework.owed import days_overdue
from huiyin.casework.visible import accessible, book_of
from huiyin.casework.vocabulary import SEVERITY_FACT
from huiyin.procedure.command import Actor
from huiyin.procedure.state import ORDINARY
from huiyin.rule_store.store import load
from huiyin.rules import MATTER
from huiyin.rules.deadlines.calendar import Calendar

MAX_RANKED: Final = 5000
DAYS_A_POINT: Final = 10
MAX_POINTS: Final = 10
"""Of delay; a matter of the gravest class has half as many for that."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why a matter stands where it stands: points of delay and of class, and since when it is overdue, in whole days (0: it is not)."""

    late_days: int
    delay: int
    severity: int

    @property
    def total(self) -> int:
        """By what it is sorted."""
        return self.delay + self.severity


@dataclass(frozen=True, slots=True)
class RankedMatter:
    """An unfinished matter with what is owed on it, by due time."""

    view: CaseView
    severity_label: str
    age_days: int
    urgency: Urgency
    steps: tuple[DutyRow, ...]

    @property
    def next_step(self) -> DutyRow | None:
        """What comes next, which says who owes it: the first that does not wait. None: it is the petitioner's turn."""
        return next((step for step in self.steps if step.waits_since is None), self.steps[0] if self.steps else None)


@dataclass(frozen=True, slots=True)
class SetPeriod:
    """A holiday, or the end of a year, before which matters are gone through: its name and first day."""

    name: str
    begins_on: date


def set_periods(calendar: Calendar, today: date, count: int = 3) -> tuple[SetPeriod, ...]:
    """The next holidays that the calendar knows, and the end of the year, the nearest first."""
    found = list[SetPeriod]()
    for days in range(1, 400):
        day = today + timedelta(days=days)
        holiday, before = calendar.holiday(day), calendar.holiday(day - timedelta(days=1))
        if holiday is not None and before is None:
            found.append(SetPeriod(holiday.zh, day))
        if (day.month, day.day) == (12, 31):
            found.append(SetPeriod("年末", day))
    return tuple(found[:count])


def ranked(actor: Actor, at: datetime) -> tuple[UUID, ...]:
    """The unfinished matters that ``actor`` may see, the most urgent first; of more than ``MAX_RANKED`` the longest overdue."""
    severities = _severities(actor.organisation)
    rows = {
        row.case_id: row
        for branch in accessible(actor)
        for row in branch.filter(UNFINISHED, procedure=MATTER).order_by("due_at", "case")[:MAX_RANKED]
    }
    return tuple(row.case_id for row in sorted(rows.values(), key=lambda row: _place(row, severities, at)))


def ranked_of_all(organisation: UUID, at: datetime) -> tuple[UUID, ...]:
    """The same for whoever runs the installation: of the whole organisation, but what is sealed, limited or in custody."""
    severities = _severities(organisation)
    open_to_all = Q(sealed=False, unresolved=False, level=ORDINARY)
    cases = Case.objects.filter(open_to_all, organisation=organisation, procedure=MATTER, ended_at=None)
    order = sorted(
        cases.order_by("due_at")[:MAX_RANKED],
        key=lambda case: (
            -_urgency(case.due_at, str(case.facts.get(SEVERITY_FACT, "")), severities, at).total,
            case.received_at,
        ),
    )
    return tuple(case.id for case in order)


def ranked_matters(ids: Iterable[UUID], organisation: UUID, at: datetime) -> tuple[RankedMatter, ...]:
    """Matters of ``ranked`` or ``ranked_of_all``, a page of them, in their order."""
    ids = tuple(ids)
    found = Case.objects.filter(id__in=ids).select_related("unit").in_bulk()
    views = case_views([found[id] for id in ids if id in found], at)
    steps = next_steps(views, at)
    severities = _severities(organisation)
    return tuple(
        RankedMatter(
            view=view,
            severity_label=_label(view.case),
            age_days=(timezone.localdate(at) - timezone.localdate(view.case.received_at)).days,
            urgency=_urgency(view.case.due_at, str(view.severity), severities, at),
            steps=steps[view.case.id],
        )
        for view in views
    )


def _label(case: Case) -> str:
    fact = load(case.rulebook).book.facts.get(SEVERITY_FACT)
    value = str(case.facts.get(SEVERITY_FACT, ""))
    return name_of(fact.values[value]) if fact is not None and value in fact.values else ""


def _severities(organisation: UUID) -> Mapping[str, int]:
    """The points of each class: the gravest, which a rulebook names last, has half as many as the longest delay."""
    book = book_of(organisation)
    fact = book.facts.get(SEVERITY_FACT) if book else None
    names = list(fact.values) if fact is not None else []
    return {name: MAX_POINTS // 2 * place // max(len(names) - 1, 1) for place, name in enumerate(names)}


def _urgency(due_at: datetime | None, severity: str, severities: Mapping[str, int], at: datetime) -> Urgency:
    late = days_overdue(due_at, at)
    return Urgency(late, min(-(-late // DAYS_A_POINT), MAX_POINTS), severities.get(severity, 0))


def _place(row: CaseAccess, severities: Mapping[str, int], at: datetime) -> tuple[int, datetime, UUID]:
    return -_urgency(row.due_at, row.severity, severities, at).total, row.registered_at, row.case_id
