"""How many people a post needs: an estimate from its load, to be verified by running again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, floor
from statistics import fmean, pvariance

from huiyin.people.models import LIAISON
from huiyin.simulation.run import SimulationRun
from huiyin.simulation.staffing import Staffing
from huiyin.simulation.tally import PostCount

ACCEPTABLE = 0.01
"""The share of overdue duties below which a post has people enough."""
MAX_PEOPLE = 1000
MAX_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Need:
    """How many people one post needs in each of its units. ``load`` is the work that comes in, in people kept busy, per unit.

    ``late`` is the expected share of overdue duties with so many; ``people`` is None when nobody worked there, so that nothing is known.
    """

    post: str
    load: float
    people: int | None
    late: float


def needs(run: SimulationRun) -> dict[str, Need]:
    """The smallest number of people for each post with which fewer than one duty in a hundred should be overdue.

    A queue with c servers (Erlang C), its waiting time corrected for how much the work varies (Allen and Cunneen):
    P(W > t) = C(c, a) exp(-(c - a) t / s * 2 / (1 + cv2)) with a the load, s the mean and cv the variation of a task.
    """
    found = {}
    passed = {post.hours: post.hours.passed(run.world.closes_at) for post in run.world.posts}
    for name in dict.fromkeys(post.name for post in run.world.posts):
        posts = [post for post in run.world.posts if post.name == name]
        work, tasks = sum(post.total for post in posts), sum(post.tasks for post in posts)
        span = passed[posts[0].hours]
        if not tasks or not span:
            found[name] = Need(name, 0.0, None if any(post.length for post in posts) else 1, 0.0)
            continue
        load = work / len(posts) / span
        found[name] = _smallest(name, load, work / tasks, run.world.tally.posts.get(name, PostCount()))
    return found


def _smallest(name: str, load: float, mean: float, count: PostCount) -> Need:
    varies = pvariance(count.needed) / fmean(count.needed) ** 2 if any(count.needed) else 1.0
    # What came too late, or takes longer than there is time, is late whoever works here.
    spare = [slack - need for slack, need in zip(count.slack, count.needed, strict=True) if slack > need]
    people = floor(load) + 1
    while people < MAX_PEOPLE and _late(people, load, mean, varies, spare) >= ACCEPTABLE:
        people += 1
    return Need(name, load, people, _late(people, load, mean, varies, spare))


def _late(people: int, load: float, mean: float, varies: float, spare: Sequence[int]) -> float:
    if not spare or not load:
        return 0.0
    rate = (people - load) / mean * 2 / (1 + varies)
    return erlang_c(people, load) * fmean(exp(-rate * one) for one in spare)


def erlang_c(people: int, load: float) -> float:
    """The probability that all ``people`` are busy when work comes in, for a load (in people kept busy) below their number."""
    blocked = 1.0
    for n in range(1, people + 1):
        blocked = load * blocked / (n + load * blocked)
    return people * blocked / (people - load * (1 - blocked))


def overdue(run: SimulationRun) -> dict[str, float]:
    """The share of overdue duties of each post."""
    counts = run.world.tally.posts
    return {name: count.overdue / count.due if count.due else 0.0 for name, count in counts.items()}


def with_people(staffing: Staffing, people: Mapping[str, int]) -> Staffing:
    """``staffing`` with so many people in each post."""
    posts = {
        name: post.model_copy(update={"people": people.get(name, post.people)}) for name, post in staffing.posts.items()
    }
    single = {name: number for name, number in people.items() if name not in posts}
    return staffing.model_copy(update={"people": {**staffing.people, **single}, "posts": posts})


@dataclass(frozen=True, slots=True)
class FoundStaffing:
    """The numbers that were tried and found enough (``verified``), or the best that were tried; ``runs`` is how many it took."""

    people: dict[str, int]
    verified: bool
    runs: int


def find(first: SimulationRun, again: Callable[[Staffing], SimulationRun]) -> FoundStaffing:
    """The smallest numbers of people with which, in runs of their own, fewer than one duty in a hundred of each post is overdue.

    ``again`` simulates with another staffing. Posts are lowered one after the other, by bisection between the load and the
    number that was enough.
    """
    staffing, estimates = first.order.staffing, needs(first)
    fixed = {post.name for post in first.world.posts if LIAISON in post.seated.plan.roles}
    people = {name: need.people or 1 for name, need in estimates.items() if name not in fixed}
    search = _StaffingSearch(staffing, again)
    for _ in range(MAX_ROUNDS):
        failing = search.failing(people)
        if not set(failing) & set(people):
            break
        people |= {name: people[name] + max(1, people[name] // 4) for name in failing if name in people}
    else:
        return FoundStaffing(people, verified=False, runs=search.runs)
    others = set(search.failing(people))
    for name in sorted(people, key=lambda name: (-people[name], name)):
        low, high = floor(estimates[name].load) + 1, people[name]
        while low < high:
            middle = (low + high) // 2
            if set(search.failing({**people, name: middle})) <= others:
                high = middle
            else:
                low = middle + 1
        people[name] = high
    return FoundStaffing(people, verified=not others, runs=search.runs)


class _StaffingSearch:
    """Runs with other numbers of people, each once."""

    def __init__(self, staffing: Staffing, again: Callable[[Staffing], SimulationRun]) -> None:
        self.staffing, self.again, self.runs = staffing, again, 0
        self.known: dict[tuple[tuple[str, int], ...], list[str]] = {}

    def failing(self, people: Mapping[str, int]) -> list[str]:
        """The posts in which too much is overdue with so many people."""
        key = tuple(sorted(people.items()))
        if key not in self.known:
            self.runs += 1
            shares = overdue(self.again(with_people(self.staffing, people)))
            self.known[key] = sorted(name for name, share in shares.items() if share >= ACCEPTABLE)
        return self.known[key]
