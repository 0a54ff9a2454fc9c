"""Filling in forms of any rulebook: whatever an action asks for, within what may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from huiyin.casework.forms import FieldView, form
from huiyin.people.acting import holders_of
from huiyin.procedure.due import local_date
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import is_asked
from huiyin.simulation.arrivals import drawn
from huiyin.simulation.staffing import Kind, Staffing

WORDS = "模拟填写"
PAPER = ({"name": "模拟材料.txt", "content": "5qih5ouf"},)
FIRST_OTHER_DAYS, FIRST_NUMBER = 15, 1


class NothingToChoose(Exception):
    """A field must be filled in and nothing can be chosen for it; names the field."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in: ``needed`` is ``action`` with those fields alone that may have to be filled in; ``cases`` draws the number of another case, or None when there is none.

    ``prudent``: dates and numbers as small as may be, after what was likely has been refused.
    """

    rules: Rules
    action: Action
    needed: Action
    state: State | None
    facts: Mapping[str, str]
    organisation: UUID
    at: datetime
    kind: Kind
    staffing: Staffing
    handling: Mapping[UUID, str]
    cases: Callable[[], str | None]
    prudent: bool = False


def needed(action: Action) -> Action:
    """``action`` without the fields that anybody may leave empty."""
    depends = {*action.asked_if, *action.same_as}
    uses = tuple(use for use in action.fields if use.required or use.name in depends)
    return action.model_copy(update={"fields": uses})


def filled(asked: Form, by: Random) -> dict[str, object]:
    """What somebody writes into ``asked``: all that is required, and nothing else. Raises NothingToChoose."""
    entries: dict[str, object] = {}
    waiting = list(form(asked.rules, asked.needed, asked.state, asked.organisation, asked.at))
    # What depends on another field comes after it, in whatever order the form has them.
    waiting.sort(key=lambda view: bool(view.asked_if))
    facts = asked.state.facts if asked.state else asked.facts
    for view in waiting:
        if is_asked(asked.action, view.name, entries, facts) is not False:
            entries[view.name] = view.preset or _entry(asked, view, entries, by)
    return entries


def _entry(asked: Form, view: FieldView, entries: Mapping[str, object], by: Random) -> object:
    values = [option.value for option in view.options]
    match view.type:
        case "choice":
            return drawn(_parts(asked, view.name, values), by)
        case "choices":
            return [drawn(_parts(asked, view.name, values), by)]
        case "confirm":
            return drawn(_parts(asked, view.name, ["yes"]), by)
        case "int":
            return _number(asked, view)
        case "date":
            return _date(asked, view)
        case "unit":
            return _unit(asked, view, values, by)
        case "units":
            return [_unit(asked, view, values, by)]
        case "person":
            return _person(asked, view, values, entries, by)
        case "files":
            return list(PAPER)
        case "case":
            number = asked.cases()
            if number is None:
                raise NothingToChoose(view.name)
            return number
    return WORDS[: int(view.most)] if view.most else WORDS


def _parts(asked: Form, name: str, values: list[str]) -> Mapping[str, float]:
    """How likely each option is: as the kind of matter says, else as the field does, else all alike."""
    known = asked.kind.fields.get(name) or asked.staffing.fields.get(name) or {}
    parts = {value: known.get(value, 0.0) for value in values}
    return parts if any(parts.values()) else dict.fromkeys(values, 1.0)


def _number(asked: Form, view: FieldView) -> int:
    least = view.least if isinstance(view.least, int) else FIRST_NUMBER
    wanted = least if asked.prudent else asked.staffing.numbers.get(view.name, least)
    return min(wanted, view.most) if isinstance(view.most, int) else wanted


def _date(asked: Form, view: FieldView) -> str:
    today = local_date(asked.rules, asked.at)
    if view.most is not None or asked.prudent:  # a date in the past is today's: things are written down as they happen
        return today.isoformat()
    days = asked.staffing.days
    return (today + timedelta(days=days.get(view.name, days.get("default", FIRST_OTHER_DAYS)))).isoformat()


def _unit(asked: Form, view: FieldView, values: list[str], by: Random) -> str:
    """A unit that deals with matters; for joint handling another one than the first."""
    busy = {seat.unit for seats in asked.state.units.values() for seat in seats} if asked.state else set()
    joint = "co_handling" in asked.action.units
    able = [value for value in values if UUID(value) in asked.handling and not (joint and UUID(value) in busy)]
    if not able:
        raise NothingToChoose(view.name)
    return by.choice(able)


def _person(asked: Form, view: FieldView, values: list[str], entries: Mapping[str, object], by: Random) -> str:
    source = asked.action.units.get("handling", "").removeprefix("$")
    if asked.action.assignee == f"${view.name}" and source in entries:
        holds = asked.rules.book.fields[view.name].holds
        inside = {str(person.id) for role in holds for person in holders_of(UUID(str(entries[source])), role, asked.at)}
        values = [value for value in values if value in inside]
    if not values:
        raise NothingToChoose(view.name)
    return by.choice(values)
