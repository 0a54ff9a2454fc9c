"""By which actions of a rulebook a case may have come to a stage before it was brought in: one search, shortest ways first. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from huiyin.procedure.command import Seats
from huiyin.procedure.seating import LEVELS
from huiyin.rules import REGISTER
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, Action, Procedure
from huiyin.rules.book.steps import INSIDE, OUTSIDE, applies, begins_case, meets, next_stage, seated_by

MAX_PLACES: Final = 40_000
"""Places looked at before giving up; a shipped book needs some thousands for its farthest stage."""
MAX_KEPT: Final = 4_096

Pairs = frozenset[tuple[str, str]]
"""Facts by name, so that a search can be remembered."""


@dataclass(frozen=True, slots=True)
class ImportedWay:
    """A way to a stage: what is so of a case that went it.

    ``owed`` are the duties that it leaves open, each with the action that opened it; ``marks`` the moments that it recorded, in order;
    ``assumed`` facts that some step had to be told and nobody knows, with their ``choices``; ``handled``: a unit was named on it.
    """

    begins_in: str
    actions: tuple[str, ...]
    facts: Mapping[str, str]
    owed: tuple[tuple[Opening, str], ...]
    marks: tuple[str, ...]
    assumed: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    handled: bool


@dataclass(frozen=True, slots=True)
class NoWay:
    """No case with such facts comes to that stage."""


class _WayPlace(NamedTuple):
    stage: str
    facts: Pairs
    owed: tuple[tuple[str, str], ...]  # a duty, and the action that opened it
    assumed: frozenset[str]
    confirmed: frozenset[str]  # facts that were set to what is known of them


def places(rules: Rules, procedure: str, seats: Seats) -> Pairs:
    """Whether the organs above that may owe something work in this system, by the fact that says so."""
    book = rules.book
    found: dict[str, str] = {}
    for action in book.procedures[procedure].actions.values():
        for fact, role in seated_by(book, book.procedures[procedure], action).items():
            inside = seats.find(role, LEVELS[book.roles[role].of]) is not None
            found[fact] = INSIDE if inside else OUTSIDE
    return frozenset(found.items())


@lru_cache(maxsize=MAX_KEPT)
def find_way(
    rules: Rules, procedure: str, first: Pairs, stage: str, known: Pairs, needed: Pairs, seated: Pairs
) -> ImportedWay | NoWay:
    """A shortest way to ``stage`` of a case that begins with the facts ``first``.

    ``known`` are facts as far as somebody has said them: a step that sets one sets it so. ``needed`` must hold in the end; ``seated``
    is what ``places`` gives. Ways on which nothing has to be assumed come before shorter ones.
    """
    return _WaySearch(rules, procedure, first, stage, dict(known), needed, dict(seated)).run()


class _WaySearch:
    def __init__(
        self,
        rules: Rules,
        procedure: str,
        first: Pairs,
        stage: str,
        known: dict[str, str],
        needed: Pairs,
        seated: dict[str, str],
    ) -> None:
        self.book = rules.book
        self.procedure: Procedure = rules.book.procedures[procedure]
        self.goal, self.known, self.needed, self.seated = stage, known, needed, seated
        self.initial = dict(first)
        start = self.procedure.actions[REGISTER]
        self.begins_in = start.to or ""
        owed = tuple((one.duty, REGISTER) for one in start.opens if meets(one.when, self.initial))
        self.start = _WayPlace(self.begins_in, first, owed, frozenset(), frozenset())
        self.before: dict[_WayPlace, tuple[_WayPlace, str] | None] = {self.start: None}
        self.steps = {
            name: action
            for name, action in self.procedure.actions.items()
            if not (begins_case(action) or action.recuses or action.relay or action.identifies or action.erases)
            and action.by != (CUSTODIAN,)
        }

    def run(self) -> ImportedWay | NoWay:
        waiting, fallback = deque([self.start]), None
        while waiting and len(self.before) < MAX_PLACES:
            place = waiting.popleft()
            if place.stage == self.goal and self._fits(place):
                if not place.assumed:
                    return self._way_to(place)
                fallback = fallback or place
            for name, action in self.steps.items():
                for after in self._after(place, name, action):
                    if after not in self.before:
                        self.before[after] = (place, name)
                        waiting.append(after)
        return NoWay() if fallback is None else self._way_to(fallback)

    def _fits(self, place: _WayPlace) -> bool:
        """Whether nothing of what is known of the case speaks against standing there."""
        facts = dict(place.facts)
        contradicted = any(
            facts.get(name) not in (value, self.initial.get(name)) and name not in place.confirmed
            for name, value in self.known.items()
        )
        return not contradicted and all(facts.get(name) == value for name, value in self.needed)

    def _after(self, place: _WayPlace, name: str, action: Action) -> Iterator[_WayPlace]:
        """The places to which ``action`` leads from ``place``, where it leads anywhere."""
        facts = dict(place.facts)
        open_kinds = {kind for kind, _by in place.owed}
        if (
            not applies(self.procedure, action, place.stage)
            or self.procedure.stages[place.stage].end
            or not meets(action.when, facts)
            or (action.while_open and action.while_open not in open_kinds)
            or open_kinds & set(action.unless_open)
        ):
            return
        to = next_stage(self.procedure, action, place.stage)
        closes = {*action.discharges, *action.withdraws}
        if to == place.stage and not action.sets and not closes & open_kinds:
            return
        for after, assumed, confirmed in self._facts_after(place, action, facts):
            yield _WayPlace(
                to, frozenset(after.items()), self._owed(place, name, action, to, after), assumed, confirmed
            )

    def _facts_after(
        self, place: _WayPlace, action: Action, facts: dict[str, str]
    ) -> Iterator[tuple[dict[str, str], frozenset[str], frozenset[str]]]:
        """What the facts may be after ``action``: what is known is set so, what is not takes every value, and is assumed."""
        found = [(dict(facts), place.assumed, place.confirmed)]
        for fact, source in action.sets.items():
            options = self._options(fact, source, action, facts)
            chosen = source.startswith("$")
            known = chosen and options == (self.known.get(fact),)
            guess = chosen and not known and fact not in self.known and len(options) > 1
            found = [
                (
                    {**now, fact: value},
                    assumed | {fact} if guess else assumed,
                    confirmed | {fact} if known else confirmed,
                )
                for now, assumed, confirmed in found
                for value in options
            ]
        seated = {fact: self.seated[fact] for fact in seated_by(self.book, self.procedure, action)}
        for now, assumed, confirmed in found:
            yield {**now, **seated}, assumed, confirmed

    def _options(self, fact: str, source: str, action: Action, facts: Mapping[str, str]) -> tuple[str, ...]:
        if not source.startswith("$"):
            return (source,)
        offered = tuple(value for value in self.book.fields[source[1:]].of if value in self.book.facts[fact].values)
        if self.known.get(fact) in offered:
            return (self.known[fact],)
        return offered if action.required.get(source[1:]) else (facts[fact], *offered)

    def _owed(
        self, place: _WayPlace, name: str, action: Action, to: str, facts: Mapping[str, str]
    ) -> tuple[tuple[str, str], ...]:
        duties, end = self.procedure.duties, self.procedure.stages[to].end
        closes = {*action.discharges, *action.withdraws}
        left = [one for one in place.owed if one[0] not in closes and not (end and not duties[one[0]].outlasts)]
        opened = [one.duty for one in action.opens if meets(one.when, facts)]
        opened = [kind for kind in opened if not end or duties[kind].outlasts]
        opened += self.procedure.stages[to].owes if end else ()
        known = {kind for kind, _by in left}
        return (*left, *((kind, name) for kind in opened if kind not in known))

    def _way_to(self, place: _WayPlace) -> ImportedWay:
        names = self._names(place)
        actions = [self.procedure.actions[name] for name in names]
        facts = dict(place.facts)
        return ImportedWay(
            begins_in=self.begins_in,
            actions=names,
            facts=facts,
            owed=tuple((Opening(duty=kind), by) for kind, by in place.owed),
            marks=tuple(dict.fromkeys(moment for action in actions for moment in action.marks)),
            assumed=tuple(sorted(place.assumed)),
            choices={name: self._choices(name, actions) for name in place.assumed},
            handled=any("handling" in action.units for action in actions),
        )

    def _choices(self, fact: str, actions: list[Action]) -> tuple[str, ...]:
        sources = [source for action in actions if (source := action.sets.get(fact, "")).startswith("$")]
        return tuple(
            value
            for value in self.book.facts[fact].values
            if any(value in self.book.fields[source[1:]].of for source in sources)
        )

    def _names(self, place: _WayPlace) -> tuple[str, ...]:
        names: list[str] = []
        while (step := self.before[place]) is not None:
            place, name = step
            names.append(name)
        return tuple(reversed(names))
