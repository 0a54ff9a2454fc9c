"""Events that name whom a case accuses, for those alone who may know: of the rest only type and hash are told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from huiyin.casework.models import Case
from huiyin.casework.sealed.accused import may_know
from huiyin.ledger.chain import Recorded
from huiyin.ledger.models import Row
from huiyin.procedure.command import Actor, ids_in
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseOpened,
    DutyReassigned,
    DutyWithdrawn,
    Event,
    PersonRecused,
    UnitLeft,
)
from huiyin.procedure.storage import codec
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules

ACCUSING: Final = frozenset(map(codec.type_name, (AccusedWritten, AccusedIdentified, AccusedFollowed)))
"""The types of event that name whom a case accuses, and nothing else."""
FOLLOWING: Final = frozenset(map(codec.type_name, (PersonRecused, UnitLeft, DutyReassigned, DutyWithdrawn)))
"""Those that name whom they take the case from."""


def withheld(
    case: Case, events: Sequence[tuple[Recorded, Rules]], rows: Collection[Row], reader: Actor
) -> frozenset[int]:
    """The numbers of those ``rows`` of a case whose content would tell the ``reader``, who may not know it, whom the case accuses.

    A form that can name somebody accused is withheld whether or not it does, and who is recused or loses the case by that too.
    """
    if may_know(case, reader):
        return frozenset()
    forms = [item.seq for item, _rules in events if isinstance(item.event, ActionTaken)]
    naming = {item.seq for item, rules in events if _may_name_accused(item.event, rules, case.procedure)}
    kept = {row.seq for row in rows if row.type in ACCUSING or row.seq in naming}
    naming |= set(Row.objects.filter(case_id=case.id, type__in=ACCUSING).values_list("seq", flat=True))
    kept |= {
        row.seq
        for row in rows
        if row.type in FOLLOWING and max((seq for seq in (*forms, *naming) if seq < row.seq), default=0) in naming
    }
    return frozenset(kept)


def _may_name_accused(event: Event, rules: Rules, procedure: str) -> bool:
    match event:
        case CaseOpened():
            return bool(event.accused_units or event.accused_people)
        case ActionTaken(action=taken):
            rule = rules.book.procedures[procedure].actions.get(taken)
            asked = [rules.book.fields[use.name] for use in rule.fields] if rule else []
            return any(one.accuses and type_of(one).names for one in asked) or names_accused(event, rules)
        case _:
            return False


def names_accused(event: Event, rules: Rules) -> bool:
    """Whether a form names somebody who is accused: in the directory, not in words."""
    fields, given = rules.book.fields, event.fields if isinstance(event, ActionTaken) else {}
    return any(name in fields and fields[name].accuses and ids_in(value) for name, value in given.items())
