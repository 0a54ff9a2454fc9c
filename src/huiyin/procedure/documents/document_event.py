"""What happened to a document on its way: part of the closed set of events of a case (``event``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from huiyin.procedure.command import OrganisationId, PersonId, TextRef


@dataclass(frozen=True, slots=True)
class DocumentDrafted:
    """A document was drafted by ``action`` and laid before whoever approves it; ``text`` lies outside, sealed.

    ``version`` is 1 for a new document; a higher one where the system worded it anew, or the present one where it was laid before them
    again as it is. ``organisation`` is whose document it will be, ``replaces`` the issued document of the kind that it is to replace.
    """

    paper: UUID
    kind: str
    version: int
    text: TextRef
    action: str
    organisation: OrganisationId
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentEdited:
    """Somebody changed the text of a document: a new version, which nobody has approved."""

    paper: UUID
    version: int
    text: TextRef
    author: PersonId


@dataclass(frozen=True, slots=True)
class DocumentReturned:
    """A document was sent back to be changed; ``comments`` at its passages lie outside, sealed (None: there are none)."""

    paper: UUID
    version: int
    comments: TextRef | None


@dataclass(frozen=True, slots=True)
class DocumentApproved:
    """The text of a document was approved: the version whose commitment is ``digest``, by ``action``, which was taken in ``stage``."""

    paper: UUID
    version: int
    digest: str
    action: str
    stage: str


@dataclass(frozen=True, slots=True)
class DocumentNumbered:
    """A document got its number, in the register of the organisation whose document it is."""

    paper: UUID
    organisation: OrganisationId
    series: str
    period: str
    number: int


@dataclass(frozen=True, slots=True)
class DocumentApprovalLapsed:
    """The approval of a document no longer holds, since its text was changed or it was voided: the case stands again where it was asked for."""

    paper: UUID
    stage: str


@dataclass(frozen=True, slots=True)
class DocumentVoided:
    """A document will not be issued; its number, if it has one, stays given out. ``reason`` lies outside; None where ``action`` ended the case."""

    paper: UUID
    action: str
    reason: TextRef | None


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """The approved text of a document went out, as the notice that bears its id; ``digest`` is the commitment of the text."""

    paper: UUID
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class DocumentCorrected:
    """Somebody drafted a document that corrects an issued one, which it names and replaces; ``text`` and ``reason`` lie outside, sealed.

    ``action`` says whether a slip is corrected or what was decided (``documents.correction``); ``organisation`` is whose document it will be.
    """

    paper: UUID
    kind: str
    text: TextRef
    action: str
    organisation: OrganisationId
    replaces: UUID
    reason: TextRef
    author: PersonId

    @property
    def version(self) -> int:
        """Of its text: the first."""
        return 1


@dataclass(frozen=True, slots=True)
class DocumentSealed:
    """The approved text of a document was sealed or signed by ``person``: by the certificate of its organ (``seal``), or by hand, of which
    ``scan`` is the copy (``hand``); ``digest`` is the commitment of the text.

    A copy that is a picture seals nothing yet when it is handed in (``picture``): only when somebody else has ``compared`` the one that
    was handed in last with the text.
    """

    paper: UUID
    version: int
    digest: str
    way: Literal["seal", "hand", "picture", "compared"]
    person: PersonId
    scan: TextRef | None = None


DocumentEvent = (
    DocumentDrafted
    | DocumentCorrected
    | DocumentSealed
    | DocumentEdited
    | DocumentReturned
    | DocumentApproved
    | DocumentNumbered
    | DocumentApprovalLapsed
    | DocumentVoided
    | DocumentIssued
)


DOCUMENT_STEPS: Final = (
    DocumentCorrected,
    DocumentEdited,
    DocumentApproved,
    DocumentApprovalLapsed,
    DocumentSealed,
    DocumentVoided,
)
"""Those that people read in the history of a case; what an action did to a document is told with the action."""
