"""Standing in for whoever is away or kept from the case: their duties go to whom the rulebook names, and come back once somebody is there. Pure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from huiyin.procedure.command import Seat
from huiyin.procedure.decide import Decision
from huiyin.procedure.event import DutyReassigned, Event, UnitJoined, UnitLeft
from huiyin.procedure.evolve import evolve
from huiyin.procedure.guard import standing_in
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN

Working = Callable[[OpenDuty, str], tuple[Seat, ...]]
"""The units of the case's organisation in which somebody works in a role who may act on the case, and do what is owed."""


def stand_in(rules: Rules, state: State, working: Working) -> Decision | None:
    """What goes to a stand-in since nobody works in the role that owes it, or back from one; None when all may stay as it is.

    Only in the case's own organisation: what a higher organ owes is not done for it (Regulation Art. 35, 36).
    """
    events: tuple[Event, ...] = ()
    for duty in state.duties:
        following = _moved(rules, state, duty, working)
        for event in following:
            state = evolve(state, event)
        events += following
    return Decision(events, state) if events else None


def _moved(rules: Rules, state: State, duty: OpenDuty, working: Working) -> tuple[Event, ...]:
    rule = rules.book.procedures[state.procedure].duties[duty.kind]
    role, seat = rule.of, duty.seat
    named = rules.book.roles[role]
    if role == CUSTODIAN:
        return ()  # It has an order of its own: see `decide.keep`.
    if rule.else_of and seat is not None and seat not in working(duty, duty.role):
        able = (other for other in (role, *rule.else_of) if seat in working(duty, other))
        return tuple(DutyReassigned(duty.id, seat, None, role=other) for other in islice(able, 1))
    if named.of != "organisation" or seat is None or seat.organisation != state.organisation:
        return ()
    relation, own = standing_in(named, role), working(duty, role)
    if duty.role != role:
        return _back(state, duty, seat, role, relation, own)
    if own:
        return () if seat in own else _given(state, duty, own[0], role, role)
    others = working(duty, named.deputy) if named.deputy else ()
    return _given(state, duty, others[0], str(named.deputy), relation) if others else ()


def _given(state: State, duty: OpenDuty, seat: Seat, role: str, relation: str) -> tuple[Event, ...]:
    """The duty goes to another unit, in the relation to the case in which it acts from now on."""
    join = () if seat in state.units.get(relation, ()) else (UnitJoined(relation, seat),)
    return (*join, DutyReassigned(duty.id, seat, None, role=role))


def _back(
    state: State, duty: OpenDuty, seat: Seat, role: str, relation: str, own: tuple[Seat, ...]
) -> tuple[Event, ...]:
    if not own:
        return ()
    known = state.units.get(role, ())
    there = next((one for one in own if one in known), own[0])
    left = (UnitLeft(relation, seat),) if seat in state.units.get(relation, ()) else ()
    joined = () if there in known else (UnitJoined(role, there),)
    return (*left, *joined, DutyReassigned(duty.id, there, None, role=role))
