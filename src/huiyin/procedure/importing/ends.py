"""Whether a case of an old register can have ended when that register says so: by the limits of the rulebook, on its days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from huiyin.procedure.due import start_of
from huiyin.procedure.importing.shortfall import Shortfall
from huiyin.procedure.importing.way import ImportedWay
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ENDED, Procedure
from huiyin.rules.deadlines.limits import due


def why_not_ended(
    rules: Rules, procedure: Procedure, way: ImportedWay, stage: str, days: Mapping[str, date]
) -> Shortfall | None:
    """Why a case that came to the end ``stage`` by ``way`` cannot have ended on the day of ``days`` (by moment); None where it can.

    What the clock does comes when its time has run out (Regulation Art. 35 and 36: 30 days to ask for review and re-review). Of several
    such ends of one stage those count whose beginning the register tells: after a review that of the re-review.
    """
    return next(_Ends(rules, procedure, stage, days).objections(way), None)


class _Ends:
    def __init__(self, rules: Rules, procedure: Procedure, stage: str, days: Mapping[str, date]) -> None:
        self.rules, self.procedure, self.days, self.ended = rules, procedure, days, days[ENDED]
        timed = {duty.on_due: duty.limit for duty in procedure.duties.values() if duty.on_due}
        self.by_clock = {
            name: limit
            for name, action in procedure.actions.items()
            if action.to == stage and (limit := action.after or timed.get(name))
        }

    def objections(self, way: ImportedWay) -> Iterator[Shortfall]:
        last = way.actions[-1]
        for name in way.actions[:-1]:
            if after := self.procedure.actions[name].after:
                yield from self._still_running(name, after)
        until = self.procedure.actions[last].until
        if until is not None:
            yield from self._over(until)
        if last in self.by_clock:
            yield from self._ends_by_clock(last)

    def _ends_by_clock(self, last: str) -> Iterator[Shortfall]:
        known = {name: limit for name, limit in self.by_clock.items() if self._start(limit) in self.days}
        asked = {name: moment for name, limit in known.items() if (moment := self._asked_within(limit))}
        for name, moment in asked.items():
            start = self._start(known[name])
            if self.days[moment] < self.days[start]:
                yield Shortfall("order", moment, other=start)
        left = {name: limit for name, limit in known.items() if name not in asked}
        for limit in left.values():
            start = self._start(limit)
            for moment in asked.values():
                if self.days[start] < self.days[moment]:
                    yield Shortfall("order", start, other=moment)
        if asked and not left:
            yield Shortfall("asked", list(asked.values())[-1])
        for name, limit in (left or {last: self.by_clock[last]}).items():
            yield from self._still_running(name, limit)

    def _start(self, limit: str) -> str:
        return self.procedure.limits[limit].start

    def _asked_within(self, limit: str) -> str:
        """The moment at which a remedy was asked for that is open as long as ``limit`` runs; empty where none was."""
        return next(
            (
                moment
                for action in self.procedure.actions.values()
                if action.until == limit
                for moment in action.marks
                if moment in self.days
            ),
            "",
        )

    def _still_running(self, action: str, limit: str) -> Iterator[Shortfall]:
        """On its last day it still runs: it has run out on the day after. What runs no time at all has run out at once."""
        last = self._last_day(limit)
        if last is None:
            yield Shortfall("day", self._start(limit))
            return
        within = self.procedure.limits[limit].within
        if self.ended < last or (self.ended == last and within is not None and within.amount):
            yield Shortfall("running", limit, other=self.procedure.actions[action].from_stages[0], latest=last)

    def _over(self, limit: str) -> Iterator[Shortfall]:
        last = self._last_day(limit)
        if last is not None and self.ended > last:
            yield Shortfall("over", limit, latest=last)

    def _last_day(self, limit: str) -> date | None:
        rule = self.procedure.limits[limit]
        day = self.days.get(rule.start)
        if day is None or rule.within is None:
            return None
        return due(self.rules.calendar, start_of(self.rules, day), rule.within).due_on
