"""The course of a case, and in what two courses differ: due dates, owners, notices, outcomes. Pure; nothing personal in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Literal, TypeVar
from uuid import UUID

from huiyin.procedure.command import Seat
from huiyin.procedure.due import local_date
from huiyin.procedure.event import (
    CaseEnded,
    CaseReopened,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    NoticeIssued,
)
from huiyin.procedure.replaying.past import Past
from huiyin.procedure.replaying.under import Alternative
from huiyin.procedure.state import State
from huiyin.procedure.waiting import waits_since
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import FINISH_CORRECTION

DifferenceKind = Literal[
    "due",
    "owner",
    "duty_only_before",
    "duty_only_after",
    "notice_missing",
    "notice_extra",
    "outcome",
    "refused",
    "asked",
    "actor",
]


@dataclass(frozen=True, slots=True)
class DutyCourse:
    """A duty from its opening to its end; ``closed_at`` is None while it is open; ``waits`` when in the end it waits still."""

    kind: str
    role: str
    seat: Seat | None
    limit: str
    opened_at: datetime
    due_at: datetime
    clause: tuple[str, ...]
    closed_at: datetime | None = None
    waits: bool = False

    def is_late(self, at: datetime) -> bool:
        """Whether it was, or at ``at`` is, owed beyond its time; while it waits it is not."""
        return not self.waits and self.due_at < (self.closed_at or at)

    @property
    def owner(self) -> str:
        """The unit's id, or the role where no unit owes it (the petitioner)."""
        return self.seat.unit.hex if self.seat else self.role


@dataclass(frozen=True, slots=True)
class IssuedNotice:
    """A notice that was issued."""

    kind: str
    at: datetime
    to: str
    clause: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a case: every duty and notice in the order in which they came, and where it stands."""

    state: State | None
    duties: tuple[DutyCourse, ...]
    notices: tuple[IssuedNotice, ...]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would be otherwise.

    ``name`` is of the rulebooks: a kind of duty (due, owner, duty_…), a notice (notice_…), ``stage``, ``ended_on`` or a fact (outcome),
    an action (refused, actor), a field (asked). ``was`` and ``would`` are a date (ISO), a unit's id or a role (owner), a stage or a value,
    a role (actor), the action that asks (asked), the day and the reason (refused); empty where there is nothing. ``days`` is how
    much later it would be, negative when earlier.
    """

    kind: DifferenceKind
    name: str
    was: str = ""
    would: str = ""
    days: int | None = None
    clause_was: tuple[str, ...] = ()
    clause_would: tuple[str, ...] = ()


Item = TypeVar("Item", DutyCourse, IssuedNotice)


def course(rules: Rules, past: Iterable[Past], state: State | None) -> Course:
    """The course that the events of a case under ``rules``, oldest first, amount to; ``state`` is the one after them (None without events)."""
    duties: dict[UUID, DutyCourse] = {}
    notices: list[IssuedNotice] = []
    ended_at: datetime | None = None
    for item in past:
        match item.event:
            case DutyOpened(duty=new):
                duties[new.id] = DutyCourse(
                    new.kind, new.role, new.seat, new.limit, new.opened_at, new.due_at, new.clause
                )
            case DutyDischarged(duty=id) | DutyWithdrawn(duty=id):
                duties[id] = replace(duties[id], closed_at=item.at)
            case DutyRescheduled(duty=id, due_at=due_at):
                duties[id] = replace(duties[id], due_at=due_at)
            case DutyReassigned(duty=id, seat=seat, role=role):
                duties[id] = replace(duties[id], seat=seat, role=role or duties[id].role)
            case NoticeIssued(kind=kind, to=to, clause=clause):
                notices.append(IssuedNotice(kind, item.at, to, clause))
            case CaseEnded():
                ended_at = item.at
            case CaseReopened():
                ended_at = None
            case _:
                pass
    if state is not None and (procedure := rules.book.procedures.get(state.procedure)):
        for duty in state.duties:
            duties[duty.id] = replace(duties[duty.id], waits=waits_since(procedure, state, duty) is not None)
    return Course(state, tuple(duties.values()), tuple(notices), ended_at)


def differences(
    recorded: Rules, rules: Rules, was: Course, would: Course, alternative: Alternative
) -> tuple[Difference, ...]:
    """In what the course ``would`` of ``alternative``, under ``rules``, differs from the one recorded under ``recorded``.

    Days are those of the zone of ``rules``.
    """
    return (
        *_setbacks(rules, alternative),
        *_duties(recorded, rules, was, would),
        *_notices(was.notices, would.notices),
        *_outcome(rules, was, would),
    )


def shifts(rules: Rules, was: Course, would: Course) -> dict[str, tuple[int, ...]]:
    """By how many days each duty that both courses have would be due later (negative: earlier; 0: the same day), by kind."""
    found: dict[str, list[int]] = defaultdict(list)
    for before, after in _pairs(was.duties, would.duties):
        if before is not None and after is not None:
            found[after.kind].append(_days(rules, before.due_at, after.due_at))
    return {kind: tuple(days) for kind, days in found.items()}


def _setbacks(rules: Rules, alternative: Alternative) -> Iterator[Difference]:
    for setback in alternative.setbacks:
        day, refusal = _day(rules, setback.at), setback.refusal
        yield Difference("refused", setback.action, day, str(refusal.code), clause_would=refusal.clause)
    for asked in alternative.asked:
        yield Difference("asked", asked.field, would=asked.action)
    for passed in alternative.passed:
        yield Difference("actor", passed.action, passed.was, passed.would)


def _pairs(was: Sequence[Item], would: Sequence[Item]) -> Iterator[tuple[Item | None, Item | None]]:
    """What belongs together: the n-th of a kind here and there."""
    kinds: dict[str, tuple[list[Item], list[Item]]] = defaultdict(lambda: ([], []))
    for side, items in enumerate((was, would)):
        for item in items:
            kinds[item.kind][side].append(item)
    for before, after in kinds.values():
        yield from zip_longest(before, after)


def _duties(recorded: Rules, rules: Rules, was: Course, would: Course) -> Iterator[Difference]:
    # Documents that were corrected are no steps, and are not corrected again when steps are taken anew.
    known = [one for one in was.duties if one.kind != FINISH_CORRECTION]
    for before, after in _pairs(known, would.duties):
        if before is None and after is not None:
            due, clause = _day(rules, after.due_at), after.clause
            yield Difference("duty_only_after", after.kind, would=due, clause_would=clause)
        elif after is None and before is not None:
            yield Difference("duty_only_before", before.kind, _day(rules, before.due_at), clause_was=before.clause)
        elif before is not None and after is not None:
            yield from _due(recorded, rules, was, before, after)
            if before.owner != after.owner:
                yield Difference("owner", after.kind, before.owner, after.owner, None, before.clause, after.clause)


def _due(recorded: Rules, rules: Rules, was: Course, before: DutyCourse, after: DutyCourse) -> Iterator[Difference]:
    if before.due_at == after.due_at or was.state is None:
        return
    procedure = was.state.procedure
    yield Difference(
        "due",
        after.kind,
        _day(rules, before.due_at),
        _day(rules, after.due_at),
        _days(rules, before.due_at, after.due_at),
        _with_limit(recorded, procedure, before),
        _with_limit(rules, procedure, after),
    )


def _with_limit(rules: Rules, procedure: str, duty: DutyCourse) -> tuple[str, ...]:
    """The clauses of a duty and of its limit."""
    known = rules.book.procedures.get(procedure)
    limit = known.limits.get(duty.limit) if known else None
    return tuple(dict.fromkeys((*duty.clause, *(limit.clause if limit else ()))))


def _notices(was: Sequence[IssuedNotice], would: Sequence[IssuedNotice]) -> Iterator[Difference]:
    for before, after in _pairs(was, would):
        if after is None and before is not None:
            yield Difference("notice_missing", before.kind, clause_was=before.clause)
        elif before is None and after is not None:
            yield Difference("notice_extra", after.kind, clause_would=after.clause)


def _outcome(rules: Rules, was: Course, would: Course) -> Iterator[Difference]:
    if was.state is None:
        return
    if would.state is None:
        yield Difference("outcome", "stage", was.state.stage)
        return
    if was.state.stage != would.state.stage:
        yield Difference("outcome", "stage", was.state.stage, would.state.stage)
    if was.ended_at != would.ended_at:
        yield _end(rules, was.ended_at, would.ended_at)
    known: Mapping[str, str] = would.state.facts
    for fact, value in was.state.facts.items():
        if fact in known and known[fact] != value:
            yield Difference("outcome", fact, value, known[fact])


def _end(rules: Rules, before: datetime | None, after: datetime | None) -> Difference:
    days = _days(rules, before, after) if before and after else None
    was, would = (_day(rules, moment) if moment else "" for moment in (before, after))
    return Difference("outcome", "ended_on", was, would, days)


def _day(rules: Rules, moment: datetime) -> str:
    return local_date(rules, moment).isoformat()


def _days(rules: Rules, before: datetime, after: datetime) -> int:
    return (local_date(rules, after) - local_date(rules, before)).days
