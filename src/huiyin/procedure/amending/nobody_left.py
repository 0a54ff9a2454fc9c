"""A unit that deals with a case and has nobody at work: whoever names who takes over owes that, until somebody is back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from typing import Final

from huiyin.procedure.command import Command
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.event import DutyOpened, DutyWithdrawn, Event
from huiyin.procedure.evolve import evolve
from huiyin.procedure.seating import NoSeat
from huiyin.procedure.state import State
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import naming_unit
from huiyin.rules.deadlines.calendar import Label

NOBODY_FOUND: Final = Label("承办单位没有可以办理的人", "nobody of the handling unit can go on")


def asks_for_others(procedure: Procedure) -> frozenset[str]:
    """The duties that a withdrawal opens: to name who takes over."""
    return frozenset(
        opening.duty for action in procedure.actions.values() if action.recuses for opening in action.opens
    )


def ask_for_others(rules: Rules, state: State, command: Command) -> Decision | None:
    """What follows where nobody is left in the unit that deals with a case: another is to be named, as after a withdrawal. None where that is
    owed already, or the rulebook lets nobody do it where the case stands.
    """
    procedure = rules.book.procedures[state.procedure]
    draft = DraftDecision(rules, state, command, state.stage)
    for kind, action in _ways(procedure, state.stage):
        if state.open_duties(kind):
            return None
        with suppress(NoSeat):
            draft.owe(Opening(duty=kind), action, since=command.at)
            events = tuple(map(_counted_from_here, draft.events))
            return Decision(events, reduce(evolve, events, state))
    return None


def ask_no_more(rules: Rules, state: State, command: Command) -> Decision | None:
    """What follows where somebody is back in the unit: nobody else need be named, unless somebody withdrew."""
    procedure = rules.book.procedures[state.procedure]
    owed = [duty for kind in sorted(asks_for_others(procedure)) for duty in state.open_duties(kind)]
    if state.recused or not owed:
        return None
    draft = DraftDecision(rules, state, command, state.stage)
    for duty in owed:
        draft.add(DutyWithdrawn(duty.id, command.action))
    return Decision(tuple(draft.events), draft.state)


def _counted_from_here(event: Event) -> Event:
    """What is owed runs from when nobody was found, and says so: nobody withdrew."""
    if not isinstance(event, DutyOpened):
        return event
    derivation = replace(event.duty.derivation, moment=NOBODY_FOUND)
    return replace(event, duty=replace(event.duty, derivation=derivation))


def _ways(procedure: Procedure, stage: str) -> Iterator[tuple[str, Action]]:
    asked = asks_for_others(procedure)
    return ((kind, action) for kind, action in naming_unit(procedure, stage) if kind in asked)
