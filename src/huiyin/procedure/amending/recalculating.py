"""Counting the open dates of a case anew once a year's holidays are published. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from huiyin.procedure.decision import Decision
from huiyin.procedure.due import limit_due
from huiyin.procedure.event import DutyRescheduled
from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.derivation import Derivation


def recalculate(rules: Rules, state: State, at: datetime, since: date | None = None) -> Decision | None:
    """What the calendar of ``rules`` makes of the provisional dates of open duties, and where holidays were moved from the day ``since``
    on, of all dates from then on; None when none of them changes.

    A petitioner's time to ask for a remedy never gets shorter than what they were told: where the holidays would have it so, the
    day stands and its derivation says why (Regulation Art. 35, 36 give the least that they have).
    """
    procedure = rules.book.procedures[state.procedure]
    events = [event for duty in state.duties if (event := _moved(rules, procedure, state, duty, at, since))]
    for event in events:
        state = evolve(state, event)
    return Decision(tuple(events), state) if events else None


def _moved(
    rules: Rules, procedure: Procedure, state: State, duty: OpenDuty, at: datetime, since: date | None
) -> DutyRescheduled | None:
    limit = procedure.limits.get(duty.limit)
    is_provisional = bool(duty.derivation.warnings)
    if limit is None or not (is_provisional or (since is not None and duty.derivation.due_on >= since)):
        return None
    new = limit_due(rules, limit, duty.limit, state, at, duty)
    if new is None or new.derivation == duty.derivation:
        return None
    if not is_provisional and not _differ_by_days_alone(duty.derivation, new.derivation):
        return None  # it would be counted otherwise for another reason than the holidays
    if new.due_at < duty.due_at and duty.limit in _windows(rules, procedure):
        promised = Label(
            f"按新的放假安排为 {new.due_on}，已告知信访人的日期不缩短",
            f"{new.due_on} by the new holidays; the day that the petitioner was told stands",
        )
        kept = replace(new.derivation, due_on=duty.derivation.due_on, warnings=(promised,))
        return DutyRescheduled(duty.id, duty.due_at, kept) if kept != duty.derivation else None
    return DutyRescheduled(duty.id, new.due_at, new.derivation)


def _differ_by_days_alone(old: Derivation, new: Derivation) -> bool:
    days = {name: getattr(new, name) for name in ("skipped", "rolled_over", "unrolled", "due_on", "warnings")}
    return replace(old, **days) == new


def _windows(rules: Rules, procedure: Procedure) -> frozenset[str]:
    """The limits within which a petitioner may act."""
    roles = rules.book.roles
    return frozenset(
        action.until
        for action in procedure.actions.values()
        if action.until is not None and any(roles[role].of == "petitioner" for role in action.by)
    )
