"""The way that lies ahead of a case from the stage where it stands: what a picture of the procedure shows of it."""

from __future__ import annotations

from collections import deque

from huiyin.rules.book.schema import Rulebook
from huiyin.rules.diagram.flow import FlowStep, flow


def way_ahead(book: Rulebook, name: str, stage: str) -> tuple[FlowStep, ...]:
    """The steps from ``stage`` to the end of the ordinary way of procedure ``name``, by the shortest road on to it; none from an end, and none
    where no road leads on. The references of ``book`` must resolve.
    """
    if book.procedures[name].stages[stage].end:
        return ()
    drawn = flow(book, name)
    steps = {step.source: step for step in drawn.steps if step.main}
    road = _road(drawn.steps, stage, {*drawn.main})
    at = road[-1].target if road else stage
    while at in steps:
        road.append(steps[at])
        at = steps[at].target
    return tuple(road)


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
