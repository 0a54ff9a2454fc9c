"""Handing over what somebody owes who no longer does: a duty belongs to the post, whoever holds it. Pure."""

from __future__ import annotations

from huiyin.procedure.command import PersonId, UnitId
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import DutyReassigned, Event
from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import State


def hand_over(
    state: State, left: PersonId, unit: UnitId, roles: frozenset[str], successor: PersonId | None
) -> Decision | None:
    """What ``left`` owes in ``unit`` as one of ``roles`` goes to ``successor``, or to all in the unit who hold the role (None).

    None when they owe nothing there. A successor who may not act on the case gets nothing: it goes to all.
    """
    barred = state.recused | state.accused_people
    heir = None if successor in barred else successor
    owed = [
        duty
        for duty in state.duties
        if duty.assignee == left and duty.seat is not None and duty.seat.unit == unit and duty.role in roles
    ]
    events: tuple[Event, ...] = tuple(DutyReassigned(duty.id, duty.seat, heir, left) for duty in owed)
    for event in events:
        state = evolve(state, event)
    return Decision(events, state) if events else None
