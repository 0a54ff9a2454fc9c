"""Where one case stands: everything that deciding needs, and nothing that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from huiyin.procedure.command import CaseId, DutyId, OrganisationId, PersonId, PostId, Seat, TextRef, UnitId, Value
from huiyin.procedure.command import Level as Level
from huiyin.rules.book.schema import SUSPECTED
from huiyin.rules.deadlines.limits import Derivation, Pause


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """An open duty: who owes what, by when, under which clauses. ``unit`` is None when the petitioner owes it."""

    id: DutyId
    kind: str
    role: str
    seat: Seat | None
    assignee: PersonId | None
    limit: str
    opened_at: datetime
    due_at: datetime
    derivation: Derivation
    clause: tuple[str, ...]


DocumentStatus = Literal["drafted", "returned", "approved", "issued", "voided"]
"""Where a document stands: laid before whoever approves it, sent back, approved, gone out, or never to go out."""
STILL_OPEN: Final[tuple[DocumentStatus, ...]] = ("drafted", "returned", "approved")
"""A document may still be changed and go out."""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The newest document of one kind on a case: its present text, and where it stands.

    ``drafted_by`` is the action that drafted it, ``approved_by`` the one that approved it last, and ``stage`` where that was taken.
    """

    id: UUID
    version: int
    text: TextRef
    status: DocumentStatus
    drafted_by: str
    approved_by: str = ""
    stage: str = ""
    numbered: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may still go out."""
        return self.status in STILL_OPEN


ORDINARY: Final = "ordinary"
LEVEL_ORDER: Final[tuple[Level, ...]] = ("ordinary", "internal", "work_secret")
"""The lowest first."""


@dataclass(frozen=True, slots=True)
class Confidentiality:
    """That a case is limited: its level, the list of who may know of it, and the posts in which a step was taken since that was set."""

    level: Level
    units: frozenset[UnitId] = frozenset()
    posts: frozenset[PostId] = frozenset()
    people: frozenset[PersonId] = frozenset()
    acted: frozenset[PostId] = frozenset()

    @property
    def may_know(self) -> frozenset[UUID]:
        """The units, posts and people who may: whoever stands on the list, and the posts that acted since."""
        return frozenset[UUID](self.units) | self.posts | self.people | self.acted


@dataclass(frozen=True, slots=True)
class State:
    """The state of one case after its first ``seq`` events.

    ``moments`` are the recorded times from which limits run; ``extensions`` are days (natural or working, as the limit counts)
    already granted to a limit; ``pauses`` the spans that do not count; ``values`` the latest entry of each field that is not
    free text; ``takers`` everybody who ever took each action, who took it last at the end; ``named_units`` and ``named_people`` whom the case itself accuses, ``followed_…`` whom other cases accuse that this one
    is about, by the ids (hex) of those; ``unresolved`` the lines (ids of texts) of which nobody has decided yet whom they mean, and
    the ids of such other cases in which nobody has; ``papers`` the newest document of each kind that was drafted;
    ``confidentiality`` is None while nobody has limited the case itself; ``followed_levels`` is how confidential other cases are that this
    one is about, as far as they are limited, by their ids (hex).
    """

    case: CaseId
    organisation: OrganisationId
    procedure: str
    rulebook: str
    stage: str
    seq: int = 0
    ended: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    moments: Mapping[str, datetime] = field(default_factory=dict)
    units: Mapping[str, tuple[Seat, ...]] = field(default_factory=dict)
    duties: tuple[OpenDuty, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    takers: Mapping[str, tuple[PersonId, ...]] = field(default_factory=dict)
    extensions: Mapping[str, int] = field(default_factory=dict)
    pauses: Mapping[str, tuple[Pause, ...]] = field(default_factory=dict)
    recused: frozenset[PersonId] = frozenset()
    named_units: frozenset[UnitId] = frozenset()
    named_people: frozenset[PersonId] = frozenset()
    followed_units: Mapping[str, frozenset[UnitId]] = field(default_factory=dict)
    followed_people: Mapping[str, frozenset[PersonId]] = field(default_factory=dict)
    unresolved: frozenset[UUID] = frozenset()
    papers: Mapping[str, DocumentState] = field(default_factory=dict)
    confidentiality: Confidentiality | None = None
    followed_levels: Mapping[str, Confidentiality] = field(default_factory=dict)

    @property
    def accused_units(self) -> frozenset[UnitId]:
        """The units that are kept out: those that this case accuses, and those that a case accuses which this one is about."""
        return self.named_units.union(*self.followed_units.values())

    @property
    def accused_people(self) -> frozenset[PersonId]:
        """The people who are kept out, likewise."""
        return self.named_people.union(*self.followed_people.values())

    @property
    def suspects(self) -> bool:
        """Whether people are kept out alone of whom nobody has decided yet whether the case accuses them."""
        return SUSPECTED in self.moments

    @property
    def level(self) -> Level:
        """How confidential the case is: what was set for it, or for a case that it is about, whichever is higher."""
        own: Level = self.confidentiality.level if self.confidentiality else ORDINARY
        return max((own, self.followed_level), key=LEVEL_ORDER.index)

    @property
    def followed_level(self) -> Level:
        """The highest level of the cases that this one is about: it is never less confidential itself."""
        return max((one.level for one in self.followed_levels.values()), key=LEVEL_ORDER.index, default=ORDINARY)

    def open_duties(self, kind: str) -> tuple[OpenDuty, ...]:
        """The open duties of one kind."""
        return tuple(duty for duty in self.duties if duty.kind == kind)

    @property
    def handling(self) -> Seat | None:
        """The unit that deals with the case, once it has one."""
        return next(iter(self.units.get("handling", ())), None)
