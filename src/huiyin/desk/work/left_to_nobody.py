"""Matters in a unit where nobody can go on with them, for whoever can have them go to another, or take out a unit that was to help."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.casework.actions.choices import Way, why_not
from huiyin.casework.labels import name_of
from huiyin.casework.lists.unattended import left_to_nobody
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Duty
from huiyin.casework.visible import book_of
from huiyin.people.appointments import day_of
from huiyin.rules.book.schema import Action, Procedure, Role
from huiyin.rules.book.steps import begins_case
from huiyin.web.page_access import Acting


@dataclass(frozen=True, slots=True)
class NobodysDuty:
    """What nobody does, in words, and the actions by which the reader gives the case to another unit now."""

    duty: Duty
    label: str
    ways: tuple[Way, ...]


def left_for(acting: Acting) -> tuple[NobodysDuty, ...]:
    """Nothing for whoever gives no case to another unit."""
    book = book_of(acting.actor.organisation)
    if book is None or not any(_moved_by(acting, one) for one in book.procedures.values()):
        return ()
    return tuple(_line(duty, acting) for duty in left_to_nobody(acting.actor, day_of(acting.at)))


def _moved_by(acting: Acting, procedure: Procedure) -> tuple[str, ...]:
    return tuple(
        name
        for name, action in procedure.actions.items()
        if ("handling" in action.units or action.releases)
        and not begins_case(action)
        and acting.actor.roles.intersection(action.by)
    )


def _helps(action: Action, duty: Duty, role: Role) -> bool:
    """Whether an action that moves a case, or releases a unit, has the duty done by others or not at all."""
    return duty.kind in action.withdraws if action.releases else role.of == "handling"


def _line(duty: Duty, acting: Acting) -> NobodysDuty:
    loaded = load_case(duty.case)
    actions, role = loaded.procedure.actions, loaded.rules.book.roles[duty.role]
    ways = (
        Way(name, name_of(actions[name]))
        for name in _moved_by(acting, loaded.procedure)
        if _helps(actions[name], duty, role) and why_not(loaded, name, acting.actor, acting.at) is None
    )
    return NobodysDuty(duty, name_of(loaded.procedure.duties.get(duty.kind), duty.kind), tuple(ways))
