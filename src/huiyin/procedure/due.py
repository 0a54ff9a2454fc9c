"""When a limit of one case runs out, with the derivation of the date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from huiyin.procedure.state import State
from huiyin.rules.calendar import Label
from huiyin.rules.limits import Derivation, Due, Limit, due
from huiyin.rules.load import Rules
from huiyin.rules.schema import LimitRule


def limit_due(rules: Rules, rule: LimitRule, name: str, state: State, at: datetime) -> Due | None:
    """When limit ``name`` runs out for the case, as known at ``at`` (aware).

    None while the moment or the date from which it runs is not recorded.
    """
    clause = _clause_label(rules, rule.clause)
    if rule.by_field:
        day = state.values.get(rule.by_field)
        if isinstance(day, date):
            return _on(rules, day, Label(rules.book.fields[rule.by_field].zh, rules.book.fields[rule.by_field].name("en")), clause)
    start = state.moments.get(rule.start)
    if start is None or rule.within is None:
        return None
    days = state.extensions.get(name, 0)
    return due(
        rules.calendar,
        start,
        rule.within,
        extension=Limit(days, rule.within.unit) if days else None,
        paused=state.pauses.get(name, ()),
        as_of=at,
        moment=_moment_label(rules, rule.start),
        clause=clause,
    )


def _on(rules: Rules, day: date, moment: Label, clause: Label) -> Due:
    """A date that somebody set: nothing is counted, nothing rolls."""
    derivation = Derivation(start=day, limit=Limit(0), unrolled=day, due_on=day, moment=moment, clause=clause)
    return Due(rules.calendar.end_of(day).astimezone(UTC), day, day, derivation)


def _clause_label(rules: Rules, clauses: Iterable[str]) -> Label:
    cites = [rules.book.clauses[clause].cite for clause in clauses]
    return Label("、".join(cite.zh for cite in cites), ", ".join(cite.name("en") for cite in cites))


def _moment_label(rules: Rules, name: str) -> Label:
    moment = rules.book.moments.get(name)
    return Label(moment.zh, moment.name("en")) if moment else Label(name, name)


def local_date(rules: Rules, at: datetime) -> date:
    """The date of ``at`` where the rulebook's calendar is kept."""
    return at.astimezone(ZoneInfo(rules.book.calendar.zone)).date()


def start_of(rules: Rules, day: date) -> datetime:
    """The first moment of ``day`` in the rulebook's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(rules.book.calendar.zone))
