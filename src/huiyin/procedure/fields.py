"""Whether what a form holds is what the rulebook asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.procedure.command import Command, PersonId, TextRef, UnitId, Value
from huiyin.procedure.guard import first_facts
from huiyin.procedure.refusal import FieldProblem, Problem
from huiyin.procedure.state import State
from huiyin.rules.book.schema import Action, FieldRule, Rulebook
from huiyin.rules.book.steps import is_asked
from huiyin.rules.deadlines.duration import MOST_DAYS

LINE_LIMIT = 200
TEXT_LIMIT = 20_000
LARGEST = 10**9
"""Nothing that a form counts is larger, where the rulebook says nothing."""
EARLIEST = date(1900, 1, 1)
"""Earlier than anything that anybody alive reports: a slip of the pen, or of a machine."""
MOST_AHEAD = timedelta(days=MOST_DAYS)


def problems(
    book: Rulebook, action: Action, state: State | None, command: Command, today: date
) -> tuple[FieldProblem, ...]:
    """Everything that is wrong with the command's fields, in the form's order.

    ``today`` is the date of the command in the rulebook's zone.
    """
    uses = action.required
    unknown = [FieldProblem(name, Problem.UNKNOWN) for name in command.fields if name not in uses]
    found: list[FieldProblem] = []
    facts = state.facts if state else first_facts(book, command)
    for name, needed in uses.items():
        asked = is_asked(action, name, command.fields, facts)
        found += _of_field(book.fields[name], name, needed if asked is None else asked, state, command, today)
        if asked is False and not _empty(book.fields[name], command.fields.get(name)):
            found.append(FieldProblem(name, Problem.UNKNOWN))
    return (*found, *_wrong_handler(action, state, command), *_differing(action, state, command), *unknown)


def _empty(rule: FieldRule, value: Value | None) -> bool:
    return value is None or value == "" or value == () or (rule.type == "confirm" and value is False)


def _of_field(
    rule: FieldRule, name: str, needed: bool, state: State | None, command: Command, today: date
) -> Iterator[FieldProblem]:
    value = command.fields.get(name)
    if value is None or _empty(rule, value):
        if needed:
            yield FieldProblem(name, Problem.MISSING)
        return
    problem = _wrong(rule, value, command, today)
    if problem is not None:
        yield FieldProblem(name, *problem)
    elif rule.type in ("unit", "units", "person"):
        yield from _wrong_party(rule, name, value, state, command)


def _wrong_handler(action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """Whoever is to handle the case belongs to the unit that does and has not been recused."""
    name = action.assignee.removeprefix("$")
    person = command.fields.get(name) if name else None
    if not isinstance(person, UUID) or state is None or PersonId(person) not in command.people:
        return
    source = action.units.get("handling", "").removeprefix("$")
    unit = command.fields.get(source) if source else (state.handling.unit if state.handling else None)
    if person in state.recused:
        yield FieldProblem(name, Problem.RECUSED)
    elif isinstance(unit, UUID) and unit not in command.people[PersonId(person)]:
        yield FieldProblem(name, Problem.NOT_IN_UNIT)


def _wrong(rule: FieldRule, value: Value, command: Command, today: date) -> tuple[Problem, dict[str, str | int]] | None:
    match rule.type, value:
        case (("text" | "line"), (str() | TextRef())):
            length = value.length if isinstance(value, TextRef) else len(value)
            most = rule.max or (TEXT_LIMIT if rule.type == "text" else LINE_LIMIT)
            return (Problem.TOO_LONG, {"max": most}) if length > most else None
        case "choice", str():
            return None if value in rule.of else (Problem.NOT_OFFERED, {})
        case "choices", tuple():
            return None if all(item in rule.of for item in value) else (Problem.NOT_OFFERED, {})
        case "int", int() if not isinstance(value, bool):
            return _out_of_range(rule, value)
        case "date", date() if not isinstance(value, datetime):
            return _wrong_date(rule, value, today)
        case "confirm", bool():
            return None
        case (("unit" | "person" | "case"), UUID()):
            return None
        case "units", tuple() if all(isinstance(item, UUID) for item in value):
            return None
        case "files", tuple() if all(isinstance(item, TextRef) for item in value):
            return None
        case _:
            return Problem.WRONG_TYPE, {"type": rule.type}


def _out_of_range(rule: FieldRule, value: int) -> tuple[Problem, dict[str, str | int]] | None:
    if rule.min is not None and value < rule.min:
        return Problem.TOO_SMALL, {"min": rule.min}
    most = LARGEST if rule.max is None else rule.max
    return (Problem.TOO_LARGE, {"max": most}) if value > most else None


def _wrong_date(rule: FieldRule, value: date, today: date) -> tuple[Problem, dict[str, str | int]] | None:
    if rule.past and value > today:
        return Problem.IN_FUTURE, {"today": today.isoformat()}
    if not rule.past and value < today:
        return Problem.IN_PAST, {"today": today.isoformat()}
    if value < EARLIEST:
        return Problem.LONG_PAST, {"earliest": EARLIEST.isoformat()}
    latest = today + MOST_AHEAD
    return (Problem.FAR_OFF, {"latest": latest.isoformat()}) if value > latest else None


def _wrong_party(
    rule: FieldRule, name: str, value: Value, state: State | None, command: Command
) -> Iterator[FieldProblem]:
    accused_units = state.accused_units if state else command.accused_units
    accused_people = state.accused_people if state else command.accused_people
    if rule.type == "person" and isinstance(value, UUID):
        if PersonId(value) not in command.people:
            yield FieldProblem(name, Problem.NOT_IN_DIRECTORY)
        elif value in accused_people or command.people[PersonId(value)] & accused_units:
            yield FieldProblem(name, Problem.ACCUSED)
        return
    units = value if isinstance(value, tuple) else (value,)
    for unit in units:
        if not isinstance(unit, UUID) or UnitId(unit) not in command.units:
            yield FieldProblem(name, Problem.NOT_IN_DIRECTORY)
        elif unit in accused_units:
            yield FieldProblem(name, Problem.ACCUSED)


def _differing(action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    for name, earlier in action.same_as.items():
        kept = state.values.get(earlier) if state else None
        if kept is not None and name in command.fields and command.fields[name] != kept:
            yield FieldProblem(name, Problem.DIFFERS, {"field": earlier})
