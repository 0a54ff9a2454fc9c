"""Entries of a form that lie beyond what a limit of the case allows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from huiyin.procedure.command import Command, Value
from huiyin.procedure.due import limit_due, local_date, window
from huiyin.procedure.guard import enters
from huiyin.procedure.refusal import FieldProblem, ProblemCode
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import counted_from


def out_of_bounds(rules: Rules, rule: Action, state: State, command: Command) -> tuple[FieldProblem, ...]:
    """An extension beyond what the limit allows in total, a date later than its limit permits or earlier than what it follows."""
    found: list[FieldProblem] = []
    procedure = rules.book.procedures[state.procedure]
    for limit, source in rule.extends.items():
        most = procedure.limits[limit].extendable
        days = value_of(source, command)
        left = (most.amount if most else 0) - state.extensions.get(limit, 0)
        name = source.removeprefix("$")
        if isinstance(days, int) and days < 1:
            found.append(FieldProblem(name, ProblemCode.TOO_SMALL, {"min": 1}))
        elif isinstance(days, int) and days > left:
            found.append(FieldProblem(name, ProblemCode.TOO_LARGE, {"max": left}))
    for name, value in command.fields.items():
        latest = _latest(rules, procedure, name, state, command)
        if isinstance(value, date) and latest is not None and value > latest:
            found.append(FieldProblem(name, ProblemCode.TOO_LATE, {"latest": latest.isoformat()}))
    found += _posted_too_late(rules, procedure, rule, state, command)
    found += _too_early(rules, rule, state, command)
    return tuple(problem for n, problem in enumerate(found) if problem not in found[:n])


def _posted_too_late(
    rules: Rules, procedure: Procedure, rule: Action, state: State, command: Command
) -> Iterator[FieldProblem]:
    """A document posted or handed in on the last day is in time, whenever it is entered (civil procedure by analogy)."""
    if rule.entered is None or rule.until is None or not enters(rule, command.actor):
        return
    day = command.fields.get(rule.entered.day)
    due = window(rules, procedure.limits[rule.until], rule.until, state, command.at)
    if isinstance(day, date) and due is not None and day > due.due_on:
        yield FieldProblem(rule.entered.day, ProblemCode.TOO_LATE, {"latest": due.due_on.isoformat()})


def _too_early(rules: Rules, rule: Action, state: State, command: Command) -> Iterator[FieldProblem]:
    """Dates before what they follow, and those so far back that somebody else has to look at them first."""
    for name, moments in rule.not_before.items():
        day = command.fields.get(name)
        found = (_earliest(rules, moment, state, command) for moment in moments)
        known = [earliest for earliest in found if earliest is not None]
        if isinstance(day, date) and known and day < max(known):
            yield FieldProblem(name, ProblemCode.BEFORE_EVENT, {"earliest": max(known).isoformat()})
    for name, length in rule.recent.items():
        day, earliest = command.fields.get(name), local_date(rules, command.at) - timedelta(days=length.amount)
        if isinstance(day, date) and day < earliest:
            yield FieldProblem(name, ProblemCode.NOT_RECENT, {"earliest": earliest.isoformat()})


def _earliest(rules: Rules, moment: str, state: State, command: Command) -> date | None:
    """The day of ``moment``, or the other date of the form that it names, or so many days later."""
    if moment.startswith("$"):
        name, days = counted_from(moment)
        other = command.fields.get(name)
        return other + timedelta(days=days) if isinstance(other, date) else None
    marked = state.moments.get(moment)
    return local_date(rules, marked) if marked else None


def _latest(rules: Rules, procedure: Procedure, field_name: str, state: State, command: Command) -> date | None:
    for limit in procedure.limits.values():
        if limit.by_field == field_name and limit.no_later_than is not None:
            bound = limit_due(rules, procedure.limits[limit.no_later_than], limit.no_later_than, state, command.at)
            # Who is late may still act, by today: otherwise a form that needs the date could never be filled in again.
            return max(bound.due_on, local_date(rules, command.at)) if bound else None
    return None


def value_of(source: str, command: Command) -> Value | None:
    """What ``source`` stands for: the entry of a field where it is written ``$name``, else itself."""
    return command.fields.get(source[1:]) if source.startswith("$") else source
