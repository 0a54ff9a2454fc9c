"""Cases that nobody here may read, since whoever could find out whom they accuse might be meant: told as a number, and nothing of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load


@dataclass(frozen=True, slots=True)
class KeptFromAll:
    """How many cases of an organisation wait for an organ outside to say whom they accuse, and by when the first of them."""

    organisation: Organisation
    count: int
    first_due: datetime


def kept_from_all() -> tuple[KeptFromAll, ...]:
    """What waits for an organ outside, by organisation: for administrators, who send for it and learn nothing else."""
    found: dict[UUID, KeptFromAll] = {}
    for duty in _owed_outside():
        organisation = duty.case.organisation
        known = found.get(organisation.id, KeptFromAll(organisation, 0, duty.due_at))
        found[organisation.id] = replace(known, count=known.count + 1, first_due=min(known.first_due, duty.due_at))
    return tuple(sorted(found.values(), key=lambda one: one.organisation.code))


def is_kept_from_all(case: Case) -> bool:
    """Whether nobody here may read the case."""
    return any(duty.case_id == case.id for duty in _owed_outside(case))


def _owed_outside(case: Case | None = None) -> Iterable[Duty]:
    """The duties to find out who is accused that nobody here owes."""
    rows = open_duties().filter(unit__isnull=True, case__unresolved=True, case__ended_at__isnull=True)
    if case is not None:
        rows = rows.filter(case=case)
    for duty in rows.select_related("case__organisation").order_by("due_at", "id"):
        asked = load(duty.case.rulebook).book.procedures[duty.case.procedure].identifying
        if asked is not None and duty.kind in asked.discharges:
            yield duty
