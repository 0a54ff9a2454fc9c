"""What comes in: matters one after the other, when, how, of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import exp
from random import Random
from typing import TypeVar

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.simulation.staffing import MatterKind, Staffing
from huiyin.simulation.worktime import WorkingTime

T = TypeVar("T")
WAKING_HOURS = (7, 23)
"""Petitioners who need nobody's help write whenever they are awake."""

MAX_YEARS = 50


class TooSlow(HuiyinError):
    """Raised when so many matters take more than fifty years to arrive."""

    to_do = gettext_noop("请调高 arrivals.per_working_day，或者调低 --matters")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One matter before anybody has seen it; ``accused`` says that it accuses a unit which deals with matters."""

    n: int
    at: datetime
    channel: str
    kind: str
    headcount: int
    anonymous: bool
    accused: bool


def rng_for(seed: int, *what: object) -> Random:
    """Chance for one purpose: the same for the same seed and purpose, whatever else is drawn elsewhere."""
    return Random("/".join(map(str, (seed, *what))))  # noqa: S311 - a simulation, nothing secret


def drawn(parts: Mapping[T, float], by: Random) -> T:
    """One of ``parts``, each as likely as its part; all alike when all are 0."""
    names = list(parts)
    weights = [parts[name] for name in names]
    return by.choices(names, weights if sum(weights) > 0 else None)[0]


def arrivals(
    staffing: Staffing, office: WorkingTime, alone: frozenset[str], matters: int, seed: int
) -> Iterator[Arrival]:
    """The first ``matters`` matters in the order in which they arrive; ``alone`` are the channels that need no office hours.

    Raises TooSlow.
    """
    by = rng_for(seed, "arrivals")
    made, index = 0, 0
    while made < matters:
        day = office.day(index)
        index += 1
        if day.year > staffing.start.year + MAX_YEARS:
            raise TooSlow(_("%(matters)s 件事项要超过 %(years)s 年才来得完") % {"matters": matters, "years": MAX_YEARS})
        mean = staffing.arrivals.per_working_day * staffing.arrivals.weekdays[day.weekday()]
        today = [drawn(staffing.arrivals.channels, by) for _ in range(_poisson(mean, by))]
        midnight = datetime.combine(day, time(), office.calendar.zone)
        moments = sorted((_moment(channel in alone, midnight, office, by), n) for n, channel in enumerate(today))
        for at, n in moments[: matters - made]:
            yield _arrival(staffing, made, at, today[n], seed)
            made += 1


def _arrival(staffing: Staffing, n: int, at: datetime, channel: str, seed: int) -> Arrival:
    by = rng_for(seed, "arrival", n)
    name = drawn({name: kind.share for name, kind in staffing.kinds.items()}, by)
    kind: MatterKind = staffing.kinds[name]
    group, anonymous, accused = (by.random() for _ in range(3))
    size = by.randint(*kind.group_size)
    return Arrival(
        n=n,
        at=at.astimezone(UTC),
        channel=channel,
        kind=name,
        headcount=size if group < kind.group else 1,
        anonymous=anonymous < kind.anonymous,
        accused=accused < kind.accused,
    )


def _moment(alone: bool, midnight: datetime, office: WorkingTime, by: Random) -> datetime:
    if alone:
        return midnight + timedelta(seconds=by.randrange(WAKING_HOURS[0] * 3600, WAKING_HOURS[1] * 3600))
    return _within(office.spans, midnight, by.randrange(office.a_day))


def _within(spans: Sequence[tuple[int, int]], midnight: datetime, second: int) -> datetime:
    for first, last in spans:
        if second < last - first:
            return midnight + timedelta(seconds=first + second)
        second -= last - first
    raise AssertionError("a second of the working day")


def _poisson(mean: float, by: Random) -> int:
    """How many come in on a day with ``mean`` on average, independently of each other."""
    if mean > 50:
        return max(0, round(by.gauss(mean, mean**0.5)))
    limit, product, count = exp(-mean), by.random(), 0
    while product > limit:
        product *= by.random()
        count += 1
    return count
