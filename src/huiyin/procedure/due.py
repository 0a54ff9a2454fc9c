"""When a limit of one case runs out, with the derivation of the date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from datetime import time as clock
from zoneinfo import ZoneInfo

from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import LimitRule
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.limits import Derivation, Due, Limit, due


def limit_due(
    rules: Rules, rule: LimitRule, name: str, state: State, at: datetime, owed: OpenDuty | None = None
) -> Due | None:
    """When limit ``name`` runs out for the case, as known at ``at`` (aware).

    A date that a form has set stands as it was set, and moves by the days by which the limit was extended. None while the moment or
    the date from which the limit runs is not recorded. For a duty that is ``owed`` it runs from that duty's own occasion, whatever a
    later one of its kind has set.
    """
    clause = _clause_label(rules, rule.clause)
    days = state.extensions.get(name, 0)
    extension = Limit(days, rule.extendable.unit if rule.extendable else "days") if days else None
    day = _set_day(rule, state, owed)
    if day is not None:
        return _on(rules, day, extension, _label(rules.book.fields[rule.by_field], rule.by_field), clause)
    start = _began(rules, owed) if owed is not None else state.moments.get(rule.start)
    if start is None or rule.within is None:
        return None
    return due(
        rules.calendar,
        start,
        rule.within,
        extension=extension,
        paused=state.pauses.get(name, ()),
        as_of=at,
        moment=_label(rules.book.moments.get(rule.start), rule.start),
        clause=clause,
    )


def window(rules: Rules, rule: LimitRule, name: str, state: State, at: datetime) -> Due | None:
    """Until when limit ``name`` lets somebody act: the day of the open duty that runs by it, else as ``limit_due`` has it.

    What a petitioner was told and what is stored are one: a calendar that changes moves neither but by an event.
    """
    found = limit_due(rules, rule, name, state, at)
    start = state.moments.get(rule.start)
    owed = [duty for duty in state.duties if duty.limit == name and start and not duty.derivation.suspended]
    same = [duty for duty in owed if start and duty.derivation.start == local_date(rules, start)]
    if found is None or not same:
        return found
    latest = max(same, key=lambda duty: duty.due_at)
    derivation = latest.derivation
    return Due(latest.due_at, derivation.due_on, derivation.unrolled, derivation, bool(derivation.warnings))


def _set_day(rule: LimitRule, state: State, owed: OpenDuty | None) -> date | None:
    """The date that a form has set: a duty that is owed keeps the one with which it was opened."""
    if owed is not None:
        return owed.derivation.start if rule.by_field and not owed.derivation.limit.amount else None
    day = state.values.get(rule.by_field) if rule.by_field else None
    return day if isinstance(day, date) and not isinstance(day, datetime) else None


def _began(rules: Rules, owed: OpenDuty) -> datetime:
    """When the time of a duty that is owed began to run, as its derivation has it."""
    began = start_of(rules, owed.derivation.start)
    time = owed.derivation.start_time
    return datetime.combine(began, clock.fromisoformat(time), began.tzinfo) if time else began


def _on(rules: Rules, day: date, extension: Limit | None, moment: Label, clause: Label) -> Due:
    """A date that somebody set: nothing is counted, nothing rolls, unless it was extended since."""
    if extension is not None:
        return due(rules.calendar, start_of(rules, day), Limit(0), extension=extension, moment=moment, clause=clause)
    derivation = Derivation(start=day, limit=Limit(0), unrolled=day, due_on=day, moment=moment, clause=clause)
    return Due(rules.calendar.end_of(day).astimezone(UTC), day, day, derivation)


def _label(named: Named | None, otherwise: str) -> Label:
    return Label(named.zh, named.name("en")) if named else Label(otherwise, otherwise)


def _clause_label(rules: Rules, clauses: Iterable[str]) -> Label:
    """How people quote the clauses: 第三十四条、办理约定一."""
    cites = [rules.book.clauses[clause].cite for clause in clauses]
    return Label("、".join(cite.zh for cite in cites), ", ".join(cite.name("en") for cite in cites))


def local_date(rules: Rules, at: datetime) -> date:
    """The date of ``at`` where the rulebook's calendar is kept."""
    return at.astimezone(ZoneInfo(rules.book.calendar.zone)).date()


def start_of(rules: Rules, day: date) -> datetime:
    """The first moment of ``day`` in the rulebook's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(rules.book.calendar.zone))
