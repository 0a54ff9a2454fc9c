"""Which actions lead from where a case stands to a stage in which something else is possible."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from huiyin.procedure.guard import stages_from
from huiyin.procedure.state import State
from huiyin.rules.book.schema import Action, Procedure

MOST_PLACES = 5_000
"""Places looked at before giving up; a procedure has some hundreds."""

Facts = Mapping[str, str | None]
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
    if action.to is None or stage not in stages_from(procedure, action) or not _may_hold(action, facts):
        return None
    for fact, source in action.sets.items():
        facts[fact] = None if source.startswith("$") else source
    return action.to, frozenset(facts.items())


def _may_hold(action: Action, facts: Facts) -> bool:
    return all(
        (value := facts.get(fact)) is None or comparison.holds(value) for fact, comparison in action.when.items()
    )


def _back(before: Mapping[Place, tuple[Place, str] | None], place: Place) -> tuple[str, ...]:
    names: list[str] = []
    while (step := before[place]) is not None:
        place, name = step
        names.append(name)
    return tuple(reversed(names))
