"""Everything that a simulation knows while it runs: the rules, the posts, the matters, the counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import exp, log
from random import Random
from uuid import UUID

from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import begins_case, petitioner_roles, stages_from
from huiyin.simulation.agenda import Agenda
from huiyin.simulation.arrivals import Arrival
from huiyin.simulation.cast import Cast
from huiyin.simulation.entries import needed
from huiyin.simulation.posts import Matter, StaffedPost, Worker
from huiyin.simulation.staffing import Staffing, Time, Wont
from huiyin.simulation.tally import WorkTally
from huiyin.simulation.worktime import WorkingTime

USUAL_TIME = Time(median=20, spread=1.8)
UNNAMED_REMEDY = Wont(share=0.1, days=10)
"""How often a remedy is used of which the staffing says nothing."""


@dataclass
class World:
    """One run. ``closes_at`` is the last arrival: from then on nothing is counted towards how busy people are."""

    rules: Rules
    staffing: Staffing
    seed: int
    cast: Cast
    office: WorkingTime
    tally: WorkTally
    arrivals: list[Arrival]
    progress: Callable[[], object]
    agenda: Agenda = field(default_factory=Agenda)
    matters: list[Matter] = field(default_factory=list)
    by_case: dict[UUID, Matter] = field(default_factory=dict)
    posts: list[StaffedPost] = field(default_factory=list)
    unowned: dict[str, int] = field(default_factory=dict)

    @property
    def closes_at(self) -> datetime:
        """When the last matter arrives."""
        return self.arrivals[-1].at

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure that every petition runs under."""
        return self.rules.book.procedures[MATTER]

    @cached_property
    def discharging(self) -> dict[str, tuple[str, ...]]:
        """The actions that discharge each kind of duty."""
        actions = self.procedure.actions.items()
        return {
            kind: tuple(name for name, action in actions if kind in action.discharges) for kind in self.procedure.duties
        }

    @cached_property
    def wonts(self) -> tuple[tuple[str, Wont], ...]:
        """What petitioners may do of their own accord."""
        petitioners = petitioner_roles(self.rules.book)
        found = []
        for name, action in self.procedure.actions.items():
            if begins_case(action) or not petitioners & set(action.by):
                continue
            wont = self.staffing.petitioners.get(name) or (UNNAMED_REMEDY if action.remedy else None)
            if wont is not None and wont.share:
                found.append((name, wont))
        return tuple(found)

    @cached_property
    def extras(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """What staff may do beside what they owe, in each stage."""
        found: dict[str, list[tuple[str, float]]] = {stage: [] for stage in self.procedure.stages}
        for name, share in self.staffing.extras.items():
            action = self.procedure.actions.get(name)
            for stage in stages_from(self.procedure, action) if action and share else ():
                found[stage].append((name, share))
        return {stage: tuple(actions) for stage, actions in found.items()}

    @cached_property
    def needed(self) -> dict[str, Action]:
        """Each action with those fields alone that may have to be filled in."""
        return {name: needed(action) for name, action in self.procedure.actions.items()}

    @cached_property
    def by_seat(self) -> dict[tuple[UUID, str], StaffedPost]:
        """The post that holds a role in a unit."""
        return {(post.seated.unit, role): post for post in self.posts for role in post.seated.plan.roles}

    @cached_property
    def by_role(self) -> dict[str, tuple[StaffedPost, ...]]:
        """The posts that hold a role, in every unit."""
        roles = dict.fromkeys(role for post in self.posts for role in post.seated.plan.roles)
        return {role: tuple(post for post in self.posts if role in post.seated.plan.roles) for role in roles}

    def seconds(self, action: str, by: Random) -> int:
        """How long ``action`` takes this time, in working seconds (lognormal)."""
        times = self.staffing.times
        time = times.get(action) or times.get("default") or USUAL_TIME
        return max(1, round(exp(by.gauss(log(time.median * 60), log(time.spread)))))


def staffed(cast: Cast, rules: Rules, staffing: Staffing) -> list[StaffedPost]:
    """The posts of the institution, ready to work."""
    clocks: dict[object, WorkingTime] = {}
    posts = []
    for seated in cast.seated:
        hours = (seated.plan.hours, seated.plan.weekdays)
        if hours not in clocks:
            clocks[hours] = WorkingTime(rules.calendar, staffing.start, *hours)
        posts.append(StaffedPost(seated, clocks[hours], [Worker(actor) for actor in seated.people]))
    return posts
