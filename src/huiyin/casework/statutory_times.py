"""What a rulebook promises to petitioners: within which time they are told what, and how long they have for what."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.casework.labels import cites, length_of, name_of
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import LimitRule, Procedure


@dataclass(frozen=True, slots=True)
class StatutoryTime:
    """One time limit in words; ``yours`` is true for what the petitioner may do, false for what the office owes."""

    what: str
    within: str
    since: str
    cites: str
    yours: bool


def statutory_times(rules: Rules, procedure: str = MATTER) -> tuple[StatutoryTime, ...]:
    """The limits of ``procedure`` that concern petitioners, in the order of the rulebook.

    Those are the limits of duties that end with a notice to the petitioner, and those until which a remedy is open
    (Regulation Art. 23, 34 to 36, and whatever a local rulebook adds).
    """
    rule = rules.book.procedures[procedure]
    yours = {action.until for action in rule.actions.values() if action.remedy and action.until}
    owed = _owed(rule)
    return tuple(
        _promise(rules, limit, name in yours)
        for name, limit in rule.limits.items()
        if name in yours | owed and limit.within is not None and limit.within.amount and not limit.by_field
    )


def _owed(rule: Procedure) -> set[str]:
    to_petitioner = {kind for kind, notice in rule.notices.items() if notice.to == "petitioner"}
    ending = {
        duty
        for action in rule.actions.values()
        if to_petitioner.intersection(action.notice)
        for duty in action.discharges
    }
    return {rule.duties[duty].limit for duty in ending}


def _promise(rules: Rules, limit: LimitRule, yours: bool) -> StatutoryTime:
    assert limit.within is not None
    return StatutoryTime(
        what=name_of(limit),
        within=length_of(limit.within),
        since=name_of(rules.book.moments.get(limit.start), limit.start),
        cites=cites(rules, limit.clause),
        yours=yours,
    )
