"""The way that lies ahead of a case from the stage where it stands: what a picture of the procedure shows of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import replace

from huiyin.rules.book.schema import Procedure, Rulebook
from huiyin.rules.book.steps import applies, may_meet, seated_by
from huiyin.rules.diagram.flow import NOTHING_KNOWN, FlowStep, flow


def way_ahead(book: Rulebook, name: str, stage: str, facts: Mapping[str, str] = NOTHING_KNOWN) -> tuple[FlowStep, ...]:
    """The steps from ``stage`` to the end of the ordinary way of procedure ``name``, by the shortest road on to it; none from an end, and none
    where no road leads on. Of ``facts``, those of a case, what nothing on the way changes any more rules out what asks for another. The
    references of ``book`` must resolve.
    """
    procedure = book.procedures[name]
    if procedure.stages[stage].end:
        return ()
    way = _way(book, name, stage, NOTHING_KNOWN)
    settled = _settled(book, procedure, {stage, *(step.target for step in way)}, facts)
    if any(not _left(procedure, step, settled) for step in way):
        way = _way(book, name, stage, settled) or way
    return tuple(replace(step, actions=_left(procedure, step, settled) or step.actions) for step in way)


def _way(book: Rulebook, name: str, stage: str, facts: Mapping[str, str]) -> tuple[FlowStep, ...]:
    drawn = flow(book, name, facts)
    steps = {step.source: step for step in drawn.steps if step.main}
    road = _road(drawn.steps, stage, {*drawn.main})
    at = road[-1].target if road else stage
    while at in steps:
        road.append(steps[at])
        at = steps[at].target
    return tuple(road)


def _settled(
    book: Rulebook, procedure: Procedure, stages: Collection[str], facts: Mapping[str, str]
) -> Mapping[str, str]:
    """The facts that no action in any of ``stages`` sets."""
    there = [action for action in procedure.actions.values() if any(applies(procedure, action, at) for at in stages)]
    changing = {fact for action in there for fact in (*action.sets, *seated_by(book, procedure, action))}
    return {fact: value for fact, value in facts.items() if fact not in changing}


def _left(procedure: Procedure, step: FlowStep, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The actions of a step that are not ruled out."""
    return tuple(name for name in step.actions if may_meet(procedure.actions[name].when, facts))


def _road(steps: tuple[FlowStep, ...], stage: str, main: set[str]) -> list[FlowStep]:
    """The fewest steps from ``stage`` on to the ordinary way, those that do not go back alone."""
    ways: deque[tuple[str, list[FlowStep]]] = deque([(stage, [])])
    seen = {stage}
    while ways:
        at, road = ways.popleft()
        if at in main:
            return road
        for step in steps:
            if step.source == at and not step.back and step.target not in seen:
                seen.add(step.target)
                ways.append((step.target, [*road, step]))
    return []
