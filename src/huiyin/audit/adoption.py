"""Adoption: what an earlier version left uncommitted is committed to as it is found, once, by events that say so.

docs/integrity.md says what that is worth: a change made before adoption is adopted with everything else.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from huiyin.casework.models import Case, CaseParty, Submission
from huiyin.door.numbers import CASES, case_commitment
from huiyin.door.project import tail
from huiyin.ledger import series
from huiyin.ledger.commitment import commit
from huiyin.people import administration
from huiyin.people.models import AccessRecord
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import Numbered

CHANGE = "adopt"
ROWS_AT_ONCE = 500


def adopt(at: datetime) -> bool:
    """Commit to what was there before the log of administrative events was begun; whether there was anything to do."""
    with transaction.atomic():
        if administration.is_begun():
            return False
        found = [
            row for model in administration.recorded_models() for row in administration.recorded_rows(model).iterator()
        ]
        if not found:
            return False
        administration.write(CHANGE, found, at)
        _adopt_cases(at)
        _adopt_access(at)
    return True


def _adopt_cases(at: datetime) -> None:
    """Cases that no register has yet are entered by the year of their registration, in its order; their numbers stay."""
    cases = Case.objects.filter(entry=None).order_by("organisation_id", "registered_at", "id").iterator(ROWS_AT_ONCE)
    while batch := list(islice(cases, ROWS_AT_ONCE)):
        for case in batch:
            _adopt_case(case, at)


def _adopt_case(case: Case, at: datetime) -> None:
    period = str(timezone.localdate(case.registered_at).year)
    taken = series.take(case.organisation_id, CASES, period)
    bound = case_commitment(case, Submission.objects.filter(case=case), CaseParty.objects.filter(case=case))
    event = Numbered(CASES, period, taken.first, case.id, None, bound)
    system = Actor("system", OrganisationId(case.organisation_id), frozenset())
    series.append(taken, system, [event], at)
    Case.objects.filter(id=case.id).update(entry=taken.first, seal=commit(*tail(case)))


def _adopt_access(at: datetime) -> None:
    """Records of access are sealed as they are; the worker takes them into the chain like fresh ones."""
    records = AccessRecord.objects.filter(seal="").order_by("id").iterator(ROWS_AT_ONCE)
    while batch := list(islice(records, ROWS_AT_ONCE)):
        for record in batch:
            record.seal = administration.access_seal(record)
        AccessRecord.objects.bulk_update(batch, ["seal"])
