"""A long job: counting provisional dates anew after a year's holidays were published, case by case, each by an event of its own."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.door.writing import MOVING, lock, record, write
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.people.acting import system_actor
from huiyin.procedure.amending.recalculating import recalculate
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.load import shipped
from huiyin.rules.deadlines.calendar import Calendar

CASES_A_PIECE = 50


def watch_holidays(at: datetime) -> int:
    """Queue the job when the published years are others than when it was last queued; whether it was."""
    before = Job.objects.count()
    queue.enqueue(kinds.recalculation(_digest([load(name).calendar for name in shipped()]), _provisional().count(), at))
    return Job.objects.count() - before


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Count the next piece of cases anew (``kinds.recalculation``); None when there are no more."""
    after = job.payload.get("after")
    rest = _provisional().filter(case_id__gt=UUID(after)) if after else _provisional()
    piece = list(rest.order_by("case_id")[:CASES_A_PIECE])
    for case in piece:
        _recalculate(case, at)
    if len(piece) < CASES_A_PIECE:
        return None
    Job.objects.filter(id=job.id).update(payload={"after": piece[-1].hex})
    return Progress(job.progress + len(piece), max(job.total, job.progress + len(piece) + 1))


def _provisional() -> QuerySet[Duty, UUID]:
    """The cases on which a date is owed that may still change."""
    owed = open_duties().filter(derivation__has_key="warnings")
    return owed.values_list("case_id", flat=True).distinct()


def _recalculate(id: UUID, at: datetime) -> None:
    with transaction.atomic():
        case = lock(id)
        rules = load(case.rulebook)
        decision = recalculate(rules, codec.loads(case.state), at)
        if decision is None:
            return
        actor, batch = system_actor(case.organisation_id), Batch()
        record(batch, case, rules, decision, actor, at)
        batch.change(Case, case.id, {name: getattr(case, name) for name in MOVING})
        write(batch, actor, at)


def _digest(calendars: list[Calendar]) -> str:
    known = {
        one.code: [sorted(one.published), sorted(map(str, one.off)), sorted(map(str, one.work))] for one in calendars
    }
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
