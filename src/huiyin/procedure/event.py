"""What happened to a case: a small closed set of facts that knows no institution."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from huiyin.procedure.command import (
    ActorKind,
    CaseId,
    DutyId,
    OrganisationId,
    PersonId,
    PostId,
    Seat,
    TextRef,
    UnitId,
    Value,
)
from huiyin.procedure.documents.document_event import DocumentEvent
from huiyin.procedure.state import Level, OpenDuty
from huiyin.rules.deadlines.limits import Derivation


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A case began under one version of a rulebook."""

    case: CaseId
    organisation: OrganisationId
    procedure: str
    rulebook: str
    stage: str
    facts: Mapping[str, str]
    received_at: datetime
    accused_units: tuple[UnitId, ...] = ()
    accused_people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionAttached:
    """A contact was received and belongs to this case; its content is bound by the salted commitments."""

    submission: UUID
    channel: str
    received_at: datetime
    headcount: int
    text: TextRef
    petitioner: PersonId
    title: TextRef | None = None
    files: tuple[TextRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """Somebody took an action of the rulebook: its fields, and what it set.

    ``cleared`` are fields that the form left empty although an earlier one had filled them in: the earlier entry no longer holds.
    """

    action: str
    from_stage: str
    to_stage: str
    actor: ActorKind
    role: str
    person: PersonId | None
    post: PostId | None
    unit: UnitId | None
    fields: Mapping[str, Value]
    sets: Mapping[str, str]
    marks: Mapping[str, datetime]
    clause: tuple[str, ...]
    cleared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitJoined:
    """A unit came to stand in a relation to the case (handling, co-handling, or the role under which it owes a duty)."""

    relation: str
    seat: Seat


@dataclass(frozen=True, slots=True)
class UnitLeft:
    """A unit no longer stands in that relation."""

    relation: str
    seat: Seat


@dataclass(frozen=True, slots=True)
class DutyOpened:
    """Somebody owes something from now on."""

    duty: OpenDuty


@dataclass(frozen=True, slots=True)
class DutyDischarged:
    """A duty was done, by an action."""

    duty: DutyId
    action: str


@dataclass(frozen=True, slots=True)
class DutyWithdrawn:
    """A duty is no longer owed, since the case ended or went another way."""

    duty: DutyId
    action: str


@dataclass(frozen=True, slots=True)
class DutyRescheduled:
    """A duty's due time moved, because its limit was extended, paused or resumed."""

    duty: DutyId
    due_at: datetime
    derivation: Derivation


@dataclass(frozen=True, slots=True)
class DutyReassigned:
    """A duty is owed by another unit or person; ``left_by`` is who handed it over, since they left the post, are away or may not act.

    ``role`` is in which it is owed from then on, where somebody stands in or no longer does; None leaves it.
    """

    duty: DutyId
    seat: Seat | None
    assignee: PersonId | None
    left_by: PersonId | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class LimitExtended:
    """A limit is longer by ``days`` (in the unit in which it counts); negative when an extension lapses since the limit starts anew."""

    limit: str
    days: int


@dataclass(frozen=True, slots=True)
class LimitPaused:
    """A limit does not run from ``at`` on."""

    limit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LimitResumed:
    """A paused limit runs again."""

    limit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonRecused:
    """A person may no longer act on the case."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class AccusedWritten:
    """Somebody was accused: in words, which lie outside, sealed, or by choosing them (``line`` None).

    ``units`` and ``people`` are all who might be meant and who is kept out with them. Unless it is ``certain`` who is meant, the case
    is closed to everybody but the custodian; or, where these people are kept out ``alone``, to them.
    """

    line: TextRef | None
    units: tuple[UnitId, ...]
    people: tuple[PersonId, ...]
    certain: bool
    at: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class AccusedIdentified:
    """Somebody trusted decided whom the case accuses: these from now on, with whoever is kept out with them, and nobody else."""

    units: tuple[UnitId, ...]
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class AccusedFollowed:
    """Another case, which this one is about, accuses these units and people, all of them: they are kept from this one as well.

    ``certain``: nobody has still to find out whom that case accuses; until then this one is closed like it.
    """

    case: CaseId
    units: tuple[UnitId, ...]
    people: tuple[PersonId, ...]
    certain: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ConfidentialitySet:
    """Somebody set how confidential a case is and who may know of it, instead of what was set before; ``ordinary`` lifts the limit."""

    level: Level
    units: tuple[UnitId, ...]
    posts: tuple[PostId, ...]
    people: tuple[PersonId, ...]
    reason: TextRef


@dataclass(frozen=True, slots=True)
class ConfidentialityFollowed:
    """Another case, which this one is about, is this confidential, and these may know of it; ``ordinary``: it is limited no more."""

    case: CaseId
    level: Level
    units: tuple[UnitId, ...]
    posts: tuple[PostId, ...]
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class NoticeIssued:
    """A document was issued; its wording is rendered from the action at ``seq``."""

    notice: UUID
    kind: str
    to: Literal["petitioner", "unit", "organ"]
    clause: tuple[str, ...]


PETITION_ENTRIES: Final = frozenset(
    ("title", "text", "channel", "headcount", "name", "phone", "id_number", "address", "email")
)
"""What every petition has, whatever the rulebook's form of registration asks for besides."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day_or(value: TextRef | str | int) -> Value:
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


@dataclass(frozen=True, slots=True)
class Corrected:
    """One entry of a registration that was wrong: as it stood (None: nothing did), and as it stands from then on (None: nothing does).

    Words lie outside, sealed; ``petitioner`` is whose name or address it is. Beside what every petition has, ``entry`` is a field of the
    form of registration; a day is written as in ISO 8601.
    """

    entry: str
    before: TextRef | str | int | None
    after: TextRef | str | int | None
    petitioner: PersonId | None = None


@dataclass(frozen=True, slots=True)
class RegistrationCorrected:
    """Somebody of those who register put right what was entered wrongly. What came in stays as it was; ``facts`` are those that follow."""

    submission: UUID
    corrected: tuple[Corrected, ...]
    reason: TextRef
    facts: Mapping[str, str]

    @property
    def filled_in(self) -> Mapping[str, Value | None]:
        """The fields of the form of registration that were filled in with the correction; None: what stood there was wrong, and nothing does."""
        besides = (one for one in self.corrected if one.petitioner is None and one.entry not in PETITION_ENTRIES)
        return {one.entry: None if one.after is None else _day_or(one.after) for one in besides}


@dataclass(frozen=True, slots=True)
class CaseImported:
    """An old register says that the case had come so far before it was brought in. Nobody took any of these steps in this system.

    ``number`` is by which that register knows the case, ``entry`` what it says there, word for word; ``moments`` are the days that it
    names, ``values`` who handles the case and until when; ``promised`` the day that the petitioner was told.
    """

    number: str
    entry: TextRef
    stage: str
    facts: Mapping[str, str]
    moments: Mapping[str, datetime]
    values: Mapping[str, Value]
    promised: date | None = None


@dataclass(frozen=True, slots=True)
class CaseMoved:
    """The case goes on under another rulebook, or another version of its own; what was done before was done under the old one.

    ``facts`` are those that only the new rulebook knows, with the values with which they begin.
    """

    rulebook: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseEnded:
    """The case reached an end: nobody owes anything on it any more."""

    stage: str


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """The case left an end: somebody owes something again."""

    stage: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """Somebody wrote down what colleagues should know (内部备注). It is no step: nothing follows from it, and petitioners never read it."""

    text: TextRef
    author: PersonId


@dataclass(frozen=True, slots=True)
class FilesHeldBack:
    """Files came in that could not be looked through while whoever sent them waited: nobody opens them before a worker has done so."""

    files: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class FileLookedThrough:
    """A file that was held back was looked through, by a worker or by who has the case in custody; ``withheld``: it bears the marking of a
    state secret, and nobody opens it.
    """

    file: UUID
    withheld: bool


@dataclass(frozen=True, slots=True)
class PackageStored:
    """The file of an archived case was packed and put away: what the package is (hex SHA-256 of the ZIP, bytes, items of its catalogue).

    It holds the events up to number ``through``; ``term`` is how long it is kept, as the archive action said.
    """

    package: UUID
    digest: str
    size: int
    items: int
    through: int
    term: str


Event = (
    CaseOpened
    | SubmissionAttached
    | ActionTaken
    | UnitJoined
    | UnitLeft
    | DutyOpened
    | DutyDischarged
    | DutyWithdrawn
    | DutyRescheduled
    | DutyReassigned
    | LimitExtended
    | LimitPaused
    | LimitResumed
    | PersonRecused
    | AccusedWritten
    | AccusedIdentified
    | AccusedFollowed
    | ConfidentialitySet
    | ConfidentialityFollowed
    | NoticeIssued
    | DocumentEvent
    | RegistrationCorrected
    | NoteWritten
    | CaseImported
    | CaseMoved
    | CaseEnded
    | CaseReopened
    | PackageStored
    | FilesHeldBack
    | FileLookedThrough
)


@dataclass(frozen=True, slots=True)
class RulebookActivated:
    """An organisation decided under which rulebook its cases begin from ``effective_from`` on: no event of a case.

    ``digest`` (hex SHA-256) is that of the rulebook's whole text; ``basis`` the document by which it was decided.
    """

    organisation: OrganisationId
    rulebook: str
    digest: str
    effective_from: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A case, or a document of one, got the next number of a series: no event of a case.

    ``number`` is also the event's own in the chain of the series, which therefore has no gaps. ``commitment`` (hex HMAC-SHA256) binds
    what people know the case or document by: the number on it, receipts, who petitioned.
    """

    series: str
    period: str
    number: int
    case: UUID
    paper: UUID | None
    commitment: str


@dataclass(frozen=True, slots=True)
class RowsRecorded:
    """An administrative event: rows of ``table`` came to be, were changed or were taken away; ``change`` says by what act.

    ``rows`` has for each row (its id in hex) a keyed commitment (hex HMAC-SHA256) to its ``columns`` as they are from then on; an
    empty one where the row is gone.
    """

    change: str
    table: str
    columns: tuple[str, ...]
    rows: Mapping[str, str]


Recordable = Event | RulebookActivated | Numbered | RowsRecorded
"""What may stand in the ledger."""
