"""Whoever a case might have meant, and does not, is not told that it might have: neither by a mark nor by a step of those who found it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from huiyin.casework.models import Case, CaseAccused
from huiyin.ledger.chain import Recorded
from huiyin.procedure.command import Actor
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten, ActionTaken, CaseOpened
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, IDENTIFY_LINE, PROPOSE_CLEARING


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
