"""What a field may hold, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

CaseId = NewType("CaseId", UUID)
UnitId = NewType("UnitId", UUID)
PersonId = NewType("PersonId", UUID)


@dataclass(frozen=True, slots=True)
class TextRef:
    """A text or file that lies outside the ledger, sealed: its id and a salted commitment (hex SHA-256 of salt and content).

    ``length`` is in characters for a text, in bytes for a file.
    """

    id: UUID
    commitment: str
    length: int

    def __hash__(self) -> int:
        """Of what no other text or file has: a third of the time that all three take."""
        return hash(self.commitment)


Value = str | int | bool | date | datetime | UUID | TextRef | tuple[str, ...] | tuple[UUID, ...] | tuple[TextRef, ...]


class ProblemCode(StrEnum):
    """What can be wrong with one field."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"
    WRONG_TYPE = "wrong-type"
    TOO_LONG = "too-long"
    TOO_SMALL = "too-small"
    TOO_LARGE = "too-large"
    NOT_OFFERED = "not-offered"
    IN_FUTURE = "in-future"
    IN_PAST = "in-past"
    LONG_PAST = "long-past"
    FAR_OFF = "far-off"
    TOO_LATE = "too-late"
    BEFORE_EVENT = "before-event"
    NOT_RECENT = "not-recent"
    DIFFERS = "differs"
    NOT_IN_DIRECTORY = "not-in-directory"
    ACCUSED = "accused"
    RECUSED = "recused"
    NOT_IN_UNIT = "not-in-unit"
    NOT_ONESELF = "not-oneself"
    ALONE = "alone"
    NOBODY_HOLDS = "nobody-holds"
    OWN_UNIT = "own-unit"
    UNAVAILABLE = "unavailable"
