"""Finding the way through a rulebook from where a matter stands to where an action may be taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import begins_case, end_of, is_by_staff, stages_from


def next_on_the_way(
    rules: Rules, procedure: Procedure, state: State, goal: str, seen: set[str], who: Callable[[str], Actor | None]
) -> str | None:
    """The action by which ``state`` comes nearer to a stage where ``goal`` may be taken; None when there is none.

    Only an action that discharges an open duty and that somebody (``who``) may take now; never back to a stage that was
    ``seen``, never into an end.
    """
    goal_action = procedure.actions.get(goal)
    if goal_action is None:
        return None
    distances = _distances(procedure, stages_from(procedure, goal_action))
    open_kinds = {duty.kind for duty in state.duties}
    found: list[tuple[int, int, str]] = []
    for name, action in procedure.actions.items():
        if not _leads_on(rules, procedure, action, state.stage) or action.to in seen or action.to not in distances:
            continue
        if open_kinds.intersection(action.discharges) and who(name) is not None:
            found.append((distances[action.to], len(found), name))
    return min(found)[2] if found else None


def next_owed(
    procedure: Procedure, state: State, who: Callable[[str], Actor | None], *, ending: bool = False
) -> str | None:
    """An action by which somebody (``who``) does what is owed where the case stands, without taking it elsewhere, unless, with ``ending``,
    to an end; None when there is none.
    """
    open_kinds = {duty.kind for duty in state.duties}
    for name, action in procedure.actions.items():
        stays = action.to in (None, state.stage) or (ending and end_of(procedure, action) is not None)
        if stays and not begins_case(action) and open_kinds.intersection(action.discharges) and who(name) is not None:
            return name
    return None


def _leads_on(rules: Rules, procedure: Procedure, action: Action, stage: str) -> bool:
    """Whether staff may take ``action`` from ``stage`` to another stage that is no end."""
    if action.to in (None, stage) or end_of(procedure, action) is not None or begins_case(action):
        return False
    return is_by_staff(rules.book, action) and stage in stages_from(procedure, action)


def _distances(procedure: Procedure, goals: tuple[str, ...]) -> dict[str, int]:
    """How many actions each stage is away from the nearest of ``goals``, conditions left aside."""
    before: dict[str, set[str]] = {}
    for action in procedure.actions.values():
        if action.to is not None:
            for stage in stages_from(procedure, action):
                before.setdefault(action.to, set()).add(stage)
    distances = dict.fromkeys(goals, 0)
    queue = deque(goals)
    while queue:
        stage = queue.popleft()
        for earlier in before.get(stage, ()):
            if earlier not in distances:
                distances[earlier] = distances[stage] + 1
                queue.append(earlier)
    return distances
