"""Whoever a case might have meant, and does not, is not told that it might have: neither by a mark nor by a step of those who found it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case, CaseAccused
from huiyin.casework.sealed.accused import may_know
from huiyin.ledger.chain import Recorded, read_chain
from huiyin.procedure.command import Actor, DutyId
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseOpened,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyWithdrawn,
)
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, IDENTIFY_LINE, PROPOSE_CLEARING

NAMING: Final = (CaseOpened, AccusedWritten, AccusedFollowed, AccusedIdentified)
"""The events by which somebody may be meant."""


def was_meant(events: Iterable[tuple[Recorded, Rules]], reader: Actor | None) -> bool:
    """Whether any of the ``events`` of a case that the ``reader`` may see named them, or a unit to which they belong."""
    if reader is None or reader.kind != "staff":
        return False
    return any(_names(item.event, reader) for item, _rules in events)


def _names(event: object, reader: Actor) -> bool:
    match event:
        case (
            AccusedWritten(units=units, people=people)
            | AccusedFollowed(units=units, people=people)
            | AccusedIdentified(units=units, people=people)
            | CaseOpened(accused_units=units, accused_people=people)
        ):
            return reader.person in people or not reader.within.isdisjoint(units)
        case _:
            return False


def is_custody(item: Recorded, rules: Rules, case: Case) -> bool:
    """Whether an event is a step by which somebody finds out whom the case accuses."""
    if not isinstance(item.event, ActionTaken):
        return False
    rule = rules.book.procedures[case.procedure].actions.get(item.event.action)
    by_keeper = rule is not None and (rule.identifies or rule.by == (CUSTODIAN,))
    return by_keeper or item.event.action in (PROPOSE_CLEARING, IDENTIFY_LINE)


def accusing_still(cases: Collection[Case]) -> frozenset[UUID]:
    """Which of the ``cases`` accuse somebody now: the others are sealed for what they once might have meant."""
    sealed = [case.id for case in cases if case.sealed]
    named = set(CaseAccused.objects.filter(case__in=sealed).values_list("case_id", flat=True)) if sealed else set()
    return frozenset(case.id for case in cases if case.sealed and (case.unresolved or case.id in named))


def untold_duties(case: Case, reader: Actor | None) -> frozenset[str]:
    """The kinds of duty by which somebody finds out whom a case accuses, where it might have meant the ``reader``, who sees it by now."""
    if reader is None or not case.sealed or may_know(case, reader):
        return frozenset()
    about = read_chain(case.id, *NAMING)
    return _asked_of(case) if any(_names(item.event, reader) for item in about) else frozenset()


def untold(case: Case, reader: Actor) -> frozenset[int]:
    """The numbers of those events by which it was found out whom a case accuses, and of which whoever may not know that is not even told the type:
    all alike, so that it tells nobody whether they were meant, or whether anybody was named.
    """
    kinds, rules = _asked_of(case), load(case.rulebook)
    if not case.sealed or not kinds or may_know(case, reader):
        return frozenset()
    found, owed = set[int](), set[DutyId]()
    about = (AccusedWritten, AccusedIdentified, AccusedFollowed)
    for item in read_chain(case.id, *about, ActionTaken, DutyOpened, DutyDischarged, DutyWithdrawn, DutyReassigned):
        match item.event:
            case DutyOpened(duty=duty) if duty.kind in kinds:
                owed.add(duty.id)
                found.add(item.seq)
            case DutyDischarged(duty=id) | DutyWithdrawn(duty=id) | DutyReassigned(duty=id) if id in owed:
                found.add(item.seq)
            case AccusedWritten() | AccusedIdentified() | AccusedFollowed():
                found.add(item.seq)
            case _ if is_custody(item, rules, case):
                found.add(item.seq)
    return frozenset(found)


def _asked_of(case: Case) -> frozenset[str]:
    asked = load(case.rulebook).book.procedures[case.procedure].identifying
    return frozenset(asked.discharges) if asked is not None else frozenset()
