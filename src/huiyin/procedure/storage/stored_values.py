"""The stored values that events and states are made of, each with its tag; ``stored`` says what holds for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

TAG: Final = "$"
MAX_WHOLE: Final = 2**53 - 1  # RFC 8785 section 3.2.2.3, RFC 7493 section 2.2

Name = Annotated[str, Meta(pattern=r"\A[\x20-\x7e]*\Z")]
Whole = Annotated[int, Meta(ge=-MAX_WHOLE, le=MAX_WHOLE)]
Moment = Annotated[datetime, Meta(tz=True)]


class Stored(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field=TAG):
    """What all have in common: a tag, and no field that is not declared."""


def in_utc(record: Stored, *names: str) -> None:
    """Equal moments are written alike, whatever zone they were given in."""
    for name in names:
        match getattr(record, name):
            case datetime() as moment:
                if moment.tzinfo is not UTC:
                    force_setattr(record, name, moment.astimezone(UTC))
            case dict() as moments if any(moment.tzinfo is not UTC for moment in moments.values()):
                force_setattr(record, name, {key: moment.astimezone(UTC) for key, moment in moments.items()})
            case _:
                pass


class StoredDay(Stored, frozen=True, tag="Day/2"):
    """A date that somebody entered."""

    v: date


class StoredMoment(Stored, frozen=True, tag="Moment/2"):
    """A point in time that somebody entered."""

    v: Moment

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "v")


class StoredId(Stored, frozen=True, tag="Id/2"):
    """A unit, person or case that somebody chose."""

    v: UUID


class StoredTextRef(Stored, frozen=True, tag="TextRef/2"):
    """A sealed text or file: its length in characters or bytes, its commitment in hex."""

    id: UUID
    commitment: str
    length: Whole


StoredScalar: TypeAlias = str | bool | Whole | StoredDay | StoredMoment | StoredId | StoredTextRef
StoredValue: TypeAlias = StoredScalar | tuple[str | StoredId | StoredTextRef, ...]
"""An entry of a form: what cannot be told from a string by its place carries a tag."""


class StoredDocument(Stored, frozen=True, tag="Paper/1"):
    """The newest document of a kind."""

    id: UUID
    version: Whole
    text: StoredTextRef
    status: str
    drafted_by: str
    approved_by: str
    stage: str
    numbered: bool


class StoredConfidentiality(Stored, frozen=True, tag="Confidentiality/1"):
    """That a case is limited, to whom, and the posts in which a step was taken since."""

    level: str
    units: frozenset[UUID]
    posts: frozenset[UUID]
    people: frozenset[UUID]
    acted: frozenset[UUID]


class StoredSeat(Stored, frozen=True, tag="Seat/2"):
    """A unit and its organisation."""

    unit: UUID
    organisation: UUID


class StoredLabel(Stored, frozen=True, tag="Label/2"):
    """A name in two languages."""

    zh: str
    en: str


class StoredLimit(Stored, frozen=True, tag="Limit/2"):
    """A length of time; ``unit`` is "days", "working_days", "hours" or "minutes"."""

    amount: Whole
    unit: str


class StoredSpan(Stored, frozen=True, tag="Span/2"):
    """Days, both inclusive."""

    first: date
    last: date
    reason: StoredLabel


class StoredDerivation(Stored, frozen=True, tag="Derivation/3"):
    """How a due date was calculated; times of day (HH:MM:SS, in the rulebook's zone) stand only where hours were counted."""

    start: date
    limit: StoredLimit
    unrolled: date
    due_on: date
    moment: StoredLabel | None
    clause: StoredLabel | None
    extension: StoredLimit | None
    skipped: tuple[StoredSpan, ...]
    paused: tuple[StoredSpan, ...]
    rolled_over: tuple[StoredSpan, ...]
    suspended: bool
    warnings: tuple[StoredLabel, ...]
    start_time: str
    due_time: str


class StoredPause(Stored, frozen=True, tag="Pause/2"):
    """A suspension; ``end`` is null while it lasts."""

    start: Moment
    end: Moment | None

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "start", "end")


class StoredDuty(Stored, frozen=True, tag="Duty/2"):
    """An open duty."""

    id: UUID
    kind: str
    role: str
    seat: StoredSeat | None
    assignee: UUID | None
    limit: str
    opened_at: Moment
    due_at: Moment
    derivation: StoredDerivation
    clause: tuple[str, ...]

    def __post_init__(self) -> None:
        """In UTC."""
        in_utc(self, "opened_at", "due_at")
