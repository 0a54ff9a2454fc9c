"""The labels of envelopes: read for who owes the service alone, and that they were is put on record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from huiyin.casework.lists.service import chosen
from huiyin.casework.models import CaseParty, Duty
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.documents.sheets import AddressLabel, labels_pdf
from huiyin.people import petitioners
from huiyin.procedure.command import Actor

PURPOSE: Final = "label"
"""Why somebody read where petitioners live, in the record of that."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The sheets, and how many cases are left out because their petitioner left no address, or may not be known to the reader."""

    pdf: bytes
    printed: int
    left_out: int


def labels(actor: Actor, organ: str, duties: Collection[UUID], at: datetime) -> Labels:
    """The labels for those of ``duties`` that ``actor`` owes; nothing is read for others. Raises NoGlyph."""
    found = [_label(duty, actor, at) for duty in chosen(actor, duties)]
    printed = [label for label in found if label is not None]
    made = labels_pdf(printed, organ, timezone.localdate(at)) if printed else b""
    return Labels(made, len(printed), len(found) - len(printed))


def _label(duty: Duty, actor: Actor, at: datetime) -> AddressLabel | None:
    rows = CaseParty.objects.filter(case=duty.case).select_related("petitioner__key").order_by("position")
    parties = [row.petitioner for row in rows if row.petitioner.key.destroyed_at is None]
    if not parties or is_hidden(duty.case, parties, actor, at):
        return None
    read = petitioners.read_many(parties, actor, PURPOSE, at, duty.case_id)
    # Of several the first with an address, who takes it for the others.
    to = next((read[party.id] for party in parties if read[party.id].address), None)
    return AddressLabel(to.name, to.address, duty.case.number) if to is not None else None
