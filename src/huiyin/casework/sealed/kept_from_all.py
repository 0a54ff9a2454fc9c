"""Cases that nobody here may read, since whoever could find out whom they accuse might be meant: told as a number, and nothing of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.casework.sealed.told_to_administrators import told_to
from huiyin.people.models import Account, Organisation
from huiyin.rule_store.store import load

_OUTSIDE: Final = Q(unit__isnull=True, case__unresolved=True, case__ended_at__isnull=True)
_LATE: Final = Q(unit__isnull=False, case__unresolved=True, timer_at__gt=F("due_at"))


@dataclass(frozen=True, slots=True)
class KeptFromAll:
    """How many cases of an organisation wait for an organ outside to say whom they accuse, and by when the first of them."""

    organisation: Organisation
    count: int
    first_due: datetime


def kept_from_all(reader: Account, at: datetime) -> tuple[KeptFromAll, ...]:
    """What waits for an organ outside, by organisation: for administrators, who send for it and learn nothing else (``told_to``)."""
    return _by_organisation(told_to(reader, _owed_outside(), at))


def _by_organisation(duties: Iterable[Duty]) -> tuple[KeptFromAll, ...]:
    found: dict[UUID, KeptFromAll] = {}
    for duty in duties:
        organisation = duty.case.organisation
        known = found.get(organisation.id, KeptFromAll(organisation, 0, duty.due_at))
        found[organisation.id] = replace(known, count=known.count + 1, first_due=min(known.first_due, duty.due_at))
    return tuple(sorted(found.values(), key=lambda one: one.organisation.code))


def kept_and_late(reader: Account, at: datetime) -> tuple[tuple[KeptFromAll, ...], tuple[KeptFromAll, ...]]:
    """``kept_from_all`` and ``late_with_the_last``, read together."""
    found = told_to(reader, _identifying(open_duties().filter(_OUTSIDE | _LATE)), at)
    return _by_organisation(one for one in found if one.unit_id is None), _by_organisation(
        one for one in found if one.unit_id is not None
    )


def late_with_the_last(reader: Account | None, at: datetime) -> tuple[KeptFromAll, ...]:
    """What whoever has a case in custody should have found out by now, and nobody is left to pass it to, by organisation: for administrators, who
    can appoint somebody.
    """
    return _by_organisation(told_to(reader, _identifying(open_duties().filter(_LATE)), at))


def is_kept_from_all(case: Case) -> bool:
    """Whether nobody here may read the case."""
    return any(duty.case_id == case.id for duty in _owed_outside(case))


def _owed_outside(case: Case | None = None) -> Iterable[Duty]:
    """The duties to find out who is accused that nobody here owes."""
    rows = open_duties().filter(_OUTSIDE)
    if case is not None:
        rows = rows.filter(case=case)
    return _identifying(rows)


def _identifying(rows: QuerySet[Duty]) -> Iterable[Duty]:
    """Those of some duties by which somebody finds out whom a case accuses."""
    for duty in rows.select_related("case__organisation").order_by("due_at", "id"):
        asked = load(duty.case.rulebook).book.procedures[duty.case.procedure].identifying
        if asked is not None and duty.kind in asked.discharges:
            yield duty
