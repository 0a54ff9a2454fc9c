"""What a picture of a procedure shows: which steps lead from stage to stage, which stay, and which way is the ordinary one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from huiyin.rules.book.schema import START, Procedure, Rulebook
from huiyin.rules.book.steps import (
    applies,
    begins_case,
    end_of,
    is_anywhere,
    leads_to,
    may_meet,
    next_stage,
    petitioner_roles,
)

MANY = 4
"""What may be done in so many stages or more stands beside the picture: its lines would cross everything."""
MAX_TRIED = 20_000
"""Ways that are tried in search of the ordinary one. The largest shipped book has fewer than 100."""

NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One arrow: the ``actions`` that lead from ``source`` to ``target``; ``main`` when it lies on the ordinary way.

    ``back``: it leads to a stage through which a case may have come already.
    """

    source: str
    target: str
    actions: tuple[str, ...]
    main: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Wide:
    """An action that may be taken in ``stages`` stages; ``to`` is where it leads, or to where it takes a case that had ended."""

    action: str
    stages: int
    to: str | None


@dataclass(slots=True)
class NodePosition:
    """A stage in the picture: what may be done there without leaving it, and the ends that only it leads to."""

    stays: list[str] = field(default_factory=list)
    exits: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ProcedureFlow:
    """A procedure as it is drawn: ``places`` by stage (``start`` among them), the ``steps`` between them, and what is ``wide``."""

    places: dict[str, NodePosition]
    steps: tuple[FlowStep, ...]
    wide: tuple[Wide, ...]
    main: tuple[str, ...]


def flow(book: Rulebook, name: str, facts: Mapping[str, str] = NOTHING_KNOWN) -> ProcedureFlow:
    """The procedure ``name`` of ``book`` as it is drawn, its ordinary way as ``facts`` leave it open. The references of ``book`` must resolve.

    An end to which one stage alone leads stands in the box of that stage, unless the ordinary way ends there.
    """
    procedure = book.procedures[name]
    leading = _leading(procedure)
    wide = _wide(procedure, leading)
    main = ordinary_way(book, procedure, facts)
    on_main = set(pairwise(main))
    drawn = {
        pair: [action for action in actions if action not in {item.action for item in wide}]
        for pair, actions in leading.items()
    }
    drawn = {pair: actions for pair, actions in drawn.items() if actions}
    folded = _folded(procedure, drawn, main)
    places = {START: NodePosition()} | {stage: NodePosition() for stage in procedure.stages}
    for (source, target), actions in drawn.items():
        if target in folded:
            places[source].exits += [(action, target) for action in actions]
    for stage, actions in _staying(procedure).items():
        places[stage].stays += [action for action in actions if action not in {item.action for item in wide}]
    reached = {stage for pair in drawn for stage in pair}
    busy = {stage for stage, place in places.items() if place.stays}  # something of its own can still be done there
    aside = {item.to for item in wide} - reached - set(main) - busy
    # A step of the ordinary way that may be taken nearly everywhere is drawn where it belongs to that way.
    arrows = {pair: leading[pair] for pair in on_main} | {
        pair: actions for pair, actions in drawn.items() if pair[1] not in folded
    }
    arrows = dict(sorted(arrows.items(), key=lambda item: item[0] not in on_main))
    back = _backward(arrows)
    return ProcedureFlow(
        {stage: place for stage, place in places.items() if stage not in folded | aside},
        tuple(FlowStep(*pair, tuple(actions), pair in on_main, pair in back) for pair, actions in arrows.items()),
        wide,
        main,
    )


def _backward(arrows: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of ``arrows`` that close a circle when one walks them depth first from the start, in their order."""
    following: dict[str, list[str]] = {}
    for source, target in arrows:
        following.setdefault(source, []).append(target)
    back: set[tuple[str, str]] = set()
    done: set[str] = set()
    for root in (START, *following):
        way, ahead = [root], [iter(following.get(root, ()))]
        while way and root not in done:
            target = next(ahead[-1], "")
            if not target:
                done.add(way.pop())
                ahead.pop()
            elif target in way:
                back.add((way[-1], target))
            elif target not in done:
                way.append(target)
                ahead.append(iter(following.get(target, ())))
    return back


def ordinary_way(book: Rulebook, procedure: Procedure, facts: Mapping[str, str] = NOTHING_KNOWN) -> tuple[str, ...]:
    """The stages of the way that a case ordinarily takes, from ``start`` to an end, by no action that ``facts`` rule out.

    Of the ways that need nothing more from the petitioner the longest, so that no step of the work is left out; one that names
    a handling unit and serves an answer before any other. Among equals the one whose actions the book lists first.
    """
    following = _following(book, procedure, facts)
    best: tuple[str, ...] = ()
    best_rank = (-1, 0)
    ways: list[tuple[tuple[str, ...], frozenset[str]]] = [((START,), frozenset())]
    for _ in range(MAX_TRIED):
        if not ways:
            break
        way, gained = ways.pop()
        last = way[-1]
        if last != START and procedure.stages[last].end:
            rank = (len(gained), len(way))
            if rank > best_rank:
                best, best_rank = way, rank
            continue
        for target, gains in reversed(following.get(last, {}).items()):
            if target not in way:
                ways.append(((*way, target), gained | gains))
    return best


def _following(book: Rulebook, procedure: Procedure, facts: Mapping[str, str]) -> dict[str, dict[str, frozenset[str]]]:
    """From each stage where the office itself can lead a case without handing it to another, and what that brings: a unit, an answer."""
    petitioners = petitioner_roles(book)
    following: dict[str, dict[str, frozenset[str]]] = {}
    for (source, target), actions in _leading(procedure).items():
        for name in actions:
            action = procedure.actions[name]
            if not may_meet(action.when, facts):
                continue
            if source != START and (action.remedy or action.on_paper or set(action.by) <= petitioners):
                continue
            to_petitioner = (procedure.notices[notice] for notice in action.notice)
            gains = {"unit"} if "handling" in action.units else set()
            gains |= (
                {"answer"} if any(notice.served and notice.to == "petitioner" for notice in to_petitioner) else set()
            )
            known = following.setdefault(source, {})
            known[target] = known.get(target, frozenset()) | gains
    return following


def _leading(procedure: Procedure) -> dict[tuple[str, str], list[str]]:
    """The actions by the pair of different stages between which they lead, in the order of the book."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, action in procedure.actions.items():
        if begins_case(action) and action.to is not None:
            found.setdefault((START, action.to), []).append(name)
        for stage in procedure.stages:
            if applies(procedure, action, stage) and next_stage(procedure, action, stage) != stage:
                found.setdefault((stage, next_stage(procedure, action, stage)), []).append(name)
    return found


def _staying(procedure: Procedure) -> dict[str, list[str]]:
    """The actions that leave a case where it is, by stage."""
    return {
        stage: [
            name
            for name, action in procedure.actions.items()
            if applies(procedure, action, stage) and next_stage(procedure, action, stage) == stage
        ]
        for stage in procedure.stages
    }


def _wide(procedure: Procedure, leading: dict[tuple[str, str], list[str]]) -> tuple[Wide, ...]:
    staying = _staying(procedure)
    found = []
    for name, action in procedure.actions.items():
        targets = [target for (_, target), actions in leading.items() if name in actions]
        stages = len(targets) + sum(name in actions for actions in staying.values())
        to = leads_to(action) if targets else action.to
        goes_on = action.to is not None and end_of(procedure, action) is None
        if not begins_case(action) and not goes_on and (is_anywhere(action) or stages >= MANY):
            found.append(Wide(name, stages, to))
    return tuple(found)


def _folded(procedure: Procedure, drawn: dict[tuple[str, str], list[str]], main: tuple[str, ...]) -> set[str]:
    """The ends that stand in the box of the one stage that leads to them."""
    sources: dict[str, set[str]] = {}
    leaving: dict[str, set[str]] = {}
    for source, target in drawn:
        sources.setdefault(target, set()).add(source)
        leaving.setdefault(source, set()).add(target)
    return {
        end
        for end, stage in procedure.stages.items()
        if stage.end
        and end not in main
        and len(sources.get(end, ())) == 1
        and START not in sources[end]
        and not leaving.get(end)
    }
