"""Queueing, claiming and settling jobs: at least once, with a lease, growing pauses, and an end to trying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from huiyin.errors import HuiyinError
from huiyin.jobs.kinds import kind_of
from huiyin.jobs.models import OPEN, Job
from huiyin.language import gettext_noop

LONGEST_PAUSE = timedelta(hours=6)
KEPT = timedelta(days=30)
"""How long a job that was done stays to be counted."""
STALLED_AFTER = timedelta(minutes=1)
UNSURVIVED = "no worker that tried it said what came of it"


class PermanentFailure(HuiyinError):
    """Raised when trying the job again is pointless. Its text is kept as the job's error and holds no personal data."""

    to_do = gettext_noop("请先解决所说的问题，再运行 `huiyin jobs retry`")


class Progress(NamedTuple):
    """What a long job returns after a piece of it: ``done`` of ``total``, and there is more to do."""

    done: int
    total: int


def enqueue(job: Job) -> None:
    """Queue ``job`` in the caller's transaction, unless its key is there already, whatever came of that one."""
    Job.objects.bulk_create([job], ignore_conflicts=True)


def enqueue_again(job: Job) -> None:
    """As ``enqueue``, but a job with this key that was done, or given up, is to be done once more."""
    enqueue(job)
    Job.objects.filter(~OPEN, key=job.key).update(**_fresh(job.due_at), payload=job.payload)


def find(key: str) -> Job | None:
    """The job with this key."""
    return find_all([key]).first()


def find_all(keys: Iterable[str]) -> QuerySet[Job]:
    """The jobs with these keys; those that there are not are missing."""
    return Job.objects.filter(key__in=keys)


def due(at: datetime) -> list[str]:
    """The names under which something is due at ``at`` that nobody holds, the longest waiting first."""
    names = _free(at).values("what").annotate(since=Min("due_at")).order_by("since")
    return [str(row["what"]) for row in names]


def claim(at: datetime, what: str, most: int | None = None) -> list[Job]:
    """Jobs of one name that are due at ``at``, as many as its kind says (or ``most``), leased to the caller alone.

    Many workers share what is due instead of waiting for each other. The attempt is counted before anything is tried, so that
    a job that kills its worker is given up at last (``give_up_spent``) and cannot stop the others.
    """
    kind = kind_of(what)
    waiting = _free(at).filter(what=what, attempts__lt=kind.max_attempts)
    with transaction.atomic():
        claimed = list(waiting.select_for_update(skip_locked=True).order_by("due_at", "id")[: most or kind.at_once])
        for job in claimed:
            job.claimed_until = at + kind.lease
            job.attempts += 1
        ids = [job.id for job in claimed]
        Job.objects.filter(id__in=ids).update(claimed_until=at + kind.lease, attempts=F("attempts") + 1)
    return claimed


def give_up_spent(at: datetime, what: str) -> list[Job]:
    """Jobs of one name whose last allowed attempt nobody survived: dead letters from now on."""
    spent = _free(at).filter(what=what, attempts__gte=kind_of(what).max_attempts)
    with transaction.atomic():
        found = list(spent.select_for_update(skip_locked=True))
        Job.objects.filter(id__in=[job.id for job in found]).update(dead_at=at, claimed_until=None, error=UNSURVIVED)
    return found


def percent_of(done: int, total: int, of_nothing: int = 100) -> int:
    """How far a piece of work is; ``of_nothing``, while nothing is to be done."""
    return min(100, done * 100 // total) if total else of_nothing


def settle(job: Job, at: datetime) -> None:
    """The job was done, whoever holds its lease now."""
    Job.objects.filter(id=job.id).update(done_at=at, dead_at=None, claimed_until=None, error="", progress=F("total"))


def go_on(job: Job, at: datetime, progress: Progress) -> None:
    """A piece of the job was done: the next one is due at once, for any worker, after what has waited longer.

    Says nothing when the lease has ended and another worker has the job.
    """
    _mine(job).update(due_at=at, claimed_until=None, attempts=0, error="", progress=progress.done, total=progress.total)


def postpone(job: Job, at: datetime, error: str) -> None:
    """An attempt failed with ``error`` (no personal data): try again later, or give the job up after the last one.

    Says nothing when the lease has ended and another worker has the job.
    """
    if job.attempts >= kind_of(job.what).max_attempts:
        give_up(job, at, error)
        return
    pause = min(timedelta(seconds=10 * 2**job.attempts), LONGEST_PAUSE)
    _mine(job).update(due_at=at + pause, claimed_until=None, error=error[:200])


def give_up(job: Job, at: datetime, error: str) -> None:
    """Make the job a dead letter, which ``job`` then says of itself; nothing when another worker has it by now."""
    if _mine(job).update(dead_at=at, claimed_until=None, error=error[:200]):
        job.dead_at = at


def withdraw(key: str, at: datetime) -> None:
    """The job with this key need not be done any more: it counts as done, unless it was already or is a dead letter."""
    Job.objects.filter(OPEN, key=key).update(done_at=at, claimed_until=None)


def retry(id: UUID, at: datetime) -> bool:
    """Put a dead letter back, to be tried as often as a new job; whether there was one."""
    return bool(Job.objects.filter(id=id, dead_at__isnull=False).update(**_fresh(at)))


def drop(id: UUID) -> bool:
    """Let a dead letter be; whether there was one. Its row goes with those that were done: that it is there is verified meanwhile."""
    return bool(Job.objects.filter(id=id, dead_at__isnull=False).update(dead_at=None, done_at=F("dead_at")))


def forget(at: datetime) -> int:
    """Delete jobs that were done longer ago than they are counted; how many."""
    return Job.objects.filter(done_at__lt=at - KEPT).delete()[0]


def is_stalled(at: datetime) -> bool:
    """Whether something has been due for a while in which nobody held or finished anything: it seems that no worker runs."""
    since = at - STALLED_AFTER
    if not _free(at).filter(due_at__lte=since).exists():
        return False
    held = Job.objects.filter(OPEN, claimed_until__gt=at)
    return not held.exists() and not Job.objects.filter(done_at__gt=since).exists()


def _free(at: datetime) -> QuerySet[Job]:
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    return Job.objects.filter(OPEN, unclaimed, due_at__lte=at)


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(OPEN, id=job.id, claimed_until=job.claimed_until)


def _fresh(at: datetime) -> dict[str, object]:
    return {"due_at": at, "claimed_until": None, "attempts": 0, "done_at": None, "dead_at": None}
