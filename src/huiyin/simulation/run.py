"""Running a simulation in the database that is in use: make the institution, let everything arrive, see it through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from huiyin.casework.vocabulary import BY_THEMSELVES
from huiyin.rules.book.load import Rules
from huiyin.rules.book.sources import Sources
from huiyin.simulation import cast as casting
from huiyin.simulation.arrivals import arrivals
from huiyin.simulation.flow import MatterFlow
from huiyin.simulation.staffing import Staffing
from huiyin.simulation.tally import WorkTally
from huiyin.simulation.worktime import WorkingTime
from huiyin.simulation.world import World, staffed


@dataclass(frozen=True, slots=True)
class SimulationOrder:
    """What to simulate. ``sources`` are the texts of the rulebook, None for a shipped one."""

    rules: Rules
    staffing: Staffing
    matters: int
    seed: int
    sources: Sources | None = None


@dataclass(frozen=True, slots=True)
class SimulationRun:
    """A simulation that has run, from its first day until nothing more happened, or the horizon."""

    order: SimulationOrder
    world: World
    ended_at: datetime


def first_moment(rules: Rules, staffing: Staffing) -> datetime:
    """When the simulation begins."""
    return datetime.combine(staffing.start, time(), rules.calendar.zone).astimezone(UTC)


def run(order: SimulationOrder, progress: Callable[[], object] = lambda: None) -> SimulationRun:
    """Simulate in an empty database; ``progress`` is called each time that a matter comes to its end.

    Raises rulebooks.activation.NotUsable, rulebooks.store.OtherText, worktime.NeverOpen,
    arrivals.TooSlow.
    """
    rules, staffing = order.rules, order.staffing
    office = WorkingTime(rules.calendar, staffing.start, staffing.hours.spans, staffing.hours.weekdays)
    first = first_moment(rules, staffing)
    coming = list(arrivals(staffing, office, BY_THEMSELVES, order.matters, order.seed))
    cast = casting.make(rules, order.sources, staffing, first)
    world = World(rules, staffing, order.seed, cast, office, WorkTally(office), coming, progress)
    world.posts += staffed(cast, rules, staffing)
    flow = MatterFlow(world)
    for arrival in coming:
        world.agenda.add(arrival.at, partial(flow.arrive, arrival))
    world.agenda.add(world.closes_at, partial(_observe, world))
    until = world.closes_at + timedelta(days=staffing.horizon_days)
    last = world.agenda.run(until) or first
    for matter in world.matters:
        for post, task in matter.tasks:
            if post is not None and task.of == "duty" and task.status != "done":
                world.tally.left(post.name, post.hours, task, until)
    return SimulationRun(order, world, last)


def _observe(world: World, at: datetime) -> None:
    """Note how long the queues were on average while matters came in."""
    for post in world.posts:
        post.settle(at)
        post.observed = post.weight
