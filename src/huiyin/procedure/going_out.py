"""What becomes of a remedy when the higher organ that works here is found to be accused, and nobody is left there to do it. Pure.

It goes to another organ by letter, as where the higher organ works elsewhere. What the accused organ decided and has not served falls
with it, and is decided anew.
"""

from __future__ import annotations

from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure, Role
from huiyin.rules.book.steps import ABOVE, INSIDE, OUTSIDE, applies, where_taken


def left_to_stand_ins(rules: Rules, before: State, after: State) -> list[tuple[Role, OpenDuty]]:
    """What higher organs that worked here ``before`` owe no more ``after`` somebody was accused, since others stand in for them."""
    roles, duties = rules.book.roles, rules.book.procedures[before.procedure].duties
    owed = [(roles[duties[duty.kind].of], duty) for duty in after.duties]
    return [
        (named, duty)
        for named, duty in owed
        if named.of in ABOVE and duty.role == named.stand_in and before.facts.get(str(named.seat_fact)) == INSIDE
    ]


def may_go_out(procedure: Procedure, state: State, duty: OpenDuty) -> bool:
    """Whether ``duty`` is done by taking the case to an organ outside, from where it stands."""
    actions = [one for one in procedure.actions.values() if one.on_paper and duty.kind in one.discharges]
    return not state.unresolved and any(applies(procedure, one, state.stage) for one in actions)


def undecided(procedure: Procedure, role: Role, duty: OpenDuty, stage: str) -> Action | None:
    """The decision that an organ in ``role`` made and has only to serve by ``duty`` in ``stage``; no document of another organ serves it."""
    if any(where_taken(role, one) == OUTSIDE and duty.kind in one.discharges for one in procedure.actions.values()):
        return None
    made = (one for one in procedure.actions.values() if where_taken(role, one) == INSIDE and one.to == stage)
    return next((one for one in made if duty.kind in {opening.duty for opening in one.opens}), None)


def handed_over_first(procedure: Procedure, role: Role, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What is owed before the outcome of what an organ in ``role`` owes (``kinds``) is recorded from another organ's document."""
    recording = (
        one
        for one in procedure.actions.values()
        if where_taken(role, one) == OUTSIDE and not set(kinds).isdisjoint(one.discharges)
    )
    return tuple(dict.fromkeys(kind for one in recording for kind in one.unless_open))
