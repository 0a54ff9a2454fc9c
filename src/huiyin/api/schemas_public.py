"""What petitioners get: what they leave with, where their matter stands, and the proof that it is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import Field

from huiyin.api.schemas_out import AvailableActionOut, DocumentOut, FileOut, Moment, SchemaOut, ShownOut
from huiyin.casework.models import Case, Submission
from huiyin.casework.received.handed_in import HandedIn
from huiyin.casework.tracking import Tracking
from huiyin.ledger import chain, log


class ChainOut(SchemaOut):
    """Where a submission stands in the hash chain of its case (hex SHA-256)."""

    seq: int
    hash: str


class RegisteredOut(SchemaOut):
    """What a petitioner leaves with. ``leaf_hash`` is the RFC 6962 leaf of the event's hash."""

    receipt: str
    code: str
    no: str
    registered_at: Moment
    leaf_hash: str
    chain: ChainOut

    @classmethod
    def of(cls, case: Case, submission: Submission, code: str) -> Self:
        """The answer to a registration, the same for every retry."""
        return cls(
            receipt=submission.receipt,
            code=code,
            no=case.number,
            registered_at=submission.registered_at,
            leaf_hash=chain.leaf(submission.hash),
            chain=ChainOut(seq=submission.seq, hash=submission.hash),
        )


class KeptOut(SchemaOut):
    """What was taken in is kept from whoever brought it: it accuses them, or the custodian has first to find out whom it accuses."""

    detail: str


class LogProofOut(SchemaOut):
    """That the leaf stands in the log of the whole installation (RFC 6962 section 2.1.1); hashes and keys are hex.

    The head is signed with ``key`` (Ed25519) over the lines "huiyin log", ``size``, ``root`` and ``signed_at`` (seconds since 1970).
    """

    index: int
    path: list[str]
    size: int
    root: str
    signed_at: int
    signature: str
    key: str

    @classmethod
    def of(cls, proof: log.InclusionProof) -> Self:
        """An audit path and the signed head to which it leads."""
        head = proof.head
        return cls(
            index=proof.index,
            path=list(proof.path),
            size=head.size,
            root=head.root,
            signed_at=int(head.at.timestamp()),
            signature=head.signature,
            key=log.public_key(),
        )


class ProofOut(SchemaOut):
    """A submission's place in the chain of its case: ``hash`` follows ``previous``; ``head`` is the hash of the newest event.

    ``log`` is null until the next head of the log has been signed.
    """

    leaf_hash: str
    seq: int
    previous: str
    hash: str
    head: str
    log: LogProofOut | None


class PassageOut(SchemaOut):
    """One step of the way, as the petitioner reads it; ``own``: the petitioner took it."""

    at: Moment
    what: str
    unit: str
    cites: str
    papers: list[str] = Field(validation_alias="documents")
    own: bool
    fields: list[ShownOut]


class OwedOut(SchemaOut):
    """What somebody still owes on the matter; ``unit`` is empty when it is the petitioner's turn.

    ``since`` is the day (ISO) on which it went to an organ outside this system, else empty. While it waits (``waits_since``) it is not overdue.
    """

    what: str
    unit: str
    organisation: str
    since: str
    due_at: Moment
    derivation: str
    clause: list[str]
    cites: str
    overdue: bool
    suspended: bool
    waits_since: Moment | None


class RemedyOut(SchemaOut):
    """What the petitioner may invoke against an outcome: until when, or why not now."""

    action: str
    label: str
    open: bool
    until: Moment | None
    derivation: str
    why_not: str
    cites: str


class HandedInOut(SchemaOut):
    """One time that the petitioner handed something in; ``label`` is empty for the petition itself, else the action's.

    What was erased has an empty name; the others are read at ``/receipts/{receipt}/files/{id}``.
    """

    at: Moment
    label: str
    text: str
    fields: list[ShownOut]
    files: list[FileOut]


class TrackingOut(SchemaOut):
    """What a petitioner may see of their matter."""

    receipt: str
    no: str
    organisation: str
    title: str
    stage: str
    ended: bool
    channel: str
    seq: int
    received_at: Moment
    registered_at: Moment
    history: list[PassageOut]
    duties: list[OwedOut]
    notices: list[DocumentOut]
    remedies: list[RemedyOut]
    actions: list[AvailableActionOut]
    rating: list[ShownOut]
    handed_in: list[HandedInOut]

    @classmethod
    def of(cls, view: Tracking, handed_in: Iterable[HandedIn]) -> Self:
        """What the page of a receipt shows."""
        same = ("receipt", "organisation", "title", "stage", "ended", "channel", "seq")
        moments = ("received_at", "registered_at")
        return cls(
            no=view.number,
            **{name: getattr(view, name) for name in same + moments},
            history=[PassageOut.model_validate(passage) for passage in view.steps],
            duties=[OwedOut.model_validate(owed) for owed in view.owed],
            notices=[DocumentOut.model_validate(document) for document in view.documents],
            remedies=[
                RemedyOut(
                    action=remedy.action,
                    label=remedy.label,
                    open=remedy.offer is not None,
                    until=remedy.until,
                    derivation=remedy.derivation,
                    why_not=remedy.why_not,
                    cites=remedy.cites,
                )
                for remedy in view.remedies
            ],
            actions=[AvailableActionOut.of(offer, view.forms[offer.action]) for offer in view.actions],
            rating=[ShownOut.model_validate(shown) for shown in view.rating],
            handed_in=[HandedInOut.model_validate(one) for one in handed_in],
        )
