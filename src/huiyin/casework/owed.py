"""What is owed, and what is overdue: the one place that says so, whatever list, page, count, export or job asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from huiyin.casework.models import OPEN, Case, Duty

LATER = timedelta(days=365_000)
"""How much later the turn of a duty comes while it waits: behind all that can be done."""


def turn_of(due_at: datetime, waits_since: datetime | None) -> datetime:
    """By when duties are listed: by when they are due; those whose clock stands, or that others come before, behind all others."""
    return due_at if waits_since is None else due_at + LATER


TARGET_SHARE: Final = 3
"""An office aims at a third of the time that is left when a duty comes: several follow each other within the same limit of 60 days."""


def target_of(opened_at: datetime, due_at: datetime) -> datetime:
    """By when an office means to have done a duty: its own aim, which nobody is held to; at once where it came too late."""
    return opened_at + max(due_at - opened_at, timedelta()) / TARGET_SHARE


def open_duties() -> QuerySet[Duty]:
    """All that is still owed, on whatever case. Not for readers: those begin at ``visible_to``."""
    return Duty.objects.filter(OPEN)


def late(at: datetime) -> Q:
    """Duties that are overdue at ``at`` (aware). One that waits is not: whoever owes it can do nothing about it."""
    return OPEN & Q(turn_at__lt=at)


def overdue(due_at: datetime, waits_since: datetime | None, at: datetime) -> bool:
    """Whether what is still owed is overdue, as ``late`` asks."""
    return waits_since is None and due_at < at


def missed(at: datetime) -> Q:
    """Duties that were not fulfilled by their due time: done later, or overdue at ``at`` (aware)."""
    return Q(discharged_at__gt=F("due_at")) | late(at)


def done_late(due_at: datetime, discharged_at: datetime | None) -> bool:
    """Whether a duty was done, but after its due time."""
    return discharged_at is not None and discharged_at > due_at


def days_late(due_at: datetime, at: datetime) -> int:
    """How many days after its due day something was, or is still not, done at ``at``; one at least, where it is late at all."""
    return max((timezone.localdate(at) - timezone.localdate(due_at)).days, 1)


def due_between(start: datetime, end: datetime) -> Q:
    """Duties that come due from ``start`` (inclusive) to ``end`` (not)."""
    return OPEN & Q(turn_at__gte=start, turn_at__lt=end)


def falls_due(due_at: datetime, waits_since: datetime | None, start: datetime, end: datetime) -> bool:
    """Whether what is still owed comes due from ``start`` to ``end``, as ``due_between`` asks."""
    return waits_since is None and start <= due_at < end


def due_from_on(start: datetime) -> Q:
    """Duties that come due from ``start`` on, and do not wait."""
    return Q(due_at__gte=start, turn_at=F("due_at"))


def late_cases(at: datetime) -> Q:
    """Cases on which an office owes something that is overdue: the due time of a case is that of its earliest duty that does not wait."""
    return Q(due_at__lt=at)


class Ends(Protocol):
    """Whatever tells of a duty how it ended."""

    @property
    def discharged_at(self) -> datetime | None:
        """When it was done."""

    @property
    def withdrawn_at(self) -> datetime | None:
        """When it fell."""


def is_open(duty: Ends) -> bool:
    """Whether a duty is still owed, as ``OPEN`` asks."""
    return duty.discharged_at is None and duty.withdrawn_at is None


def is_late(duty: Duty, at: datetime) -> bool:
    """Whether a row is overdue, as ``late`` asks."""
    return is_open(duty) and overdue(duty.due_at, duty.waits_since, at)


def is_late_case(case: Case, at: datetime) -> bool:
    """Whether a row is overdue, as ``late_cases`` asks."""
    return case.due_at is not None and overdue(case.due_at, None, at)


def days_overdue(due_at: datetime | None, at: datetime) -> int:
    """How many days something is overdue that is owed by ``due_at``; 0 where it is not, or where nothing is owed that does not wait."""
    return days_late(due_at, at) if due_at is not None and overdue(due_at, None, at) else 0
