"""Which actions lead from where a case stands to a stage in which something else is possible."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from huiyin.procedure.state import State
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import applies, may_meet, next_stage

MOST_PLACES = 5_000
"""Places looked at before giving up; a procedure has some hundreds."""

Place = tuple[str, frozenset[tuple[str, str | None]]]


def way(procedure: Procedure, state: State, goals: Collection[str]) -> tuple[str, ...]:
    """The shortest sequence of actions from the case's stage to one of ``goals`` (stages), by conditions on facts alone.

    Empty when the case stands there already, or when no actions lead there. A fact that a form will set may take any value.
    """
    start: Place = (state.stage, frozenset(state.facts.items()))
    before: dict[Place, tuple[Place, str] | None] = {start: None}
    waiting = deque([start])
    while waiting and len(before) < MOST_PLACES:
        place = waiting.popleft()
        if place[0] in goals:
            return _back(before, place)
        for name, action in procedure.actions.items():
            reached = _next(procedure, action, place)
            if reached is not None and reached not in before:
                before[reached] = (place, name)
                waiting.append(reached)
    return ()


def _next(procedure: Procedure, action: Action, place: Place) -> Place | None:
    stage, known = place
    facts: dict[str, str | None] = dict(known)
    if not applies(procedure, action, stage) or not may_meet(action.when, facts):
        return None
    to = next_stage(procedure, action, stage)
    if to == stage and action.to is None:
        return None
    for fact, source in action.sets.items():
        facts[fact] = None if source.startswith("$") else source
    return to, frozenset(facts.items())


def _back(before: Mapping[Place, tuple[Place, str] | None], place: Place) -> tuple[str, ...]:
    names: list[str] = []
    while (step := before[place]) is not None:
        place, name = step
        names.append(name)
    return tuple(reversed(names))
