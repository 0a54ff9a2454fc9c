"""By which step something lies before whoever acts, and what was given back to them: told from the history of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from huiyin.casework.forms import FieldView
from huiyin.casework.history import History
from huiyin.ledger.chain import Recorded
from huiyin.procedure.command import TextRef, Value
from huiyin.procedure.event import ActionTaken
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import sent_back_by


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What somebody laid before another and had given back: the numbers of the two steps."""

    laid: int
    returned: int


def laid_by(past: History, procedure: Procedure, name: str) -> tuple[int, str] | None:
    """The latest step that opened a duty which the action ``name`` does, by its number and action; None where there is none.

    Of an approval it is the proposal, of a review the application, of what was given back the step that gave it back.
    """
    owed = set(procedure.actions[name].discharges)
    for item, event in _taken(past, procedure):
        if not owed.isdisjoint(opening.duty for opening in procedure.actions[event.action].opens):
            return item.seq, event.action
    return None


def given_back(past: History, procedure: Procedure, name: str) -> GivenBack | None:
    """What came of the action ``name`` when it was taken last, where it was given back and nobody has laid it there anew."""
    returning = set(sent_back_by(procedure, name))
    back = 0
    for item, event in _taken(past, procedure):
        if event.action == name:
            return GivenBack(item.seq, back) if back else None
        if not back and event.action in returning:
            back = item.seq
    return None


def laid_again(past: History, procedure: Procedure, name: str) -> GivenBack | None:
    """As ``given_back``, where the action ``name`` was taken once more since: what was laid there the time before, and given back."""
    returning = set(sent_back_by(procedure, name))
    latest = back = 0
    for item, event in _taken(past, procedure):
        if event.action == name and back:
            return GivenBack(item.seq, back)
        if event.action == name:
            if latest:
                return None
            latest = item.seq
        elif latest and not back and event.action in returning:
            back = item.seq
    return None


def filled_as_before(views: Sequence[FieldView], past: History, step: int) -> tuple[FieldView, ...]:
    """The form as it was filled in at the step ``step``, to begin with; files and what has to be confirmed are asked for anew."""
    events = (item.event for item, _rules in past.events if item.seq == step)
    entries = next(event.fields for event in events if isinstance(event, ActionTaken))
    return tuple(_as_before(view, entries.get(view.name), past) for view in views)


def _as_before(view: FieldView, value: Value | None, past: History) -> FieldView:
    if value is None or type_named(view.type).uploads or isinstance(value, bool):
        return view
    given = tuple(_written(view, one, past) for one in (value if isinstance(value, tuple) else (value,)))
    offered = {option.value for option in view.options}
    if not all(given) or (offered and not offered.issuperset(given)):
        return view
    return replace(view, chosen=given) if isinstance(value, tuple) else replace(view, preset=given[0])


def _written(view: FieldView, value: object, past: History) -> str:
    """A value as the form has it; empty where the reader may not know it."""
    if isinstance(value, TextRef):
        return "" if value.id in past.names.kept_back else past.names.texts.get(value.id, "")
    if isinstance(value, UUID):
        return past.names.cases.get(value, "") if type_named(view.type).names == "case" else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _taken(past: History, procedure: Procedure) -> Sequence[tuple[Recorded, ActionTaken]]:
    """The actions taken that the procedure still knows, the latest first."""
    return [
        (item, item.event)
        for item, _rules in reversed(past.events)
        if isinstance(item.event, ActionTaken) and item.event.action in procedure.actions
    ]
