"""What stands on disk, type by type: the frozen form of events and states, apart from the classes that the code works with.

A class here is one tag of one version ("Seat/2"). Neither tag nor names on disk follow from names in code: what is called
otherwise tomorrow keeps its name here, or says ``field(name=...)``. Every field is always written, and none has a default, so
that nothing on disk depends on a default in code. docs/ledger-format.md says how a form is changed.

The annotations are the domain in which the text is canonical after RFC 8785: no floats, whole numbers that IEEE 754 holds
exactly, names in ASCII (whose order by UTF-16 code units is that by bytes). msgspec refuses everything else, both ways.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias
from uuid import UUID

from msgspec import field

from huiyin.procedure.storage.stored_documents import (
    StoredDocumentApprovalLapsed,
    StoredDocumentApproved,
    StoredDocumentCorrected,
    StoredDocumentDrafted,
    StoredDocumentEdited,
    StoredDocumentIssued,
    StoredDocumentNumbered,
    StoredDocumentReturned,
    StoredDocumentSealed,
    StoredDocumentVoided,
)
from huiyin.procedure.storage.stored_values import (
    Moment,
    Name,
    Stored,
    StoredConfidentiality,
    StoredDerivation,
    StoredDocument,
    StoredDuty,
    StoredPause,
    StoredSeat,
    StoredTextRef,
    StoredValue,
    Whole,
    in_utc,
)

# --- events ---------------------------------------------------------------------------------------------------------


class StoredCaseOpened(Stored, frozen=True, tag="CaseOpened/2"):
    """A case began."""

    case: UUID
    organisation: UUID
    procedure: str
    rulebook: str
    stage: str
    facts: dict[Name, str]
    received_at: Moment
    accused_units: tuple[UUID, ...]
    accused_people: tuple[UUID, ...]

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "received_at")


class StoredSubmissionAttached(Stored, frozen=True, tag="SubmissionAttached/2"):
    """A contact belongs to the case."""

    submission: UUID
    channel: str
    received_at: Moment
    headcount: Whole
    text: StoredTextRef
    petitioner: UUID
    title: StoredTextRef | None
    files: tuple[StoredTextRef, ...]

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "received_at")


class StoredActionTaken(Stored, frozen=True, tag="ActionTaken/2"):
    """Somebody took an action."""

    action: str
    from_stage: str
    to_stage: str
    actor: str
    role: str
    person: UUID | None
    post: UUID | None
    unit: UUID | None
    fields: dict[Name, StoredValue]
    sets: dict[Name, str]
    marks: dict[Name, Moment]
    clause: tuple[str, ...]
    cleared: tuple[str, ...]

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "marks")


class StoredUnitJoined(Stored, frozen=True, tag="UnitJoined/2"):
    """A unit stands in a relation to the case."""

    relation: str
    seat: StoredSeat


class StoredUnitLeft(Stored, frozen=True, tag="UnitLeft/2"):
    """A unit no longer stands in it."""

    relation: str
    seat: StoredSeat


class StoredDutyOpened(Stored, frozen=True, tag="DutyOpened/2"):
    """Somebody owes something."""

    duty: StoredDuty


class StoredDutyDischarged(Stored, frozen=True, tag="DutyDischarged/2"):
    """A duty was done."""

    duty: UUID
    action: str


class StoredDutyWithdrawn(Stored, frozen=True, tag="DutyWithdrawn/2"):
    """A duty is no longer owed."""

    duty: UUID
    action: str


class StoredDutyRescheduled(Stored, frozen=True, tag="DutyRescheduled/2"):
    """A duty's due time moved."""

    duty: UUID
    due_at: Moment
    derivation: StoredDerivation

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "due_at")


class StoredDutyReassigned(Stored, frozen=True, tag="DutyReassigned/4"):
    """A duty is owed by somebody else; ``left_by`` handed it over; ``role`` is in which it is owed from then on."""

    duty: UUID
    seat: StoredSeat | None
    assignee: UUID | None
    left_by: UUID | None
    role: str | None


class StoredLimitExtended(Stored, frozen=True, tag="LimitExtended/2"):
    """A limit is longer."""

    limit: str
    days: Whole


class StoredLimitPaused(Stored, frozen=True, tag="LimitPaused/2"):
    """A limit does not run."""

    limit: str
    at: Moment

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "at")


class StoredLimitResumed(Stored, frozen=True, tag="LimitResumed/2"):
    """A limit runs again."""

    limit: str
    at: Moment

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "at")


class StoredPersonRecused(Stored, frozen=True, tag="PersonRecused/2"):
    """A person may no longer act."""

    person: UUID


class StoredAccusedWritten(Stored, frozen=True, tag="AccusedWritten/2"):
    """Somebody was accused."""

    line: StoredTextRef | None
    units: tuple[UUID, ...]
    people: tuple[UUID, ...]
    certain: bool
    at: Moment
    alone: bool

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "at")


class StoredAccusedIdentified(Stored, frozen=True, tag="AccusedIdentified/1"):
    """It was decided who is accused."""

    units: tuple[UUID, ...]
    people: tuple[UUID, ...]


class StoredAccusedFollowed(Stored, frozen=True, tag="AccusedFollowed/1"):
    """A case that this one is about accuses somebody."""

    case: UUID
    units: tuple[UUID, ...]
    people: tuple[UUID, ...]
    certain: bool
    at: Moment

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "at")


class StoredConfidentialitySet(Stored, frozen=True, tag="ConfidentialitySet/1"):
    """It was set how confidential a case is and who may know of it."""

    level: str
    units: tuple[UUID, ...]
    posts: tuple[UUID, ...]
    people: tuple[UUID, ...]
    reason: StoredTextRef


class StoredConfidentialityFollowed(Stored, frozen=True, tag="ConfidentialityFollowed/1"):
    """How confidential a case is that this one is about."""

    case: UUID
    level: str
    units: tuple[UUID, ...]
    posts: tuple[UUID, ...]
    people: tuple[UUID, ...]


class StoredNoticeIssued(Stored, frozen=True, tag="NoticeIssued/2"):
    """A document was issued."""

    notice: UUID
    kind: str
    to: str
    clause: tuple[str, ...]


class StoredCorrected(Stored, frozen=True, tag="Corrected/1"):
    """One entry of a registration, as it stood and as it stands."""

    entry: str
    before: StoredTextRef | str | Whole | None
    after: StoredTextRef | str | Whole | None
    petitioner: UUID | None


class StoredRegistrationCorrected(Stored, frozen=True, tag="RegistrationCorrected/1"):
    """A registration was put right."""

    submission: UUID
    corrected: tuple[StoredCorrected, ...]
    reason: StoredTextRef
    facts: dict[Name, str]


class StoredNoteWritten(Stored, frozen=True, tag="NoteWritten/1"):
    """Somebody wrote down what colleagues should know."""

    text: StoredTextRef
    author: UUID


class StoredFilesHeldBack(Stored, frozen=True, tag="FilesHeldBack/1"):
    """Files came in that nobody has looked through."""

    files: tuple[UUID, ...]


class StoredFileLookedThrough(Stored, frozen=True, tag="FileLookedThrough/1"):
    """One of them was looked through."""

    file: UUID
    withheld: bool


class StoredCaseImported(Stored, frozen=True, tag="CaseImported/1"):
    """An old register says how far the case had come."""

    number: str
    entry: StoredTextRef
    stage: str
    facts: dict[Name, str]
    moments: dict[Name, Moment]
    values: dict[Name, StoredValue]
    promised: date | None

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "moments")


class StoredCaseMoved(Stored, frozen=True, tag="CaseMoved/2"):
    """The case goes on under another rulebook."""

    rulebook: str
    facts: dict[Name, str]


class StoredCaseEnded(Stored, frozen=True, tag="CaseEnded/2"):
    """The case reached an end."""

    stage: str


class StoredCaseReopened(Stored, frozen=True, tag="CaseReopened/2"):
    """The case left an end."""

    stage: str


class StoredPackageStored(Stored, frozen=True, tag="PackageStored/1"):
    """The archive package of a case was put away."""

    package: UUID
    digest: str
    size: Whole
    items: Whole
    through: Whole
    term: str


class StoredRulebookActivated(Stored, frozen=True, tag="RulebookActivated/2"):
    """An organisation decided on a rulebook; ``digest`` in hex."""

    organisation: UUID
    rulebook: str
    digest: str
    effective_from: Moment
    basis: str

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "effective_from")


class StoredNumbered(Stored, frozen=True, tag="Numbered/1"):
    """A case or a document got the next number of a series; ``commitment`` in hex."""

    series: str
    period: str
    number: Whole
    case: UUID
    paper: UUID | None
    commitment: str


class StoredRowsRecorded(Stored, frozen=True, tag="RowsRecorded/1"):
    """Rows of a table as an administrative change left them; a commitment in hex for each."""

    change: str
    table: str
    columns: tuple[str, ...]
    rows: dict[Name, str]


StoredEvent: TypeAlias = (
    StoredCaseOpened
    | StoredSubmissionAttached
    | StoredActionTaken
    | StoredUnitJoined
    | StoredUnitLeft
    | StoredDutyOpened
    | StoredDutyDischarged
    | StoredDutyWithdrawn
    | StoredDutyRescheduled
    | StoredDutyReassigned
    | StoredLimitExtended
    | StoredLimitPaused
    | StoredLimitResumed
    | StoredPersonRecused
    | StoredAccusedWritten
    | StoredAccusedIdentified
    | StoredAccusedFollowed
    | StoredConfidentialitySet
    | StoredConfidentialityFollowed
    | StoredNoticeIssued
    | StoredDocumentDrafted
    | StoredDocumentCorrected
    | StoredDocumentSealed
    | StoredDocumentEdited
    | StoredDocumentReturned
    | StoredDocumentApproved
    | StoredDocumentNumbered
    | StoredDocumentApprovalLapsed
    | StoredDocumentVoided
    | StoredDocumentIssued
    | StoredRegistrationCorrected
    | StoredNoteWritten
    | StoredCaseImported
    | StoredCaseMoved
    | StoredCaseEnded
    | StoredCaseReopened
    | StoredPackageStored
    | StoredFilesHeldBack
    | StoredFileLookedThrough
    | StoredRulebookActivated
    | StoredNumbered
    | StoredRowsRecorded
)


# --- what holds them ------------------------------------------------------------------------------------------------


class StoredActor(Stored, frozen=True, tag="Actor/2"):
    """Who acted."""

    kind: str
    organisation: UUID
    person: UUID | None
    post: UUID | None
    unit: UUID | None


class StoredEntry(Stored, frozen=True, tag="Entry/2"):
    """The body of a row of the ledger: what happened, when, and who acted. Its text is what is hashed."""

    actor: StoredActor
    at: Moment
    event: StoredEvent

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "at")


class StoredState(Stored, frozen=True, tag="State/7"):
    """The state of a case after its first ``seq`` events, in the case's row."""

    case: UUID
    organisation: UUID
    procedure: str
    rulebook: str
    stage: str
    seq: Whole
    ended: bool
    facts: dict[Name, str]
    moments: dict[Name, Moment]
    units: dict[Name, tuple[StoredSeat, ...]]
    duties: tuple[StoredDuty, ...]
    values: dict[Name, StoredValue]
    takers: dict[Name, tuple[UUID, ...]]
    extensions: dict[Name, Whole]
    pauses: dict[Name, tuple[StoredPause, ...]]
    recused: frozenset[UUID]
    named_units: frozenset[UUID] = field(name="accused_units")
    named_people: frozenset[UUID] = field(name="accused_people")
    followed_units: dict[Name, frozenset[UUID]]
    followed_people: dict[Name, frozenset[UUID]]
    unresolved: frozenset[UUID]
    papers: dict[Name, StoredDocument]
    confidentiality: StoredConfidentiality | None
    followed_levels: dict[Name, StoredConfidentiality]

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "moments")
