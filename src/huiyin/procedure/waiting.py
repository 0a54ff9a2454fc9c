"""Whether a duty can be done now, or waits until somebody else has done theirs. Pure."""

from __future__ import annotations

from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import applies, meets


def waits_for(procedure: Procedure, state: State, duty: OpenDuty) -> tuple[OpenDuty, ...]:
    """The open duties of others that keep ``duty`` from being done (``unless_open``); empty when it can be done.

    Whoever also owes what comes first does not wait: it is in their hands.
    """
    ways = [action for action in procedure.actions.values() if _settles(procedure, action, state, duty)]
    first = [[other for kind in action.unless_open for other in state.open_duties(kind)] for action in ways]
    fewest = min(first, key=lambda owed: len(owed), default=[])
    return () if any(other.seat == duty.seat for other in fewest) else tuple(fewest)


def _settles(procedure: Procedure, action: Action, state: State, duty: OpenDuty) -> bool:
    return (
        duty.kind in action.discharges
        and applies(procedure, action, state.stage)
        and meets(action.when, state.facts)
        and (action.while_open is None or bool(state.open_duties(action.while_open)))
    )
