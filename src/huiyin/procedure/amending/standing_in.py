"""Standing in for whoever is away or kept from the case: their duties go to whom the rulebook names, and come back once somebody is there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from huiyin.procedure.command import PersonId, Seat
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import DutyReassigned, Event, UnitJoined, UnitLeft
from huiyin.procedure.evolve import evolve
from huiyin.procedure.guard import places
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, Rulebook
from huiyin.rules.book.steps import ABOVE, applies

Working = Callable[[OpenDuty, str, int], tuple[Seat, ...]]
"""The units in which somebody works in a role who may act on the case and do what is owed: of its organisation (0), the next higher one (1),
the one above (2)."""


def stand_in(rules: Rules, state: State, working: Working) -> Decision | None:
    """What goes to a stand-in since nobody works in the role that owes it, or back from one; None when all may stay as it is.

    Who acts is the first that there is: another unit of the organisation with the role; its substitute, that one's, and so on; then the
    next higher organisation, in the same order, and the one above. What a higher organ owes is not done for it (Regulation Art. 35, 36);
    what somebody here does for one that works elsewhere goes on to the next here.
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
    if role == CUSTODIAN or seat is None:
        return ()  # The custodian's has an order of its own: see `Seating.keeping`.
    if rule.else_of and seat not in working(duty, duty.role, 0):
        able = (other for other in (role, *rule.else_of) if seat in working(duty, other, 0))
        return tuple(DutyReassigned(duty.id, seat, None, role=other) for other in islice(able, 1))
    seats = _able_to_owe(rules.book, state, duty, role, partial(working, duty))
    return next((_given(state, duty, role, place) for place in seats), ())


def kept_apart(rules: Rules, state: State, kind: str) -> frozenset[PersonId]:
    """Who may not settle duties of a ``kind`` where the case stands, whatever they hold: each action that does is for others than who took
    some step before (``not_by``), and they did.
    """
    procedure = rules.book.procedures[state.procedure]
    settling = [rule for rule in procedure.discharging.get(kind, ()) if applies(procedure, rule, state.stage)]
    took = [{person for other in rule.not_by for person in state.takers.get(other, ())} for rule in settling]
    return frozenset(set.intersection(*took)) if took else frozenset()


def _able_to_owe(
    book: Rulebook, state: State, duty: OpenDuty, role: str, working: Callable[[str, int], tuple[Seat, ...]]
) -> Iterator[tuple[str, str, Seat]]:
    """Who may owe the duty, the first first: in which role, in which relation to the case, in which unit. Where several units are alike, the
    one that owes it already, then one that the case knows.
    """
    named, seat = book.roles[role], duty.seat
    here = seat is not None and seat.organisation == state.organisation
    if named.of != "organisation" and not (named.of in ABOVE and here):
        return
    for level, other, relation in islice(places(book, role), int(named.of in ABOVE), None):
        known = state.units.get(relation, ())
        found = sorted(working(other, level), key=lambda one: (one != seat, one not in known))
        yield from ((other, relation, one) for one in found[:1])


def _given(state: State, duty: OpenDuty, role: str, place: tuple[str, str, Seat]) -> tuple[Event, ...]:
    """The duty goes to a place, which joins the case in that relation; who stood in meanwhile leaves. Nothing where it is there already."""
    other, relation, seat = place
    if (duty.role, duty.seat) == (other, seat):
        return ()
    stood_in = f"{duty.role}/{role}"
    left = tuple(UnitLeft(stood_in, one) for one in state.units.get(stood_in, ()) if one == duty.seat)
    join = () if seat in state.units.get(relation, ()) else (UnitJoined(relation, seat),)
    return (*left, *join, DutyReassigned(duty.id, seat, None, role=other))
