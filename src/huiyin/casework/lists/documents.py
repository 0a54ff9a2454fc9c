"""Papers that wait for somebody beside the actions of the rulebook: to be sealed, or as corrections to be approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, DocumentRecord, DocumentVersion
from huiyin.casework.visible import visible_to
from huiyin.paging import Order, Page
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load

PAGE = 50
DocumentList = Literal["seal", "correction"]
BY_DRAFT = Order(DocumentRecord, ("drafted_at", "id"))


@dataclass(frozen=True, slots=True)
class WaitingDocument:
    """A document of the reader's organisation that waits; ``digest`` is the commitment of the text as it stands in the list."""

    id: UUID
    case: str
    label: str
    row: DocumentRecord
    digest: str
    since: datetime


def waiting_documents(actor: Actor, which: DocumentList, after: str = "") -> Page[WaitingDocument]:
    """A page of the documents of the reader's organisation, on cases that they may see, that are approved and not sealed (``seal``), or
    corrections that are not approved.
    """
    page = BY_DRAFT.page(documents_waiting(actor, which), after, PAGE)
    return Page(tuple(_lines(page.items)), page.next)


def documents_waiting(actor: Actor, which: DocumentList) -> QuerySet[DocumentRecord]:
    """What ``waiting_documents`` shows, in no order: to be counted."""
    return documents_on(visible_to(actor), actor.organisation, which)


def documents_on(cases: QuerySet[Case], organisation: UUID, which: DocumentList) -> QuerySet[DocumentRecord]:
    """As ``documents_waiting``, on these ``cases``."""
    seen = Exists(cases.filter(pk=OuterRef("case_id")))
    own = DocumentRecord.objects.filter(seen, issuer_id=organisation).select_related("case", "issuer")
    if which == "seal":
        return own.filter(status="approved", sealed_at=None)
    return own.filter(status__in=("drafted", "returned"), correction__isnull=False)


def _lines(rows: Sequence[DocumentRecord]) -> list[WaitingDocument]:
    versions = DocumentVersion.objects.filter(paper__in=[row.id for row in rows]).values_list(
        "paper", "version", "digest"
    )
    digests = {(document, version): digest for document, version, digest in versions}
    found = []
    for row in rows:
        notice = load(row.case.rulebook).book.procedures[row.case.procedure].notices.get(row.kind)
        since = row.approved_at if row.status == "approved" and row.approved_at else row.drafted_at
        label, digest = name_of(notice, row.kind), digests.get((row.id, row.version), "")
        found.append(WaitingDocument(row.id, row.case.number, label, row, digest, since))
    return found
