"""The written lines of a case that accuse somebody, each by its number, and what has been decided of them so far."""

from __future__ import annotations

from uuid import UUID

from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import OpenLine, PersonId, UnitId
from huiyin.procedure.event import AccusedIdentified, AccusedWritten, ActionTaken, CaseOpened
from huiyin.procedure.state import State

NamedInLine = tuple[frozenset[UnitId], frozenset[PersonId]]
"""Units and people."""


def open_lines(state: State) -> tuple[OpenLine, ...]:
    """The lines of which nobody has decided whom they mean, each with its number among all that were written."""
    numbers: dict[UUID, int] = {}
    found: dict[UUID, OpenLine] = {}
    for item in read_chain(state.case, AccusedWritten, AccusedIdentified):
        event = item.event
        if isinstance(event, AccusedIdentified):  # what stays open beside is written again
            found = {id: line for id, line in found.items() if not line.alone}
        if not isinstance(event, AccusedWritten) or event.line is None:
            continue
        number = numbers.setdefault(event.line.id, len(numbers) + 1)
        if event.line.id in state.unresolved or event.alone:
            found[event.line.id] = OpenLine(
                number, event.line, frozenset(event.units), frozenset(event.people), event.at, event.alone
            )
    return tuple(found.values())


def decided(state: State) -> NamedInLine:
    """Who was found to be accused, or named for certain, by the case itself: all but who might be meant by a line that is open.

    What the opening of a case says stands for itself where no line followed on it: in cases of v0.1.0.
    """
    units, people = frozenset[UnitId](), frozenset[PersonId]()
    taken, opening = 0, (units, people)
    for event in (
        item.event for item in read_chain(state.case, CaseOpened, ActionTaken, AccusedWritten, AccusedIdentified)
    ):
        match event:
            case CaseOpened():
                opening = frozenset(event.accused_units), frozenset(event.accused_people)
            case ActionTaken():
                taken += 1
            case AccusedIdentified():
                units, people = frozenset(event.units), frozenset(event.people)
                opening = frozenset(), frozenset()
            case AccusedWritten(line=line):
                if taken <= 1:
                    opening = frozenset(), frozenset()
                if not event.alone and (event.certain or line is None or line.id not in state.unresolved):
                    units, people = units | set(event.units), people | set(event.people)
    return units | opening[0], people | opening[1]
