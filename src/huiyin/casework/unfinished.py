"""What is still open: how many duties are late or due soon, and every unfinished matter with who owes the next step.

The list ranks by delay alone (clauses s0-3.4a, s0-3.4b): nothing about a petitioner enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from huiyin.casework import texts
from huiyin.casework.lists import DutyRow, Page, duty_rows, make_key, open_duties, read_key
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.casework.wording import name_of
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load

PAGE = 100
NEVER = datetime.max.replace(tzinfo=UTC)
"""Stands in a list's key for a matter on which no office owes anything now."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many duties are open, late, due before today ends and due before this week ends (late ones not included)."""

    open: int
    overdue: int
    today: int
    week: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An open matter: its next step is the first of its open duties. ``age_days`` counts from the day of receipt."""

    case: Case
    title: str
    stage: str
    age_days: int
    due_at: datetime | None
    overdue: bool
    steps: tuple[DutyRow, ...]


def end_of_today(at: datetime) -> datetime:
    """The first moment of tomorrow in the installation's zone."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def end_of_week(at: datetime) -> datetime:
    """The first moment of next Monday in the installation's zone."""
    return end_of_today(at) + timedelta(days=6 - timezone.localtime(at).weekday())


def counts(actor: Actor, at: datetime, *, mine: bool, unit: UUID | None = None) -> Counts:
    """The open duties that ``lists.duties`` would show, counted in one query."""
    late = Q(due_at__lt=at)
    found = open_duties(actor, mine=mine, unit=unit).aggregate(
        open=Count("id"),
        overdue=Count("id", filter=late),
        today=Count("id", filter=~late & Q(due_at__lt=end_of_today(at))),
        week=Count("id", filter=~late & Q(due_at__lt=end_of_week(at))),
    )
    return Counts(**found)


def unfinished(actor: Actor, at: datetime, after: str = "") -> Page[Unfinished]:
    """Every open matter that ``actor`` may see, the longest overdue first; those that wait for the petitioner come last."""
    rows = visible_to(actor).filter(ended_at__isnull=True)
    key = read_key(after)
    if key is not None:
        rows = rows.filter(_behind(*key))
    return _page(list(rows.select_related("unit").order_by(F("due_at").asc(nulls_last=True), "id")[: PAGE + 1]), at)


def _behind(due_at: datetime, id_: UUID) -> Q:
    if due_at == NEVER:
        return Q(due_at__isnull=True, id__gt=id_)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=id_) | Q(due_at__isnull=True)


def _page(found: list[Case], at: datetime) -> Page[Unfinished]:
    shown = found[:PAGE]
    steps = _next_steps(shown, at)
    titles = texts.read(case.title for case in shown if case.title)
    items = tuple(_row(case, titles, steps.get(case.id, ()), at) for case in shown)
    last = shown[-1] if len(found) > PAGE else None
    return Page(items, make_key(last.due_at or NEVER, last.id) if last else "")


def _next_steps(cases: Iterable[Case], at: datetime) -> dict[UUID, tuple[DutyRow, ...]]:
    rows: QuerySet[Duty] = Duty.objects.filter(
        case__in=list(cases), discharged_at__isnull=True, withdrawn_at__isnull=True
    )
    steps: dict[UUID, tuple[DutyRow, ...]] = {}
    for row in duty_rows(list(rows.select_related("case").order_by("due_at", "id")), at):
        steps[row.case.id] = (*steps.get(row.case.id, ()), row)
    return steps


def _row(case: Case, titles: Mapping[UUID, str], steps: tuple[DutyRow, ...], at: datetime) -> Unfinished:
    stage = load(case.rulebook).book.procedures[case.procedure].stages.get(case.stage)
    return Unfinished(
        case=case,
        title=titles.get(case.title, "") if case.title else "",
        stage=name_of(stage, case.stage),
        age_days=(timezone.localdate(at) - timezone.localdate(case.received_at)).days,
        due_at=case.due_at,
        overdue=any(step.overdue for step in steps),
        steps=steps,
    )
