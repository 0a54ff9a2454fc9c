"""The stored events of documents on their way; ``stored`` says what holds for all of them."""

from __future__ import annotations

from uuid import UUID

from huiyin.procedure.storage.stored_values import Stored, StoredTextRef, Whole


class StoredDocumentDrafted(Stored, frozen=True, tag="PaperDrafted/1"):
    """A document was drafted."""

    paper: UUID
    kind: str
    version: Whole
    text: StoredTextRef
    action: str
    organisation: UUID
    replaces: UUID | None


class StoredDocumentCorrected(Stored, frozen=True, tag="PaperCorrected/1"):
    """A document was drafted that corrects an issued one."""

    paper: UUID
    kind: str
    text: StoredTextRef
    action: str
    organisation: UUID
    replaces: UUID
    reason: StoredTextRef
    author: UUID


class StoredDocumentSealed(Stored, frozen=True, tag="PaperSealed/1"):
    """The approved text of a document was sealed or signed."""

    paper: UUID
    version: Whole
    digest: str
    way: str
    person: UUID
    scan: StoredTextRef | None


class StoredDocumentEdited(Stored, frozen=True, tag="PaperEdited/1"):
    """The text of a document was changed."""

    paper: UUID
    version: Whole
    text: StoredTextRef
    author: UUID


class StoredDocumentReturned(Stored, frozen=True, tag="PaperReturned/1"):
    """A document was sent back."""

    paper: UUID
    version: Whole
    comments: StoredTextRef | None


class StoredDocumentApproved(Stored, frozen=True, tag="PaperApproved/1"):
    """A version of a document was approved; ``digest`` is the commitment of its text in hex."""

    paper: UUID
    version: Whole
    digest: str
    action: str
    stage: str


class StoredDocumentNumbered(Stored, frozen=True, tag="PaperNumbered/1"):
    """A document got its number."""

    paper: UUID
    organisation: UUID
    series: str
    period: str
    number: Whole


class StoredDocumentApprovalLapsed(Stored, frozen=True, tag="PaperApprovalLapsed/1"):
    """The approval of a document no longer holds."""

    paper: UUID
    stage: str


class StoredDocumentVoided(Stored, frozen=True, tag="PaperVoided/1"):
    """A document will not be issued."""

    paper: UUID
    action: str
    reason: StoredTextRef | None


class StoredDocumentIssued(Stored, frozen=True, tag="PaperIssued/1"):
    """The approved text of a document went out."""

    paper: UUID
    version: Whole
    digest: str
