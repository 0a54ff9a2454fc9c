"""Taking a case from one rulebook, or one version of it, to another: whether it fits there, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from huiyin.procedure.event import CaseMoved
from huiyin.procedure.guard import standing_in
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import OUTSIDE
from huiyin.rules.prover.proved_points import is_walked

MisfitPart = Literal["procedure", "stage", "end", "fact", "duty", "role", "limit", "situation"]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something of a case for which a rulebook has no place: of which kind, and its name there.

    A ``situation`` (named by its stage) is stage, facts and open duties together: each is known, but no way under the rulebook leads
    to all of them at once, so that nothing is proved of it.
    """

    part: MisfitPart
    name: str


def misfits(rules: Rules, state: State) -> tuple[Misfit, ...]:
    """Everything of the case that ``rules`` have no place for; empty when it can go on under them."""
    procedure = rules.book.procedures.get(state.procedure)
    if procedure is None:
        return (Misfit("procedure", state.procedure),)
    unknown = tuple(dict.fromkeys(_misfits(rules, procedure, state)))
    if unknown or is_walked(
        rules, state.procedure, state.stage, _facts(rules, state), [duty.kind for duty in state.duties]
    ):
        return unknown
    return (Misfit("situation", state.stage),)


def move(rules: Rules, state: State) -> CaseMoved | tuple[Misfit, ...]:
    """What moving the case to ``rules`` means, or why it cannot be.

    Duties that are open keep their owner and their due time: what was promised stands. What opens later follows the new rules.
    """
    found = misfits(rules, state)
    if found:
        return found
    first = {name: value for name, value in _facts(rules, state).items() if name not in state.facts}
    return CaseMoved(rules.book.key, first)


def _facts(rules: Rules, state: State) -> dict[str, str]:
    """The facts that ``rules`` know, those that are new to the case with the values with which they begin.

    Where somebody stands in for a higher organ already, that organ works elsewhere, although the old rulebook had no word for it.
    """
    outside = {
        role.seat_fact
        for name, role in rules.book.roles.items()
        if role.stand_in is not None and state.units.get(standing_in(role, name))
    }
    return {
        name: state.facts.get(name, OUTSIDE if name in outside else fact.initial)
        for name, fact in rules.book.facts.items()
    }


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
