"""What is still open: how many duties are late or due soon, and every unfinished matter with who owes the next step.

The list ranks by delay alone (clauses s0-3.4a, s0-3.4b): nothing about a petitioner enters it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.lists.cases import cases_of
from huiyin.casework.lists.duties import SHOWN_WITH, DutyRow, duty_rows
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import UNFINISHED, CaseAccess, Duty
from huiyin.casework.owed import due_between, open_duties
from huiyin.casework.visible import accessible
from huiyin.paging import Order, Page
from huiyin.people.appointments import day_of
from huiyin.procedure.command import Actor
from huiyin.rows import count_each, count_first_of_each

PAGE = 50
MAX_COUNTED = 1000
BY_DELAY = Order(CaseAccess, ("due_at", "case"))
"""Matters on which no office can do anything now come last."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many duties are open, late, due before today ends and due before this week ends (late ones not included).

    What is beyond ``MAX_COUNTED`` is more than that, however much.
    """

    open: int
    overdue: int
    today: int
    week: int

    def as_shown(self) -> Mapping[str, str]:
        """The counts as pages show them: 1000+ where there are more."""
        return {name: f"{MAX_COUNTED}+" if found > MAX_COUNTED else str(found) for name, found in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class UnfinishedCase:
    """An open matter: its next step is the first of its open duties. ``age_days`` counts from the day of receipt."""

    view: CaseView
    age_days: int
    steps: tuple[DutyRow, ...]


def end_of_today(at: datetime) -> datetime:
    """The first moment of tomorrow in the installation's zone."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def end_of_week(at: datetime) -> datetime:
    """The first moment of next Monday in the installation's zone."""
    return end_of_today(at) + timedelta(days=6 - timezone.localtime(at).weekday())


def counts_of_each(owed: Sequence[Sequence[QuerySet[Duty]]], at: datetime) -> list[Counts]:
    """The open duties of several lists, each as ``duties_owed`` has it; none is counted beyond ``MAX_COUNTED``.

    Those due first are read once for all of its counts; only where many more come behind them is asked how many of these are due soon.
    """
    ends = (end_of_today(at), end_of_week(at))
    found = count_first_of_each(owed, "turn_at", MAX_COUNTED + 1, (at, *ends))
    return [_counts_of(rows, counted, at, ends) for rows, counted in zip(owed, found, strict=True)]


def _counts_of(
    rows: Sequence[QuerySet[Duty]], counted: Sequence[int], at: datetime, ends: Sequence[datetime]
) -> Counts:
    first, late, today, week = counted
    if first <= MAX_COUNTED or week < first:  # all there are, or all that are due this week
        return Counts(first, late, today - late, week - late)
    soon = counted_together([[some.filter(due_between(at, end)) for some in rows] for end in ends])
    return Counts(first, late, *soon)


def counted_together(each: Sequence[Sequence[QuerySet[Any]]]) -> list[int]:
    """How many rows there are of each list, which is of several querysets that share none; in one statement, none beyond ``MAX_COUNTED``."""
    return count_each(each, MAX_COUNTED + 1)


def unfinished(actor: Actor, at: datetime, after: str = "") -> Page[UnfinishedCase]:
    """Every open matter that ``actor`` may see, the longest overdue first; those that wait for the petitioner come last."""
    page = BY_DELAY.page(accessible(actor).each(lambda rows: rows.filter(UNFINISHED)), after, PAGE)
    views = case_views(cases_of(page.items), at)
    steps = next_steps(views, at)
    items = (
        UnfinishedCase(
            view, (timezone.localdate(at) - timezone.localdate(view.case.received_at)).days, steps[view.case.id]
        )
        for view in views
    )
    return Page(tuple(items), page.next)


def next_steps(views: Sequence[CaseView], at: datetime) -> Mapping[UUID, tuple[DutyRow, ...]]:
    """The open duties of cases that the reader may see, by case, the next first; each says whether anybody attends to it."""
    rows = open_duties().filter(case__in=[view.case for view in views])
    steps: dict[UUID, tuple[DutyRow, ...]] = {view.case.id: () for view in views}
    nobody = {duty.id for duty in unattended(rows, day_of(at))}
    titles = {view.case.id: view.title for view in views}
    for row in duty_rows(rows.select_related(*SHOWN_WITH).order_by("due_at", "id"), at, titles):
        steps[row.case.id] = (*steps[row.case.id], replace(row, unattended=row.id in nobody))
    return steps
