"""Whether what a form holds is what the rulebook asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from huiyin.procedure.command import Command, PersonId, TextRef, UnitId, Value
from huiyin.procedure.refusal import FieldProblem, Problem
from huiyin.procedure.state import State
from huiyin.rules.schema import Action, FieldRule, Rulebook

LINE_LIMIT = 200
TEXT_LIMIT = 20_000


def wanted(action: Action) -> dict[str, bool]:
    """The fields that ``action`` asks for, by name, and whether each must be filled in."""
    return {use.rstrip("?"): not use.endswith("?") for use in action.fields}


def problems(
    book: Rulebook, action: Action, state: State | None, command: Command, today: date
) -> tuple[FieldProblem, ...]:
    """Everything that is wrong with the command's fields, in the form's order.

    ``today`` is the date of the command in the rulebook's zone.
    """
    uses = wanted(action)
    unknown = [FieldProblem(name, Problem.UNKNOWN) for name in command.fields if name not in uses]
    found = [
        problem
        for name, needed in uses.items()
        for problem in _of_field(book.fields[name], name, needed, state, command, today)
    ]
    return (*found, *_differing(action, state, command), *unknown)


def _of_field(
    rule: FieldRule, name: str, needed: bool, state: State | None, command: Command, today: date
) -> Iterator[FieldProblem]:
    value = command.fields.get(name)
    if value is None or value == "" or value == () or (rule.type == "confirm" and value is False):
        if needed:
            yield FieldProblem(name, Problem.MISSING)
        return
    problem = _wrong(rule, value, command, today)
    if problem is not None:
        yield FieldProblem(name, *problem)
    elif rule.type in ("unit", "units", "person"):
        yield from _wrong_party(rule, name, value, state, command)


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
        case "date", date():
            return _wrong_date(rule, value, today)
        case "confirm", bool():
            return None
        case (("unit" | "person" | "case"), UUID()):
            return None
        case "units", tuple() if all(isinstance(item, UUID) for item in value):
            return None
        case _:
            return Problem.WRONG_TYPE, {"type": rule.type}


def _out_of_range(rule: FieldRule, value: int) -> tuple[Problem, dict[str, str | int]] | None:
    if rule.min is not None and value < rule.min:
        return Problem.TOO_SMALL, {"min": rule.min}
    if rule.max is not None and value > rule.max:
        return Problem.TOO_LARGE, {"max": rule.max}
    return None


def _wrong_date(rule: FieldRule, value: date, today: date) -> tuple[Problem, dict[str, str | int]] | None:
    if rule.past and value > today:
        return Problem.IN_FUTURE, {"today": today.isoformat()}
    if not rule.past and value < today:
        return Problem.IN_PAST, {"today": today.isoformat()}
    return None


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
