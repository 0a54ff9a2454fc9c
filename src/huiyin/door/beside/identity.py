"""Asking the custodian who brought a case confidentially, and the custodian's decision: each put on record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiyin.casework.models import Case, IdentityRequest
from huiyin.casework.sealed.confidential import UNLOCKED_FOR, secret_of
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.procedure.command import Actor
from huiyin.sealing.aead import seal


def ask(case: Case, actor: Actor, reason: str, at: datetime) -> bool:
    """Ask the custodian for who brought a case. False when a request of one's own is still open; nothing is added then.

    Raises PetitionerErased when there is nobody left to know.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(id=case.id)
        if IdentityRequest.objects.filter(case=case, asked_by_id=actor.person, decided_at__isnull=True).exists():
            return False
        id = new_id(at)
        made = IdentityRequest.objects.create(
            id=id,
            organisation_id=case.organisation_id,
            case=case,
            asked_by_id=_person(actor),
            reason=seal(secret_of(case), reason.encode(), id.bytes),
            asked_at=at,
        )
        administration.record("ask-identity", [made], at, actor)
    return True


def _person(actor: Actor) -> UUID:
    assert actor.person is not None  # whoever sees a case as staff is somebody
    return actor.person


def decide(case: Case, request: UUID, actor: Actor, at: datetime, *, grant: bool) -> bool:
    """Let whoever asked know for a week, or not. False when there is no such open request, or it is one's own.

    Whoever calls has made sure that ``actor`` is the custodian.
    """
    with transaction.atomic():
        waiting = IdentityRequest.objects.select_for_update().filter(id=request, case=case, decided_at__isnull=True)
        found = waiting.exclude(asked_by_id=actor.person).first()
        if found is None:
            return False
        found.decided_by_id, found.decided_at = _person(actor), at
        found.granted_until = at + UNLOCKED_FOR if grant else None
        found.save(update_fields=["decided_by", "decided_at", "granted_until"])
        administration.record("decide-identity", [found], at, actor)
    return True
