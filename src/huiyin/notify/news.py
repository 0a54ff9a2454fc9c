"""What is news about duties, and since when: for the page of one person and for a group that a robot writes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from huiyin.casework.duty_news import chains_of
from huiyin.casework.models import Duty
from huiyin.casework.owed import is_late
from huiyin.people.staff.mail_preferences import MailReason
from huiyin.procedure.event import ActionTaken
from huiyin.rule_store.store import load
from huiyin.rules.deadlines.calendar import Calendar

WORKING_DAYS: Final = 3
LONGEST_RUN: Final = 31
"""Days: no run of holidays is as long, so that three working days are never further away."""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """Why somebody is told of a duty, and since when that is so."""

    reason: MailReason
    duty: Duty
    at: datetime


def news_between(duties: Sequence[Duty], since: datetime, at: datetime) -> list[NewsLine]:
    """What became news of open ``duties`` (read with their cases) after ``since``, up to ``at`` (both aware), the latest first."""
    again = returned_among(duties)
    found = [*_supplemented(duties, since, at)]
    for duty in duties:
        found.append(NewsLine(MailReason.RETURNED if duty.id in again else MailReason.NEW, duty, duty.opened_at))
        if is_late(duty, at):
            found.append(NewsLine(MailReason.OVERDUE, duty, duty.due_at))
        elif is_soon(duty, at):
            found.append(NewsLine(MailReason.DUE, duty, max(soon_from(duty), duty.opened_at)))
    return sorted((one for one in found if since < one.at <= at), key=lambda one: one.at, reverse=True)


def returned_among(duties: Sequence[Duty]) -> frozenset[UUID]:
    """Those that the same unit has done before on the same case: they came back."""
    done = Duty.objects.filter(case__in={duty.case_id for duty in duties}, discharged_at__isnull=False)
    before = set(done.values_list("case_id", "kind", "unit_id"))
    return frozenset(duty.id for duty in duties if (duty.case_id, duty.kind, duty.unit_id) in before)


def is_soon(duty: Duty, at: datetime) -> bool:
    """Whether its clock runs and at most three working days are left, the last one included."""
    if duty.waits_since is not None or duty.due_at - at > timedelta(days=LONGEST_RUN):
        return False
    return soon_from(duty) <= at


def soon_from(duty: Duty) -> datetime:
    """The beginning of the day from which at most three working days are left."""
    calendar = load(duty.case.rulebook).calendar
    last = day = calendar.local_date(duty.due_at)
    while working_days_left(calendar, day - timedelta(days=1), last) <= WORKING_DAYS:
        day -= timedelta(days=1)
        if (last - day).days > LONGEST_RUN:
            break
    return timezone.make_aware(datetime.combine(day, time()))


def working_days_left(calendar: Calendar, today: date, last: date) -> int:
    """The working days behind ``today`` up to ``last``, which is included."""
    days = (today + timedelta(days=number) for number in range(1, (last - today).days + 1))
    return sum(calendar.is_working(day) for day in days)


def _supplemented(duties: Sequence[Duty], since: datetime, at: datetime) -> Iterator[NewsLine]:
    """What the petitioner did on a case while the duty was owed, the last of it."""
    changed = [duty for duty in duties if duty.case.changed_at > since]
    chains = chains_of({duty.case_id for duty in changed})
    for duty in changed:
        steps = [
            item.at
            for item in chains.get(duty.case_id, ())
            if max(since, duty.opened_at) < item.at <= at
            and isinstance(item.event, ActionTaken)
            and item.event.actor == "petitioner"
        ]
        if steps:
            yield NewsLine(MailReason.SUPPLEMENTED, duty, steps[-1])
