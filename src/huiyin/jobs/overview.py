"""What an administrator wants to know of the jobs: what waits, what runs and how far it is, what was given up and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet

from huiyin.jobs import queue
from huiyin.jobs.models import OPEN, Job

RECENTLY = timedelta(days=1)
MAX_COUNTED: Final = 10_000
"""Of a longer queue it is known that it is longer: counting reads every row."""


@dataclass(frozen=True, slots=True)
class ListedJob:
    """Jobs in one state: how many there are, one more than ``MAX_COUNTED`` standing for any longer queue, and the first of them."""

    count: int
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All jobs at a moment. ``dead`` has the latest first, the others the longest due; ``done`` counts by name what was done within a
    day. ``stalled``: work is due, and it seems that no worker runs."""

    stalled: bool
    running: ListedJob
    waiting: ListedJob
    dead: ListedJob
    done: Mapping[str, int]


def overview(at: datetime, most: int, hidden: QuerySet[Job] | None = None) -> Overview:
    """How the jobs stand at ``at``, with at most ``most`` of each state one by one; of what waits, runs and was given up without the ``hidden``."""
    open_ones, given_up = Job.objects.filter(OPEN), dead()
    if hidden is not None:
        open_ones, given_up = (rows.exclude(id__in=hidden.values("id")) for rows in (open_ones, given_up))
    held = open_ones.filter(claimed_until__gt=at)
    done = Job.objects.filter(done_at__gt=at - RECENTLY).values("what").annotate(jobs=Count("id")).order_by("what")
    return Overview(
        stalled=queue.is_stalled(at),
        running=_listed(held.order_by("due_at", "id"), most),
        waiting=_listed(open_ones.exclude(id__in=held.values("id")).order_by("due_at", "id"), most),
        dead=_listed(given_up, most),
        done={row["what"]: row["jobs"] for row in done},
    )


def dead() -> QuerySet[Job]:
    """Every dead letter, the latest first."""
    return Job.objects.filter(dead_at__isnull=False).order_by("-dead_at", "id")


def _listed(found: QuerySet[Job], most: int) -> ListedJob:
    jobs = tuple(found[:most])
    return ListedJob(len(jobs) if len(jobs) < most else found[: MAX_COUNTED + 1].count(), jobs)
