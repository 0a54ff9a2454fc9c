"""A post at work: what waits for it, who is free, how long things wait; and the matters on which it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from random import Random
from typing import Literal
from uuid import UUID

from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.simulation.arrivals import Arrival
from huiyin.simulation.cast import Seated
from huiyin.simulation.worktime import WorkingTime

Of = Literal["duty", "register", "extra"]
TaskStatus = Literal["waiting", "blocked", "in hand", "done"]
"""Blocked: the rules do not let anybody in the post do it yet."""


@dataclass(slots=True, eq=False)
class Task:
    """One thing to do: a duty (``what`` is its kind), a registration or something beside what is owed (its action).

    ``ready_at`` is since when it can be done; ``worked`` is in working seconds.
    """

    of: Of
    what: str
    matter: Matter
    due: datetime
    opened_at: datetime
    ready_at: datetime
    duty: UUID | None = None
    status: TaskStatus = "blocked"
    started_at: datetime | None = None
    worked: int = 0
    why: str = ""
    tries: int = 0
    assignee: UUID | None = None
    order: tuple[datetime, int, int] | None = None


@dataclass(slots=True, eq=False)
class Worker:
    """One person in a post, and what they have in hand."""

    actor: Actor
    task: Task | None = None


@dataclass(slots=True, eq=False)
class StaffedPost:
    """A post of one unit, its people and its queue: by due time, then in the order of arrival.

    In working seconds: ``busy`` until the last arrival, ``total`` until the end; ``weight`` is the queue's length over time.
    """

    seated: Seated
    hours: WorkingTime
    workers: list[Worker]
    queue: list[tuple[tuple[datetime, int, int], int, Task]] = field(default_factory=list)
    length: int = 0
    longest: int = 0
    busy: int = 0
    total: int = 0
    tasks: int = 0
    weight: int = 0
    observed: int = 0
    _pushed: int = 0
    _looked_at: int = 0
    wakes_at: datetime | None = None

    @property
    def name(self) -> str:
        """The name of the post in the staffing, which posts of the same kind in several units share."""
        return self.seated.plan.name

    def push(self, task: Task, at: datetime) -> None:
        """Let ``task`` wait here; what is of the first moment comes first."""
        self._pushed += 1
        task.order = (task.due, task.matter.arrival.n, 0 if task.of == "extra" else 1)
        heappush(self.queue, (task.order, self._pushed, task))
        if task.status != "waiting":
            task.status = "waiting"
            self._count(at, 1)

    def drop(self, task: Task, status: TaskStatus, at: datetime) -> None:
        """``task`` waits here no longer; its entry is thrown away when it comes to the front."""
        if task.status == "waiting":
            self._count(at, -1)
        task.status = status

    def first(self, fits: Callable[[Task], bool]) -> Task | None:
        """The most urgent task that ``fits``; it stays in the queue until it is dropped. ``fits`` may drop what it looks at."""
        kept: list[tuple[tuple[datetime, int, int], int, Task]] = []
        found = None
        while self.queue and found is None:
            entry = heappop(self.queue)
            task = entry[2]
            if task.status != "waiting" or task.order != entry[0]:
                continue
            kept.append(entry)
            found = task if fits(task) else None
        for entry in kept:
            if entry[2].status == "waiting":
                heappush(self.queue, entry)
        return found

    def free(self) -> list[Worker]:
        """Who has nothing in hand."""
        return [worker for worker in self.workers if worker.task is None]

    def settle(self, at: datetime) -> None:
        """Bring the time-weighted length of the queue up to ``at``."""
        now = self.hours.passed(at)
        self.weight += self.length * (now - self._looked_at)
        self._looked_at = now

    def _count(self, at: datetime, more: int) -> None:
        self.settle(at)
        self.length += more
        self.longest = max(self.longest, self.length)


@dataclass(slots=True, eq=False)
class Matter:
    """A matter: where it stands (``state``, None before it is registered), what is to be done on it, when what was reached.

    ``considered`` are the things beside what is owed that were thought about since the case came to its stage.
    """

    arrival: Arrival
    rng: Random
    case: UUID | None = None
    number: str = ""
    state: State | None = None
    petitioner: Actor | None = None
    tasks: list[tuple[StaffedPost | None, Task]] = field(default_factory=list)
    considered: set[str] = field(default_factory=set)
    notified_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    registered_at: datetime | None = None
    plans: int = 0
    trouble: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it has not come to an end, or has come back from one."""
        return self.state is None or not self.state.ended
