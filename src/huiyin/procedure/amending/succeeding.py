"""A unit that is no more: what it did and owed on a case is its successor's. Pure."""

from __future__ import annotations

from huiyin.procedure.command import Command, Seat, UnitId
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.event import DutyReassigned, UnitJoined, UnitLeft
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules


def succeed(
    rules: Rules, state: State, command: Command, succession: tuple[UnitId, Seat] | None = None
) -> Decision | None:
    """The successor stands where the unit stood that it succeeds, and owes what it owed; who answered for a duty still does. None when
    nothing is to follow.

    ``command.accusations`` says whom the case accuses besides from now on: where it accuses either of the two units it is kept from
    both, since those who work there are the same (Regulation Art. 28(3), 30(3)). What the successor may not owe then goes
    where the rulebook sends it.
    """
    draft = DraftDecision(rules, state, command, state.stage)
    if succession is not None:
        _take_over(draft, state, *succession)
    if command.accusations:
        draft.accuse()
    return Decision(tuple(draft.events), draft.state) if draft.events else None


def _take_over(draft: DraftDecision, state: State, left: UnitId, successor: Seat) -> None:
    for relation, seats in state.units.items():
        for seat in seats:
            if seat.unit == left:
                if successor not in seats:
                    draft.add(UnitJoined(relation, successor))
                draft.add(UnitLeft(relation, seat))
    for duty in state.duties:
        if duty.seat is not None and duty.seat.unit == left:
            draft.add(DutyReassigned(duty.id, successor, duty.assignee))
