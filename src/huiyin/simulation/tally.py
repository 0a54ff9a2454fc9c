"""Counting: what became of every duty, by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Literal

from huiyin.simulation.posts import Task
from huiyin.simulation.worktime import WorkingTime

DoneBy = Literal["hand", "timer"]
"""How a duty was discharged: by somebody, or by the system when its limit ran out."""


@dataclass(slots=True)
class DutyCount:
    """Duties of one kind: how many, how they went; times in working seconds of the office."""

    opened: int = 0
    discharged: int = 0
    by_timer: int = 0
    withdrawn: int = 0
    overdue: int = 0
    due: int = 0
    waited: list[int] = field(default_factory=list)
    worked: list[int] = field(default_factory=list)


@dataclass(slots=True)
class PostCount:
    """What the people of one kind of post did: samples for the question how many are needed.

    ``slack``: working seconds (of the post) from when a duty could be done until it was due; ``needed``: how long the work took.
    """

    slack: list[int] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)
    due: int = 0
    overdue: int = 0


@dataclass
class WorkTally:
    """Everything that is counted while a simulation runs."""

    office: WorkingTime
    duties: dict[str, DutyCount] = field(default_factory=lambda: defaultdict(DutyCount))
    posts: dict[str, PostCount] = field(default_factory=lambda: defaultdict(PostCount))
    actions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    commands: int = 0
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overtaken: int = 0
    waited_to_register: list[int] = field(default_factory=list)
    worked_to_register: list[int] = field(default_factory=list)

    def discharged(self, post: str, hours: WorkingTime, task: Task, at: datetime, by: DoneBy) -> None:
        """A duty was discharged at ``at``, by hand or by the system's timer."""
        count = self.duties[task.what]
        count.discharged += 1
        if by == "timer":
            count.by_timer += 1
            return
        started = task.started_at or at
        count.waited.append(self.office.passed(started) - self.office.passed(task.ready_at))
        count.worked.append(task.worked)
        self._judge(post, hours, task, at)

    def registered(self, task: Task, at: datetime) -> None:
        """Somebody registered a petition that could not register itself."""
        started = task.started_at or at
        self.waited_to_register.append(self.office.passed(started) - self.office.passed(task.ready_at))
        self.worked_to_register.append(task.worked)

    def dropped(self, post: str, hours: WorkingTime, task: Task, at: datetime) -> None:
        """A duty was withdrawn at ``at``; it counts as overdue only when it was."""
        self.duties[task.what].withdrawn += 1
        if at > task.due:
            self._judge(post, hours, task, at)

    def left(self, post: str, hours: WorkingTime, task: Task, at: datetime) -> None:
        """A duty is still open when the simulation ends at ``at``."""
        if at > task.due:
            self._judge(post, hours, task, at)

    def _judge(self, post: str, hours: WorkingTime, task: Task, at: datetime) -> None:
        count, late = self.duties[task.what], at > task.due
        count.due += 1
        count.overdue += late
        if task.ready_at > task.due:
            return  # too late before anybody in the post could do it: no fault of theirs
        of_post = self.posts[post]
        of_post.due += 1
        of_post.overdue += late
        of_post.slack.append(hours.passed(task.due) - hours.passed(task.ready_at))
        of_post.needed.append(task.worked)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` of the values lie (nearest rank); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(round(share * len(ordered), 9)) - 1)]
