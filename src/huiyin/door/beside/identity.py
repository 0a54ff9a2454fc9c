"""Asking the custodian who brought a case confidentially, and the custodian's decision: each put on record."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from huiyin.casework.models import Case, IdentityRequest
from huiyin.casework.sealed.confidential import UNLOCKED_FOR, secret_of, still_open
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.staff.proposals import WAITS
from huiyin.procedure.command import Actor
from huiyin.sealing.aead import seal

LAPSING_AT_ONCE: Final = 500


def ask(case: Case, actor: Actor, reason: str, at: datetime) -> bool:
    """Ask the custodian for who brought a case. False when a request of one's own is still open; nothing is added then.

    Raises PetitionerErased when there is nobody left to know.
    """
    with transaction.atomic():
        Case.objects.select_for_update().get(id=case.id)
        if still_open(at).filter(case=case, asked_by_id=actor.person).exists():
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
        waiting = still_open(at).select_for_update().filter(id=request, case=case)
        found = waiting.exclude(asked_by_id=actor.person).first()
        if found is None:
            return False
        found.decided_by_id, found.decided_at = _person(actor), at
        found.granted_until = at + UNLOCKED_FOR if grant else None
        found.save(update_fields=["decided_by", "decided_at", "granted_until"])
        administration.record("decide-identity", [found], at, actor)
    return True


def lapse(at: datetime) -> int:
    """Let lapse what nobody decided within ``WAITS``, on record; how many. Whoever asked reads so on the page, and may ask anew."""
    late = IdentityRequest.objects.filter(decided_at=None, asked_at__lte=at - WAITS)
    return sum(_lapse(id, at) for id in list(late.values_list("id", flat=True)[:LAPSING_AT_ONCE]))


def _lapse(id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        found = IdentityRequest.objects.select_for_update(of=("self",)).filter(id=id, decided_at=None).first()
        if found is None:
            return False
        found.decided_at = at
        found.save(update_fields=["decided_at"])
        administration.record("lapse-identity", [found], at)
    return True
