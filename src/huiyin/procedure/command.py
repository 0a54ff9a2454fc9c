"""What somebody wants done to a case: who, what, when, with which fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from huiyin.rules.book.fields.values import CaseId as CaseId
from huiyin.rules.book.fields.values import PersonId as PersonId
from huiyin.rules.book.fields.values import TextRef as TextRef
from huiyin.rules.book.fields.values import UnitId as UnitId
from huiyin.rules.book.fields.values import Value as Value

OrganisationId = NewType("OrganisationId", UUID)
PostId = NewType("PostId", UUID)
DutyId = NewType("DutyId", UUID)

ActorKind = Literal["staff", "petitioner", "system"]
Level = Literal["ordinary", "internal", "work_secret"]
"""How confidential a case is (密级): 普通, 内部, 工作秘密."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in a post of a unit, the petitioner of the case, or the system itself (timers).

    ``roles`` are role ids of the rulebook that the post holds; ``person`` is an account for staff, a petitioner otherwise;
    ``related_units`` are the other units to which the person belongs: those above ``unit`` in the tree, and those of the posts that
    they hold beside this one, with all above them. ``serving`` are the units of the posts that they hold now, this one included, with all above
    them: whoever left a unit may decide over it. ``code_was_seen``: a petitioner is known by a query code alone that staff had in their
    hands, be it that it was printed for them: it does nothing that is theirs alone (``rules.book.steps.is_in_person``).
    """

    kind: ActorKind
    organisation: OrganisationId
    roles: frozenset[str]
    person: PersonId | None = None
    post: PostId | None = None
    unit: UnitId | None = None
    related_units: frozenset[UnitId] = field(default=frozenset(), metadata={"digested_as": "lineage"})
    code_was_seen: bool = field(default=False, metadata={"digested_unless_default": True})
    serving: frozenset[UnitId] = field(default=frozenset(), compare=False, metadata={"digested_unless_default": True})

    @property
    def within(self) -> frozenset[UnitId]:
        """Every unit to which the actor belongs: a case that accuses one of them is kept from the actor."""
        return self.related_units | {self.unit} if self.unit else self.related_units


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit that may owe a duty, and the organisation that it belongs to."""

    unit: UnitId
    organisation: OrganisationId


@dataclass(frozen=True, slots=True)
class Seats:
    """Which unit holds which role: in the case's own organisation (level 0), the next higher one (1), the one above (2).

    ``keepers`` are those in which somebody is there who may have the case in custody: nobody away, barred or gone. None when whoever
    asks does not know, and takes the posts for held.
    """

    levels: tuple[Mapping[str, Seat], ...] = ()
    keepers: tuple[Mapping[str, Seat], ...] | None = None

    def find(self, role: str, level: int) -> Seat | None:
        """The unit that holds ``role`` at ``level``, or None where the installation knows no such unit."""
        return self.levels[level].get(role) if level < len(self.levels) else None

    def keeper(self, role: str, level: int) -> Seat | None:
        """As ``find``, where somebody is there."""
        known = self.levels if self.keepers is None else self.keepers
        return known[level].get(role) if level < len(known) else None


Posts = Mapping[PersonId, Mapping[UnitId, frozenset[str]]]
"""In which units people work, and in which roles."""


def files_in(value: Value) -> tuple[TextRef, ...]:
    """The files that a field holds: they come as a tuple of references, texts as a single one."""
    return tuple(item for item in value if isinstance(item, TextRef)) if isinstance(value, tuple) else ()


def ids_in(value: Value) -> tuple[UUID, ...]:
    """The units, people or cases that a field names, be it one or several."""
    return tuple(part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, UUID))


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """A contact as it arrived: what a registration or a supplement attaches to the case. Content lies outside, sealed."""

    id: UUID
    channel: str
    received_at: datetime
    headcount: int
    text: TextRef
    petitioner: PersonId
    title: TextRef | None = None
    files: tuple[TextRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Accusation:
    """Whom somebody accuses, in words (``line``, sealed) or by a choice (None): all who might be meant, with whoever is to be kept
    out with them. Unless it is ``certain``, somebody has to find out who is meant. ``alone``: nobody but these people is kept out meanwhile;
    the matter stays with everybody else, and somebody says whether it accuses them.
    """

    line: TextRef | None
    units: frozenset[UnitId]
    people: frozenset[PersonId]
    certain: bool
    alone: bool = False


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A written line of which nobody has decided whom it means: its number among all that were written, all who might be meant, and when
    it was written.
    """

    number: int
    line: TextRef
    units: frozenset[UnitId]
    people: frozenset[PersonId]
    at: datetime
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Followed:
    """Whom a case accuses that another is about, with whoever is kept out with them; ``certain`` once nobody has to find out."""

    case: CaseId
    units: frozenset[UnitId]
    people: frozenset[PersonId]
    certain: bool


@dataclass(frozen=True, slots=True)
class FollowedLevel:
    """How confidential a case is that another is about, and who may know of it."""

    case: CaseId
    level: Level
    units: frozenset[UnitId] = frozenset()
    posts: frozenset[PostId] = frozenset()
    people: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants done on one case.

    ``id`` is a UUIDv7 from the channel; ids of what the command creates are derived from it, so that deciding needs no chance.
    ``duty`` is which of several open duties of a kind it is to settle (None: the oldest).
    ``key`` makes retries harmless: the same key is executed once. ``at_seq`` is the last event that the actor has seen
    (None: any). ``units`` and ``people`` are what the directory knows of those named in ``fields``: a unit's seat, a
    person's units. ``posts`` is where each of them, and who was named earlier to handle the case, works now, unit by unit with the roles
    held there; None when whoever asks does not know, and takes people at their word. ``held`` are the roles that somebody
    holds now in each of the units named (None: not known, and none is refused for it). ``former`` are the units of the people named, now and
    lately, with those above. ``accusations`` are those that the command brings along,
    ``followed`` those of the cases that it names: this case is about them; ``levels`` is how confidential these are. ``unmatched``: in some line of which nobody has decided
    whom it means, nobody was found. ``proposers``: who proposed, since anybody was accused or found to be, that nobody is.
    ``lines`` are those still open, ``decided`` who was found to be meant, or was named for certain: for saying it of one line, or of all.
    ``unread`` are the files that it brings and that could not be looked through yet. ``suspected_units`` are those in which somebody works who is
    kept out alone: until it is decided whether the case accuses them it is given to none of these.
    """

    id: UUID
    case: CaseId
    action: str
    actor: Actor
    at: datetime
    fields: Mapping[str, Value] = field(default_factory=dict)
    key: str = ""
    at_seq: int | None = None
    seats: Seats = Seats()
    units: Mapping[UnitId, Seat] = field(default_factory=dict)
    people: Mapping[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    posts: Posts | None = None
    held: Mapping[UnitId, frozenset[str]] | None = None
    former: Mapping[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    submission: NewSubmission | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    accused_units: frozenset[UnitId] = frozenset()
    accused_people: frozenset[PersonId] = frozenset()
    accusations: tuple[Accusation, ...] = ()
    followed: tuple[Followed, ...] = ()
    levels: tuple[FollowedLevel, ...] = ()
    unmatched: bool = False
    proposers: frozenset[PersonId] = frozenset()
    lines: tuple[OpenLine, ...] = ()
    decided: tuple[frozenset[UnitId], frozenset[PersonId]] = (frozenset(), frozenset())
    duty: DutyId | None = None
    unread: tuple[UUID, ...] = ()
    suspected_units: frozenset[UnitId] = frozenset()

    @property
    def shut_out(self) -> tuple[frozenset[UnitId], frozenset[PersonId]]:
        """The units and the people whom the command accuses, by itself or by following a case that does, together."""
        known: tuple[Accusation | Followed, ...] = (*self.accusations, *self.followed)
        units = self.accused_units.union(*(accusation.units for accusation in known))
        return units, self.accused_people.union(*(accusation.people for accusation in known))

    def derived_id(self, n: int) -> UUID:
        """The id of the n-th thing that this command creates (n from 1): unique since ``id`` ends in 62 random bits."""
        return UUID(int=self.id.int + n)
