"""A long job: counting dates anew after a year's holidays were published or moved, case by case, each by an event of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.door.writing import lock, record, write_moved
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.people.acting import system_actor
from huiyin.people.models import Account
from huiyin.procedure.amending.recalculating import recalculate
from huiyin.procedure.event import DutyRescheduled
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store import holidays
from huiyin.rule_store.store import load
from huiyin.rules.book.load import shipped
from huiyin.rules.deadlines.calendar import Calendar

CASES_A_PIECE: Final = 50
MAX_FORESEEN: Final = 1000
"""Of so many cases a page says what a notice would move: some seconds' work."""
SETTLED_AFTER: Final = timedelta(seconds=2 * holidays.SECONDS_KNOWN)
"""By then every process goes by a notice, and a request that did not has ended."""


@dataclass(frozen=True, slots=True)
class HolidayEntry:
    """A notice that is to count: ``text`` is a calendar file with ``year`` alone, ``source`` what the notice is called."""

    calendar: str
    year: int
    source: str
    text: str
    reason: str = ""


@dataclass
class MovedDates:
    """What a notice does to the dates of an organisation's open duties; ``days`` is by how many days one moves at most."""

    later: int = 0
    earlier: int = 0
    settled: int = 0
    days: int = 0

    def add(self, old: date, new: date) -> None:
        """Count a date that moves, or that is no longer provisional and stays."""
        self.later += new > old
        self.earlier += new < old
        self.settled += new == old
        self.days = max(self.days, abs((new - old).days))


@dataclass
class Foreseen:
    """What would follow from a notice, by the name of the organisation, as far as it was looked at; ``left`` are cases that were not."""

    days_changed: tuple[date, ...]
    by_organisation: dict[str, MovedDates] = field(default_factory=dict)
    left: int = 0


def enter_holidays(entry: HolidayEntry, at: datetime, by: Account | None) -> None:
    """Have a notice count from now on, and the dates that it moves counted anew by a worker. Raises RulebookFlawed where it cannot be read."""
    with transaction.atomic():
        since = min(days_changed(entry), default=None)
        notice = holidays.enter(entry.calendar, entry.year, entry.source, entry.text, at, by, entry.reason)
        total = _concerned(since).count()
        queue.enqueue(kinds.recalculation(notice.id.hex, total, at + SETTLED_AFTER, since))


def foresee(entry: HolidayEntry, at: datetime) -> Foreseen:
    """What a notice would move, as if it had been entered. Sealed cases, which may accuse the reader, are left out."""
    changed = days_changed(entry)
    since = min(changed, default=None)
    concerned = Case.objects.filter(id__in=_concerned(since), sealed=False)
    found = Foreseen(changed, left=max(concerned.count() - MAX_FORESEEN, 0))
    with holidays.as_if(entry.calendar, entry.text):
        for case in concerned.select_related("organisation").order_by("id")[:MAX_FORESEEN]:
            state = codec.loads(case.state)
            decision = recalculate(load(case.rulebook), state, at, since)
            was = {duty.id: duty.derivation.due_on for duty in state.duties}
            for event in decision.events if decision else ():
                if isinstance(event, DutyRescheduled):
                    moved = found.by_organisation.setdefault(case.organisation.name, MovedDates())
                    moved.add(was[event.duty], event.derivation.due_on)
    return found


def days_changed(entry: HolidayEntry) -> tuple[date, ...]:
    """The days that a notice makes off or worked, as they are not now. Raises RulebookFlawed where it cannot be read."""
    holidays.read_anew()
    before = holidays.calendar_now(entry.calendar)
    with holidays.as_if(entry.calendar, entry.text):
        return _changed(before, holidays.calendar_now(entry.calendar))


def _changed(before: Calendar, after: Calendar) -> tuple[date, ...]:
    """The days that are off in one and worked in the other, as far as either lists them."""
    days = before.off.keys() | before.work.keys() | after.off.keys() | after.work.keys()
    return tuple(sorted(day for day in days if before.is_working(day) != after.is_working(day)))


def watch_holidays(at: datetime) -> int:
    """Queue the job when the published years are others than when it was last queued; whether it was."""
    before = Job.objects.count()
    queue.enqueue(kinds.recalculation(_digest([load(name).calendar for name in shipped()]), _concerned().count(), at))
    return Job.objects.count() - before


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Count the next piece of cases anew (``kinds.recalculation``); None when there are no more."""
    holidays.read_anew()
    after, since = job.payload.get("after"), job.payload.get("since")
    first = date.fromisoformat(since) if since else None
    rest = _concerned(first).filter(case_id__gt=UUID(after)) if after else _concerned(first)
    piece = list(rest.order_by("case_id")[:CASES_A_PIECE])
    for case in piece:
        _recalculate(case, at, first)
    if len(piece) < CASES_A_PIECE:
        return None
    Job.objects.filter(id=job.id).update(payload={**job.payload, "after": piece[-1].hex})
    return Progress(job.progress + len(piece), max(job.total, job.progress + len(piece) + 1))


def _concerned(since: date | None = None) -> QuerySet[Duty, UUID]:
    """The cases on which a date is owed that may still change, or that falls on ``since`` or later."""
    provisional = Q(derivation__has_key="warnings")
    # A day early: the day begins sooner in the rulebook's zone than in UTC.
    concerned = provisional | Q(due_at__date__gte=since - timedelta(days=1)) if since else provisional
    return open_duties().filter(concerned).values_list("case_id", flat=True).distinct()


def _recalculate(id: UUID, at: datetime, since: date | None) -> None:
    with transaction.atomic():
        case = lock(id)
        rules = load(case.rulebook)
        decision = recalculate(rules, codec.loads(case.state), at, since)
        if decision is None:
            return
        actor, batch = system_actor(case.organisation_id), Batch()
        record(batch, case, rules, decision, actor, at)
        write_moved(batch, case, actor, at)


def _digest(calendars: list[Calendar]) -> str:
    known = {
        one.code: [sorted(one.published), sorted(map(str, one.off)), sorted(map(str, one.work))] for one in calendars
    }
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
