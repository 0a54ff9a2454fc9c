"""What is due soon or overdue of all that is kept ready, for whoever answers for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huiyin.readiness.models import GroupTask, Qualification, Supply, Training

SOON: Final = timedelta(days=7)
"""How long before it is due its owner is reminded."""
EXPIRY: Final = timedelta(days=30)
"""How long before stores or a qualification expire: replacing them takes its time."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that is due: ``register`` and ``row`` lead to its page, ``what`` says what is to be done, ``owner`` is who answers for it."""

    register: str
    row: UUID
    what: Promise
    title: str
    due_on: date
    owner: str

    def is_overdue(self, day: date) -> bool:
        """Whether it should have been done before ``day``."""
        return self.due_on < day


def reminders(organisation: UUID, day: date, owner: UUID | None = None) -> list[Reminder]:
    """What is due within a week of ``day`` (expiry: a month) or overdue, the most overdue first; of one ``owner``, or of all."""
    return sorted(_of_all(organisation, day, owner), key=lambda one: (one.due_on, one.title))


def rows_of(organisation: UUID, soon: date, expiring: date, owner: UUID) -> list[QuerySet[Any]]:
    """All that somebody answers for, to be counted (``rows.count_each``): what is due by the day ``soon``, or runs out by ``expiring``."""
    return [rows for _register, _what, rows, _day in _sources(organisation, soon, expiring, owner)]


def _of_all(organisation: UUID, day: date, owner: UUID | None) -> Iterator[Reminder]:
    for register, what, rows, when in _sources(organisation, day + SOON, day + EXPIRY, owner):
        who = "account" if register == "qualifications" else "owner"
        for row in rows.select_related(who):
            yield Reminder(
                register, row.pk, what, str(row), getattr(row, when) if when else day, str(getattr(row, who))
            )


def _sources(
    organisation: UUID, soon: date, expiring: date, owner: UUID | None
) -> Iterator[
    tuple[str, Promise, QuerySet[GroupTask] | QuerySet[Training] | QuerySet[Supply] | QuerySet[Qualification], str]
]:
    own = Q(organisation=organisation) & (Q(owner=owner) if owner else Q())
    theirs = Q(organisation=organisation) & (Q(account=owner) if owner else Q())
    supplies = Supply.objects.filter(own)
    yield "tasks", _("任务"), GroupTask.objects.filter(own, done_on=None, due_on__lte=soon), "due_on"
    yield "training", _("举办培训"), Training.objects.filter(own, held_on=None, planned_on__lte=soon), "planned_on"
    yield "supplies", _("检查"), supplies.filter(check_on__lte=soon), "check_on"
    there = supplies.filter(expires_on__lte=expiring, quantity__gt=0)
    yield "supplies", _("更换（到期）"), there, "expires_on"
    short = supplies.filter(kind=Supply.SupplyKind.STORES, quantity__lt=F("least"))
    yield "supplies", _("补充（不足）"), short, ""  # at once
    expired = Qualification.objects.filter(theirs, valid_until__lte=expiring)
    yield "qualifications", _("资格到期"), expired, "valid_until"
