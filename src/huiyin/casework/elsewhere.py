"""What a higher organ that does not work in this system owes on a case: which organ it is, and since when it has the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from huiyin.casework.history import History, said_so_far
from huiyin.casework.labels import name_of
from huiyin.casework.loaded_case import LoadedCase
from huiyin.procedure.seating import LEVELS
from huiyin.rules.book.schema import Role
from huiyin.rules.book.steps import INSIDE, OUTSIDE, where_taken

ORGAN, DAY = "handed_to", "handed_on"
"""The fields in which an office writes down to whom it handed the documents over, and when; their names are part of the vocabulary."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The organ that has a case, by its name, and the day (ISO) on which it was handed over."""

    organ: str
    since: str


def elsewhere(loaded: LoadedCase, past: History) -> Mapping[str, HandedOver]:
    """For each kind of open duty that such an organ owes: who has it since when. What is still to be handed over is not with it."""
    found: dict[str, HandedOver] = {}
    for kind, role in _kinds(loaded, handed=True):
        entries = said_so_far(past)
        found[kind] = HandedOver(entries.get(ORGAN) or _organ_of(loaded, role), entries.get(DAY, ""))
    return found


def to_be_handed_over(loaded: LoadedCase) -> Mapping[str, str]:
    """For each kind of open duty that such an organ owes and has no documents for yet: which organ, by name."""
    return {kind: _organ_of(loaded, role) for kind, role in _kinds(loaded, handed=False)}


def is_elsewhere(loaded: LoadedCase) -> bool:
    """Whether such an organ has anything of the case that it owes."""
    return next(_kinds(loaded, handed=True), None) is not None


def _organ_of(loaded: LoadedCase, role: Role) -> str:
    return loaded.case.organisation.organ_above(LEVELS.get(role.of, 0)).name or name_of(role)


def _kinds(loaded: LoadedCase, *, handed: bool) -> Iterator[tuple[str, Role]]:
    """The kinds of open duty that such an organ owes, with its role: those for which it has the documents (``handed``), or has them not yet."""
    book, procedure, state = loaded.rules.book, loaded.procedure, loaded.state
    for kind in dict.fromkeys(duty.kind for duty in state.duties):
        role = book.roles[procedure.duties[kind].of]
        if role.seat_fact is None or state.facts.get(role.seat_fact) != OUTSIDE:
            continue
        inside = [action for action in procedure.actions.values() if where_taken(role, action) == INSIDE]
        recording = [
            action
            for action in procedure.actions.values()
            if where_taken(role, action) == OUTSIDE and kind in action.discharges
        ]
        first = {duty for action in recording for duty in action.unless_open}
        waits = any(state.open_duties(duty) for duty in first)
        if waits != handed and any(kind in action.discharges for action in inside):
            yield kind, role
