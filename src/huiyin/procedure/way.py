"""Which actions lead from where a case stands to a stage in which something else is possible: one search for all stages."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from huiyin.procedure.state import State
from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure, Rulebook
from huiyin.rules.book.steps import may_meet, next_stage, seated_by, stages_from

MAX_PLACES = 5_000
"""Places looked at before giving up; a procedure has some hundreds."""
MAX_KEPT = 1_024
"""Searches kept in a process, some kilobytes each. What is kept depends on nothing but the rulebook, so it is never stale."""

ComparedFacts = frozenset[tuple[str, str | None]]
"""Facts that some action compares, each with its value; None where a form will set it to anything."""
ReachedPlace = tuple[str, ComparedFacts]


@dataclass(frozen=True, slots=True)
class Ways:
    """The shortest sequence of actions to each stage that can be reached; the nearest stage comes first."""

    by_stage: Mapping[str, tuple[str, ...]]

    def to(self, goals: Collection[str]) -> tuple[str, ...]:
        """The actions that lead to the nearest of ``goals`` (stages).

        Empty when the case stands there already, or when no actions lead there.
        """
        return next((actions for stage, actions in self.by_stage.items() if stage in goals), ())


class _Move(NamedTuple):
    """An action that may be taken in a stage: to which stage it leads, what it asks of the facts, and what they are afterwards."""

    action: str
    stage: str
    when: Condition
    sets: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Map:
    """A procedure as the search sees it: the facts that its actions compare, and the moves from each stage."""

    compared: frozenset[str]
    moves: Mapping[str, tuple[_Move, ...]]


def ways(rules: Rules, state: State) -> Ways:
    """Where actions can take a case, by conditions on facts alone. A fact that a form will set may take any value.

    Of several sequences of one length it is the one whose actions stand first in the rulebook.
    """
    compared = _map(rules, state.procedure).compared
    known = frozenset((fact, value) for fact, value in state.facts.items() if fact in compared)
    return _search(rules, state.procedure, state.stage, known)


@lru_cache(maxsize=MAX_KEPT)
def _search(rules: Rules, procedure: str, stage: str, known: ComparedFacts) -> Ways:
    """Breadth first, so that the first way to a stage is a shortest one.

    Facts that no action compares are not in ``known``: places that differ in them alone lead to the same stages by the same actions.
    """
    moves = _map(rules, procedure).moves
    start: ReachedPlace = (stage, known)
    before: dict[ReachedPlace, tuple[ReachedPlace, str] | None] = {start: None}
    nearest: dict[str, ReachedPlace] = {}
    waiting = deque([start])
    while waiting and len(before) < MAX_PLACES and len(nearest) < len(moves):
        place = waiting.popleft()
        nearest.setdefault(place[0], place)
        for action, reached in _reached(moves, place):
            if reached not in before:
                before[reached] = (place, action)
                waiting.append(reached)
    return Ways({name: _back(before, place) for name, place in nearest.items()})


def _reached(moves: Mapping[str, tuple[_Move, ...]], place: ReachedPlace) -> list[tuple[str, ReachedPlace]]:
    """Every place to which one action leads, with that action."""
    stage, known = place
    facts: dict[str, str | None] = dict(known)
    return [
        (move.action, (move.stage, frozenset({**facts, **move.sets}.items()) if move.sets else known))
        for move in moves[stage]
        if may_meet(move.when, facts)
    ]


@lru_cache(maxsize=64)
def _map(rules: Rules, name: str) -> _Map:
    procedure = rules.book.procedures[name]
    compared = frozenset(fact for action in procedure.actions.values() for fact in action.when)
    moves: dict[str, list[_Move]] = {stage: [] for stage in procedure.stages}
    for action, rule in procedure.actions.items():
        for stage, move in _moves(rules.book, procedure, action, rule, compared):
            moves[stage].append(move)
    return _Map(compared, {stage: tuple(found) for stage, found in moves.items()})


def _moves(
    book: Rulebook, procedure: Procedure, name: str, rule: Action, compared: Collection[str]
) -> Iterator[tuple[str, _Move]]:
    sets = {fact: None if source.startswith("$") else source for fact, source in rule.sets.items() if fact in compared}
    sets |= {fact: None for fact in seated_by(book, procedure, rule) if fact in compared}
    for stage in stages_from(procedure, rule):
        to = next_stage(procedure, rule, stage)
        if to != stage or rule.to is not None or sets:
            yield stage, _Move(name, to, rule.when, sets)


def _back(before: Mapping[ReachedPlace, tuple[ReachedPlace, str] | None], place: ReachedPlace) -> tuple[str, ...]:
    names: list[str] = []
    while (step := before[place]) is not None:
        place, name = step
        names.append(name)
    return tuple(reversed(names))
