"""A drill in the database that is in use: make the institution, let the scenario play."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.book.load import Rules
from huiyin.rules.book.sources import Sources
from huiyin.simulation import cast as casting
from huiyin.simulation.drill.exercise import Exercise
from huiyin.simulation.drill.scenarios import Scenario
from huiyin.simulation.run import first_moment
from huiyin.simulation.staffing import default_staffing

BEGINS: Final = time(14, 30)
"""When a scenario begins, on the first working day after the first day of the simulated year."""


class NoSuchRole(HuiyinError):
    """Raised when nobody can be absent in a role, since the rulebook has none of that name."""

    to_do = gettext_noop("请选规程里有的角色，`huiyin rules show BOOK` 会列出")


@dataclass(frozen=True, slots=True)
class DrillOrder:
    """What to play. ``sources`` are the texts of the rulebook, None for a shipped one; ``absent`` are roles that nobody answers in."""

    rules: Rules
    scenario: Scenario
    sources: Sources | None = None
    absent: frozenset[str] = frozenset()


def drill(order: DrillOrder) -> Exercise:
    """Play it, in an empty database.

    Raises NoSuchRole; exercise.NoIncidents; rulebooks.activation.NotUsable, rulebooks.store.OtherText.
    """
    _known(order.rules, order.absent)
    staffing = default_staffing()
    calendar = order.rules.calendar
    day = next(day for n in range(1, 31) if calendar.is_working(day := staffing.start + timedelta(days=n)))
    began = datetime.combine(day, BEGINS, calendar.zone).astimezone(UTC)
    cast = casting.make(order.rules, order.sources, staffing, first_moment(order.rules, staffing))
    exercise = Exercise(order.rules, cast, staffing, order.scenario, began, order.absent)
    exercise.play()
    return exercise


def _known(rules: Rules, roles: Iterable[str]) -> None:
    unknown = sorted(set(roles) - set(rules.book.roles))
    if unknown:
        raise NoSuchRole(
            _("%(rulebook)s 没有这个角色：%(unknown)s") % {"rulebook": rules.book.rulebook, "unknown": repr(unknown[0])}
        )
