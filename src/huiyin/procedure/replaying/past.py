"""A case's past as what people and timers did: the recorded events read for being done anew under other rules. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol, TypeAlias
from uuid import UUID

from huiyin.procedure.command import (
    Accusation,
    Actor,
    CaseId,
    Command,
    DutyId,
    NewSubmission,
    OrganisationId,
    PersonId,
    PostId,
    Seat,
    Seats,
    UnitId,
    Value,
)
from huiyin.procedure.decide import decide
from huiyin.procedure.documents.document_event import DocumentCorrected, DocumentIssued
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseMoved,
    CaseOpened,
    ConfidentialitySet,
    DutyDischarged,
    Event,
    NoteWritten,
    NoticeIssued,
    PackageStored,
    RegistrationCorrected,
    SubmissionAttached,
    UnitJoined,
)
from huiyin.procedure.evolve import BrokenHistory, evolve
from huiyin.procedure.guard import deputies
from huiyin.procedure.refusal import Refusal
from huiyin.procedure.seating import LEVELS
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Role, RoleOf

TICK: Final = timedelta(seconds=1)
"""A timer runs once its due time, the last second of a day, has passed: on the day after, as with a worker."""

RulesOf: TypeAlias = Callable[[str], Rules]
Timer: TypeAlias = tuple[str, datetime]
"""A kind of duty and the time when it is due: by this a timer of one course is known again in the other."""
SeatsOfRoles: TypeAlias = Mapping[tuple[str, RoleOf], Seat | None]
"""Which unit held a role (and where such a role sits); None where another one stood in for it."""


class PastDirectory(Protocol):
    """Who works where, as far as replaying has to know."""

    def roles(self, post: PostId) -> frozenset[str]:
        """The roles that a post holds."""

    def seats(self, organisation: OrganisationId, avoiding: frozenset[UnitId]) -> Seats:
        """Which unit holds which role; none of ``avoiding``."""

    def units(self, fields: Mapping[str, Value]) -> Mapping[UnitId, Seat]:
        """The seats of the units that a form names."""

    def people(self, fields: Mapping[str, Value], at: datetime) -> Mapping[PersonId, frozenset[UnitId]]:
        """The units, at that moment, of the people whom a form names."""


@dataclass(frozen=True, slots=True)
class Past:
    """An event with its time; ``organisation`` is where whoever caused it works."""

    at: datetime
    event: Event
    organisation: OrganisationId


@dataclass(frozen=True, slots=True)
class RecordedAction:
    """What somebody did: ``actor`` has the one role in which they did it.

    ``settled`` is the kind of the duty that they did it for, and its place among those of the kind, where there were several.
    """

    at: datetime
    action: str
    actor: Actor
    fields: Mapping[str, Value]
    submission: NewSubmission | None = None
    accusations: tuple[Accusation, ...] = ()
    settled: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that ran out and acted."""

    at: datetime
    timer: Timer


@dataclass(frozen=True, slots=True)
class RecordedCorrection:
    """The registration was put right, and perhaps somebody accused by that."""

    at: datetime
    event: RegistrationCorrected
    accusations: tuple[Accusation, ...]


RecordedItem = RecordedAction | RecordedCorrection | Fired


@dataclass(frozen=True, slots=True)
class RecordedHistory:
    """A case's past as replaying needs it, up to the moment ``until``.

    ``idle`` are timers that ran out and could have acted, but did not: no worker was there. ``seated`` is who held which role when
    the case first had to know; ``state`` is where the case stands.
    """

    opening: CaseOpened
    state: State
    items: tuple[RecordedItem, ...]
    idle: frozenset[Timer]
    seated: SeatsOfRoles
    until: datetime


def read_history(past: Sequence[Past], rules_of: RulesOf, directory: PastDirectory, until: datetime) -> RecordedHistory:
    """What was done on a case: its recorded events, oldest first, as recorded actions and timers.

    ``rules_of`` gives the rulebook of a key, for the one under which each step was taken. Raises BrokenHistory when the first event is
    no opening, and whatever ``rules_of`` raises.
    """
    if not past or not isinstance(past[0].event, CaseOpened):
        raise BrokenHistory("the history of a case does not begin with its opening")
    reading = _Reading(past[0].event, _seated(past, rules_of), rules_of, directory)
    for group in _commands(past):
        reading.take(group)
    reading.look(until)
    reading.look(until)
    return reading.history(until)


def without_corrections(past: Sequence[Past]) -> list[Past]:
    """The past without the issue of documents that corrected others, which is done beside the procedure and not replayed."""
    corrections = {item.event.paper for item in past if isinstance(item.event, DocumentCorrected)}
    return [item for item in past if not (isinstance(item.event, NoticeIssued) and item.event.notice in corrections)]


def _commands(past: Iterable[Past]) -> Iterator[list[Past]]:
    """The events of one command after the other; a correction, a note, a level of confidentiality, a move to another rulebook and a package
    stand alone.
    """
    alone = ActionTaken | CaseMoved | RegistrationCorrected | NoteWritten | ConfidentialitySet | PackageStored
    group: list[Past] = []
    for item in past:
        begins = isinstance(item.event, alone)
        if begins and not (len(group) == 1 and isinstance(group[0].event, CaseOpened)):
            yield group
            group = []
        group.append(item)
    yield group


def _seated(past: Iterable[Past], rules_of: RulesOf) -> SeatsOfRoles:
    """Who was found to hold which role, from the units that joined the case."""
    seated: dict[tuple[str, RoleOf], Seat | None] = {}
    roles: Mapping[str, Role] = {}
    for item in past:
        match item.event:
            case CaseOpened(rulebook=key) | CaseMoved(rulebook=key):
                roles = rules_of(key).book.roles
            case UnitJoined(relation=relation, seat=seat):
                stand_in, _slash, role = relation.rpartition("/")
                if stand_in in roles and role in roles:
                    seated.setdefault((role, roles[role].of), None)
                    seated.setdefault((stand_in, roles[stand_in].of), seat)
                elif role in roles:
                    seated.setdefault((role, roles[role].of), seat)
            case _:
                pass
    return seated


@dataclass
class Timers:
    """When timers are to be tried: at once when they have run out, later once before every step."""

    tried: set[DutyId] = field(default_factory=set)

    def run_out(self, rules: Rules, state: State, before: datetime) -> list[OpenDuty]:
        """Open duties with a timer that runs out before that moment, the earliest first."""
        kinds = rules.book.procedures[state.procedure].duties
        out = [d for d in state.duties if d.due_at < before and d.kind in kinds and kinds[d.kind].on_due]
        return sorted(out, key=lambda duty: duty.due_at)

    def moment(self, duty: OpenDuty, last: datetime, before: datetime) -> datetime:
        """When it is tried now; ``last`` is when something happened last."""
        if duty.id in self.tried:
            return before
        self.tried.add(duty.id)
        return min(max(duty.due_at + TICK, last), before)


def action_of(rules: Rules, state: State, duty: OpenDuty) -> str:
    """The action that the system takes when ``duty`` has run out; empty when it takes none."""
    return rules.book.procedures[state.procedure].duties[duty.kind].on_due or ""


def by_itself(state: State, action: str, at: datetime, seats: Seats) -> Command:
    """The command of a timer."""
    actor = Actor("system", state.organisation, frozenset())
    return Command(command_id(state.case, state.seq), state.case, action, actor, at, seats=seats)


def command_id(case: CaseId, n: int) -> UUID:
    """The same for the same case and number; its last two bytes are left to what the command creates."""
    return UUID(bytes=sha256(case.bytes + n.to_bytes(8, "big")).digest()[:14] + bytes(2))


def seats_for(rules: Rules, directory: PastDirectory, opening: CaseOpened, seated: SeatsOfRoles) -> Seats:
    """Who sits where by the directory, with what the case itself remembers of it."""
    known = directory.seats(opening.organisation, frozenset(opening.accused_units)).levels
    levels = [dict(known[level]) if level < len(known) else {} for level in range(len(LEVELS))]
    for (role, of), seat in seated.items():
        if of not in LEVELS or role not in rules.book.roles or rules.book.roles[role].of != of:
            continue
        if seat is None:
            levels[LEVELS[of]].pop(role, None)
        else:
            levels[LEVELS[of]][role] = seat
    return Seats(tuple(levels))


class _Reading:
    """A history as it is being read."""

    def __init__(self, opening: CaseOpened, seated: SeatsOfRoles, rules_of: RulesOf, directory: PastDirectory) -> None:
        self.opening, self.seated, self.rules_of, self.directory = opening, seated, rules_of, directory
        self.state: State | None = None
        self.items: list[RecordedItem] = []
        self.idle: set[Timer] = set()
        self.timers = Timers()
        self.corrections: set[UUID] = set()
        self.last = opening.received_at

    def history(self, until: datetime) -> RecordedHistory:
        fired = {item.timer for item in self.items if isinstance(item, Fired)}
        assert self.state is not None
        return RecordedHistory(
            self.opening, self.state, tuple(self.items), frozenset(self.idle - fired), self.seated, until
        )

    def take(self, group: Sequence[Past]) -> None:
        """One command: look at the timers before it, remember what was done, go on to the state after it."""
        if self.state is not None:
            self.look(group[0].at)
        acted = next((item for item in group if isinstance(item.event, ActionTaken)), None)
        self.corrections |= {item.event.paper for item in group if isinstance(item.event, DocumentCorrected)}
        issued = {one.event.paper for one in group if isinstance(one.event, DocumentIssued) and one.at == group[0].at}
        # What serves a correction is done beside the procedure, by whose rules nothing followed from it.
        if acted is not None and not (issued and issued <= self.corrections):
            self.items.append(self._item(acted, group))
            self.last = acted.at
        first = group[0]
        if isinstance(first.event, RegistrationCorrected):
            self.items.append(RecordedCorrection(first.at, first.event, _accusations(group)))
        for item in group:
            self.state = evolve(self.state, item.event)

    def look(self, before: datetime) -> None:
        """Note which timers have run out, might act, and do not."""
        state = self.state
        assert state is not None
        rules = self.rules_of(state.rulebook)
        for duty in self.timers.run_out(rules, state, before):
            at = self.timers.moment(duty, self.last, before)
            seats = seats_for(rules, self.directory, self.opening, self.seated)
            if not isinstance(
                decide(rules, state, by_itself(state, action_of(rules, state, duty), at, seats)), Refusal
            ):
                self.idle.add((duty.kind, duty.due_at))

    def _item(self, acted: Past, group: Sequence[Past]) -> RecordedAction | Fired:
        event, state = acted.event, self.state
        assert isinstance(event, ActionTaken)
        if event.actor == "system" and state is not None:
            rules = self.rules_of(state.rulebook)
            for duty in self.timers.run_out(rules, state, acted.at):
                if action_of(rules, state, duty) == event.action:
                    return Fired(acted.at, (duty.kind, duty.due_at))
        attached = next((item.event for item in group if isinstance(item.event, SubmissionAttached)), None)
        accusations = _accusations(group)
        actor = self._actor(acted, event)
        settled = _settled(state, [item.event.duty for item in group if isinstance(item.event, DutyDischarged)])
        return RecordedAction(acted.at, event.action, actor, event.fields, _submission(attached), accusations, settled)

    def _actor(self, acted: Past, event: ActionTaken) -> Actor:
        role = frozenset({self._role(event)}) if event.actor == "staff" else frozenset[str]()
        return Actor(event.actor, acted.organisation, role, event.person, event.post, event.unit)

    def _role(self, event: ActionTaken) -> str:
        """The role that they hold: that of the action, or the one that stands in for it."""
        if self.state is not None:
            book = self.rules_of(self.state.rulebook).book
            for other in deputies(book, event.role) if event.role in book.roles else ():
                if any(seat.unit == event.unit for seat in self.state.units.get(f"{other}/{event.role}", ())):
                    return other
        return event.role


def _settled(state: State | None, discharged: Sequence[DutyId]) -> tuple[str, int] | None:
    for duty in state.duties if state else ():
        same = [other.id for other in state.open_duties(duty.kind)] if state else []
        if duty.id in discharged and len(same) > 1:
            return duty.kind, same.index(duty.id)
    return None


def _accusations(group: Iterable[Past]) -> tuple[Accusation, ...]:
    return tuple(found for item in group if (found := _accusation(item.event)))


def _accusation(event: Event) -> Accusation | None:
    if isinstance(event, AccusedWritten):
        return Accusation(event.line, frozenset(event.units), frozenset(event.people), event.certain, event.alone)
    if isinstance(event, AccusedIdentified | AccusedFollowed):
        return Accusation(None, frozenset(event.units), frozenset(event.people), certain=True)
    return None


def _submission(event: SubmissionAttached | None) -> NewSubmission | None:
    if event is None:
        return None
    return NewSubmission(
        event.submission,
        event.channel,
        event.received_at,
        event.headcount,
        event.text,
        event.petitioner,
        event.title,
        event.files,
    )
