"""What the events of one case imply for the rows of its documents and their versions, worked out from the ledger alone.

Written apart from ``project`` on purpose: the one is checked against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from huiyin.ledger.chain import Recorded
from huiyin.procedure.command import TextRef
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentDrafted,
    DocumentEdited,
    DocumentIssued,
    DocumentNumbered,
    DocumentReturned,
    DocumentSealed,
    DocumentVoided,
)
from huiyin.procedure.event import Event

Columns = dict[str, object]
UNSEALED = {"sealed_at": None, "sealed_by_id": None, "scan": None}


def texts_in(event: Event) -> Iterator[TextRef]:
    """The texts that an event of a document names."""
    match event:
        case DocumentDrafted(text=text) | DocumentEdited(text=text):
            yield text
        case DocumentCorrected(text=text, reason=reason):
            yield text
            yield reason
        case DocumentReturned(comments=words) | DocumentVoided(reason=words) if words is not None:
            yield words
        case _:
            pass


def document_columns(organisation: UUID, events: Iterable[Recorded]) -> dict[UUID, Columns]:
    """The columns of the rows of all documents of a case of ``organisation``."""
    found: dict[UUID, Columns] = {}
    for item in events:
        match item.event:
            case DocumentDrafted(paper=id) as event:
                row = found.setdefault(id, _new(organisation, item, event))
                row |= {"status": "drafted", "version": event.version}
            case DocumentCorrected(paper=id) as event:
                found[id] = {**_new(organisation, item, event), "correction": event.reason.id}
                found[id] |= {"status": "drafted", "version": 1}
            case DocumentSealed(paper=id, way="picture", person=person, scan=scan):
                found[id] |= {"sealed_at": None, "sealed_by_id": person, "scan": scan.id if scan else None}
            case DocumentSealed(paper=id, way="compared", person=person):
                found[id] |= {"sealed_at": item.at, "sealed_by_id": person}
            case DocumentSealed(paper=id, person=person, scan=scan):
                found[id] |= {"sealed_at": item.at, "sealed_by_id": person, "scan": scan.id if scan else None}
            case DocumentEdited(paper=id, version=version):
                found[id]["version"] = version
            case DocumentReturned(paper=id):
                found[id]["status"] = "returned"
            case DocumentApproved(paper=id, version=version):
                found[id] |= {"status": "approved", "approved_version": version, "approved_at": item.at}
                found[id] |= UNSEALED
            case DocumentNumbered(paper=id, organisation=issuer, series=name, period=period, number=number):
                found[id] |= {"issuer_id": issuer, "series": name, "period": period, "number": number}
            case DocumentApprovalLapsed(paper=id):
                found[id] |= {"status": "drafted", **UNSEALED}
            case DocumentVoided(paper=id, reason=reason):
                found[id] |= {"status": "voided", "reason": reason.id if reason else None}
            case DocumentIssued(paper=id):
                found[id]["status"] = "issued"
            case _:
                pass
    return found


def _new(organisation: UUID, item: Recorded, event: DocumentDrafted | DocumentCorrected) -> Columns:
    return {
        "organisation_id": organisation,
        "kind": event.kind,
        "issuer_id": event.organisation,
        "approved_version": None,
        "approved_at": None,
        "series": "",
        "period": "",
        "number": None,
        "replaces": event.replaces,
        "reason": None,
        "correction": None,
        **UNSEALED,
        "drafted_at": item.at,
    }


def version_columns(events: Iterable[Recorded]) -> dict[UUID, Columns]:
    """The columns of the rows of all versions of the documents of a case."""
    found: dict[UUID, Columns] = {}
    newest: dict[tuple[UUID, int], UUID] = {}
    for item in events:
        match item.event:
            case DocumentDrafted() | DocumentCorrected() | DocumentEdited() as event:
                newest[event.paper, event.version] = event.text.id
                author = None if isinstance(event, DocumentDrafted) else event.author
                found.setdefault(
                    event.text.id,
                    {
                        "paper_id": event.paper,
                        "version": event.version,
                        "digest": event.text.commitment,
                        "author_id": author,
                        "at": item.at,
                        "seq": item.seq,
                        "comments": None,
                    },
                )
            case DocumentReturned(paper=id, version=version, comments=comments) if comments is not None:
                found[newest[id, version]]["comments"] = comments.id
            case _:
                pass
    return found
