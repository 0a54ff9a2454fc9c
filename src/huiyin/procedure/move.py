"""Taking a case from one rulebook, or one version of it, to another: whether it fits there, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from huiyin.procedure.event import CaseMoved
from huiyin.procedure.state import State
from huiyin.rules.load import Rules
from huiyin.rules.schema import Procedure

Part = Literal["procedure", "stage", "end", "fact", "duty", "role", "limit"]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something of a case for which a rulebook has no place: of which kind, and its name there."""

    part: Part
    name: str


def misfits(rules: Rules, state: State) -> tuple[Misfit, ...]:
    """Everything of the case that ``rules`` have no place for; empty when it can go on under them."""
    procedure = rules.book.procedures.get(state.procedure)
    if procedure is None:
        return (Misfit("procedure", state.procedure),)
    return tuple(dict.fromkeys(_misfits(rules, procedure, state)))


def move(rules: Rules, state: State) -> CaseMoved | tuple[Misfit, ...]:
    """What moving the case to ``rules`` means, or why it cannot be.

    Duties that are open keep their owner and their due time: what was promised stands. What opens later follows the new rules.
    """
    found = misfits(rules, state)
    if found:
        return found
    first = {name: fact.initial for name, fact in rules.book.facts.items() if name not in state.facts}
    return CaseMoved(rules.book.key, first)


def _misfits(rules: Rules, procedure: Procedure, state: State) -> Iterator[Misfit]:
    stage = procedure.stages.get(state.stage)
    if stage is None:
        yield Misfit("stage", state.stage)
    elif bool(stage.end) != state.ended:
        yield Misfit("end", state.stage)
    for name, fact in rules.book.facts.items():
        if name in state.facts and state.facts[name] not in fact.values:
            yield Misfit("fact", name)
    for duty in state.duties:
        if duty.kind not in procedure.duties:
            yield Misfit("duty", duty.kind)
        if duty.role not in rules.book.roles:
            yield Misfit("role", duty.role)
        if duty.limit not in procedure.limits:
            yield Misfit("limit", duty.limit)
    for name in (*state.extensions, *state.pauses):
        if name not in procedure.limits:
            yield Misfit("limit", name)
