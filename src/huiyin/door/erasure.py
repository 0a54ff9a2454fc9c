"""Erasing whom a case is about: their keys are destroyed, on record, and never while something is open.

What was sealed under a destroyed key (names, addresses, texts, files) can never be read again, by nobody. The ledger stays whole:
it holds references and commitments only, and `huiyin ledger verify` goes on to check everything else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from huiyin.casework.models import Attachment, Case, CaseParty, Hold, Text
from huiyin.people import administration, petitioners
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Erasure, Petitioner
from huiyin.search import index

MAX_BASIS_CHARS = 200


@dataclass(frozen=True, slots=True)
class ErasureProspect:
    """What erasing would make unreadable, and the numbers of the cases that forbid it: ``open`` ones, and those on ``hold``."""

    petitioners: int
    texts: int
    files: int
    open: tuple[str, ...]
    held: tuple[str, ...] = ()

    @property
    def forbidden(self) -> bool:
        """Whether nothing may be erased now."""
        return bool(self.open or self.held)


@dataclass(frozen=True, slots=True)
class Erasing:
    """The decision to erase: on what ground, on the document of which number, and who decided."""

    reason: Erasure.Reason
    basis: str
    by: Account


def prospect(case: Case) -> ErasureProspect:
    """What ``erase`` would do now to the petitioners of a case; who is erased already is not counted."""
    found = [petitioner.id for petitioner in _parties(case) if petitioner.key.destroyed_at is None]
    cases = _cases_of(found)
    held = Hold.objects.filter(case__in=cases, lifted_at__isnull=True).values_list("case__number", flat=True)
    return ErasureProspect(
        len(found),
        Text.objects.filter(petitioner__in=found).count(),
        Attachment.objects.filter(petitioner__in=found).count(),
        tuple(sorted(each.number for each in cases if each.ended_at is None)),
        tuple(sorted(held)),
    )


def erase(case: Case, decision: Erasing, at: datetime) -> ErasureProspect:
    """Destroy the keys of everyone in whose name a case stands, and record why.

    Nothing happens while a case in which any of them is a party is open or on hold: look at ``forbidden`` of what is returned.
    Erasing twice changes nothing; the first record stays.
    """
    with transaction.atomic():
        # Locked as the door locks them, so that none of them is reopened meanwhile.
        cases = _cases_of([petitioner.id for petitioner in _parties(case)])
        list(Case.objects.select_for_update().filter(id__in=[each.id for each in cases]).order_by("id"))
        outcome = prospect(case)
        if not outcome.forbidden:
            for petitioner in _parties(case):
                if petitioner.key.destroyed_at is None:
                    _erase(petitioner, case, decision, at)
    return outcome


def _erase(petitioner: Petitioner, case: Case, decision: Erasing, at: datetime) -> None:
    index.forget_words_of(petitioner)
    petitioners.erase(petitioner, at)
    kept = Erasure.objects.create(
        id=new_id(at),
        organisation_id=petitioner.organisation_id,
        petitioner=petitioner,
        case=case.id,
        reason=decision.reason,
        basis=decision.basis,
        decided_by=decision.by,
        at=at,
    )
    administration.record("erase", [kept], at)


def _parties(case: Case) -> list[Petitioner]:
    """The petitioners of a case, and the nameless holder of the texts of a case that nobody petitioned for."""
    parties = CaseParty.objects.filter(case=case).values_list("petitioner_id", flat=True)
    named = Petitioner.objects.filter(id__in={case.petitioner_id, *parties})
    return list(named.select_related("key").order_by("id"))


def _cases_of(petitioner_ids: Collection[UUID]) -> list[Case]:
    parties = CaseParty.objects.filter(petitioner__in=petitioner_ids).values("case")
    return list(Case.objects.filter(Q(petitioner__in=petitioner_ids) | Q(id__in=parties)).order_by("id"))
