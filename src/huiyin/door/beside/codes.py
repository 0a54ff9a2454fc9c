"""Giving out a new query code: at the counter, against identification; every earlier one is void from then on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.casework.models import Case, CodeIssue, Submission
from huiyin.casework.sealed.codes import PROOFS, current
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.procedure.command import Actor


def give_out(submission: Submission, proof: str, actor: Actor, at: datetime) -> CodeIssue:
    """Put on record that a new code is handed over, and make every earlier one void.

    ``actor`` is staff who may (``desk``); ``proof`` is one of ``PROOFS``.
    """
    assert actor.person is not None and proof in PROOFS
    with transaction.atomic():
        Case.objects.select_for_update().get(id=submission.case_id)
        made = CodeIssue.objects.create(
            id=new_id(at),
            organisation_id=submission.organisation_id,
            submission=submission,
            number=current(submission) + 1,
            proof=proof,
            issued_by_id=actor.person,
            issued_at=at,
        )
        administration.record("give-out-code", [made], at, actor)
    return made
