"""Whether a duty can be done now, or waits until somebody else has done theirs. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import applies, meets


def waits_for(procedure: Procedure, state: State, duty: OpenDuty) -> tuple[OpenDuty, ...]:
    """The open duties of others that keep ``duty`` from being done (``unless_open``); empty when it can be done.

    Whoever also owes what comes first does not wait: it is in their hands.
    """
    ways = [action for action in procedure.discharging.get(duty.kind, ()) if _may_be_taken(procedure, action, state)]
    first = [[other for kind in action.unless_open for other in state.open_duties(kind)] for action in ways]
    fewest = min(first, key=lambda owed: len(owed), default=[])
    return () if any(other.seat == duty.seat for other in fewest) else tuple(fewest)


def waits_since(procedure: Procedure, state: State, duty: OpenDuty) -> datetime | None:
    """Since when ``duty`` has waited, because its clock stands or others come first; None while it is to be done.

    Meanwhile it cannot be overdue. It follows from the state alone, so that a replay tells the same as what was stored.
    """
    stood = [pause.start for pause in state.pauses.get(duty.limit, ()) if pause.end is None]
    reasons = (stood or [duty.opened_at]) if duty.derivation.suspended else []
    reasons += [other.opened_at for other in waits_for(procedure, state, duty)]
    return max(duty.opened_at, min(reasons)) if reasons else None


def comes_due_at(procedure: Procedure, state: State) -> datetime | None:
    """By when an office must do something next; None while nothing is owed by one, or all of it waits."""
    owed = (duty for duty in state.duties if duty.seat is not None)
    return min((duty.due_at for duty in owed if waits_since(procedure, state, duty) is None), default=None)


@lru_cache(maxsize=256)
def kinds_that_may_wait(rules: Rules, name: str) -> frozenset[str]:
    """The kinds of duties of the procedure ``name`` that may wait for others (``unless_open``)."""
    actions = rules.book.procedures[name].actions.values()
    return frozenset(kind for action in actions if action.unless_open for kind in action.discharges)


def _may_be_taken(procedure: Procedure, action: Action, state: State) -> bool:
    return (
        applies(procedure, action, state.stage)
        and meets(action.when, state.facts)
        and (action.while_open is None or bool(state.open_duties(action.while_open)))
    )
