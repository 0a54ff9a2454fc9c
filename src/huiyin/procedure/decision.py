"""What follows from an action that may be taken: its events as they pile up, and the state after each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from huiyin.procedure.bounds import value_of
from huiyin.procedure.command import Accusation, Command, DutyId, Followed, PersonId, Seat, UnitId, ids_in
from huiyin.procedure.confidentiality.following import newly_followed
from huiyin.procedure.documents.correction import running_anew
from huiyin.procedure.due import limit_due, start_of
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseEnded,
    CaseReopened,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    Event,
    FilesHeldBack,
    LimitExtended,
    LimitPaused,
    LimitResumed,
    PersonRecused,
    SubmissionAttached,
    UnitJoined,
    UnitLeft,
)
from huiyin.procedure.evolve import evolve
from huiyin.procedure.going_out import handed_over_first, left_to_stand_ins, may_go_out, undecided
from huiyin.procedure.guard import ALONE, role_of
from huiyin.procedure.identifying import identified
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.seating import NoSeat, Owing, Seating, unseated
from huiyin.procedure.settling import documents_going_out, released, settled_by, withdrawn_by
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ACTOR, CUSTODIAN, ENDED, Action, Procedure, Role
from huiyin.rules.book.steps import (
    INSIDE,
    OUTSIDE,
    can_move,
    may_repeat,
    meets,
    naming_unit,
    next_stage,
    seated_by,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a command: the events in order, and where the case stands after the last of them."""

    events: tuple[Event, ...]
    state: State


@dataclass
class DraftDecision:
    """The events of one command as they pile up, with the state after each; ``origin`` is the stage in which it is taken, or START."""

    rules: Rules
    state: State
    command: Command
    origin: str
    events: list[Event] = field(default_factory=list)
    created: int = 0
    late: OpenDuty | None = None

    def carry_out(self, rule: Action) -> Decision | Refusal:
        try:
            lost = self._going_out(rule)
            self._act(rule, lost)
            self._accused(rule)
            self.follow_levels()
            self._go_out(rule, lost)
            self._parties(rule)
            self._limits(rule)
            self._duties(rule)
        except NoSeat as missing:
            return unseated(rule, self.state, self.command, missing.role)
        self._end(rule)
        for event in documents_going_out(self._procedure, rule, self.command.action, self.state, self._new_id):
            self.add(event)
        if not self.state.ended and not self.state.duties:
            return Refusal(Code.NOBODY_WOULD_OWE, self.command.action, rule.clause, {"stages": (self.state.stage,)})
        return Decision(tuple(self.events), self.state)

    @property
    def _procedure(self) -> Procedure:
        return self.rules.book.procedures[self.state.procedure]

    @property
    def _seating(self) -> Seating:
        return Seating(self.rules, self.state, self.command, self.late)

    def add(self, event: Event) -> None:
        """One more thing that happened."""
        self.events.append(event)
        self.state = evolve(self.state, event)

    def owe(self, opening: Opening, rule: Action, since: datetime | None = None) -> None:
        """A duty that ``rule`` would have opened, had what is known now been known when it was taken; its time runs from ``since``, where said."""
        self._open(opening, rule, since)

    def _new_id(self) -> UUID:
        self.created += 1
        return self.command.derived_id(self.created)

    def _act(self, rule: Action, lost: list[tuple[Role, OpenDuty]]) -> None:
        command, actor = self.command, self.command.actor
        fallen = [one for named, duty in lost if (one := undecided(self._procedure, named, duty, self.origin))]
        moves = not fallen or can_move(rule)
        to = next_stage(self._procedure, rule, self.origin) if moves else fallen[0].from_stages[0]
        self.add(
            ActionTaken(
                action=command.action,
                from_stage=self.state.stage,
                to_stage=to,
                actor=actor.kind,
                role=role_of(self.rules, rule, self.state, actor) or rule.by[0],
                person=actor.person,
                post=actor.post,
                unit=actor.unit,
                fields=dict(command.fields),
                sets={
                    fact: str(value)
                    for fact, source in rule.sets.items()
                    if (value := value_of(source, command)) is not None
                }
                | self._seated(rule)
                | {str(named.seat_fact): OUTSIDE for named, _duty in lost},
                marks=self._marks(rule),
                clause=rule.clause,
                cleared=tuple(
                    name for name in rule.required if name in self.state.values and name not in command.fields
                ),
            )
        )
        if command.submission is not None:
            new = command.submission
            attached = SubmissionAttached(
                new.id, new.channel, new.received_at, new.headcount, new.text, new.petitioner, new.title, new.files
            )
            self.add(attached)
        if command.unread:
            self.add(FilesHeldBack(command.unread))

    def _seated(self, rule: Action) -> dict[str, str]:
        """Where the higher organs work that are to owe something after ``rule``, as far as that is otherwise than recorded."""
        seated, usual = seated_by(self.rules.book, self._procedure, rule), self._seating.usual
        places = {fact: INSIDE if usual(role) is not None else OUTSIDE for fact, role in seated.items()}
        return {fact: place for fact, place in places.items() if self.state.facts.get(fact) != place}

    def _going_out(self, rule: Action) -> list[tuple[Role, OpenDuty]]:
        """What higher organs owe here no more because ``rule`` accuses them, or something did that was no action."""
        trial = DraftDecision(self.rules, self.state, self.command, self.origin)
        trial._accused(rule)
        return left_to_stand_ins(self.rules, self.state, trial.state)

    def _go_out(self, rule: Action, lost: list[tuple[Role, OpenDuty]]) -> None:
        for named, duty in lost:
            decision = undecided(self._procedure, named, duty, self.origin)
            if decision is not None:
                self.add(DutyWithdrawn(duty.id, self.command.action))
            anew = decision.discharges if decision is not None else ()
            for kind in (*anew, *handed_over_first(self._procedure, named, (*anew, duty.kind))):
                self._open(Opening(duty=kind), rule)

    def _marks(self, rule: Action) -> dict[str, datetime]:
        marks = {moment: self._moment(source) for moment, source in rule.marks.items()}
        to = self._procedure.stages[next_stage(self._procedure, rule, self.origin)]
        return marks | {ENDED: self.command.at} if to.end and to.owes and not self.state.ended else marks

    def _moment(self, source: str) -> datetime:
        value = value_of(source, self.command)
        return start_of(self.rules, value) if isinstance(value, date) else self.command.at

    def _accused(self, rule: Action) -> None:
        """Shut out whoever is accused, and have found out who that is."""
        if found := identified(rule, self.command):
            for event in found:
                self.add(event)
                if isinstance(event, AccusedIdentified):  # before others that are still open may be meant
                    self._expel(self.state.accused_units, self.state.accused_people)
        elif self.command.accusations or self.command.followed:
            self.accuse()

    def accuse(self) -> None:
        """Shut out whom the command accuses, and have found out who is meant where that is not certain."""
        # Under rules that name nobody to find out, whoever might be meant is accused, and nothing stays open.
        asked, at = self._procedure.identifying, self.command.at
        sure: list[Accusation | Followed] = []
        accusing: tuple[Accusation | Followed, ...] = (*self.command.accusations, *self.command.followed)
        for one in accusing:
            units, people, certain = tuple(sorted(one.units)), tuple(sorted(one.people)), one.certain or asked is None
            if isinstance(one, Followed):
                sure += [one] if certain else []
                self.add(AccusedFollowed(one.case, units, people, certain, at))
            else:
                sure += [one] if certain or one.alone else []
                self.add(AccusedWritten(one.line, units, people, certain, at, one.alone and not certain))
        self._expel({unit for one in sure for unit in one.units}, {person for one in sure for person in one.people})
        # Of what is only followed somebody finds out there; what was written here after the end, nobody else would ask about.
        written = any(isinstance(one, Accusation) and not one.certain for one in accusing)
        if asked is not None and (written or not self.state.ended):
            self._ask(asked)

    def follow_levels(self) -> None:
        """Be as confidential as the cases that the command names."""
        for event in tuple(newly_followed(self.state, self.command.levels)):
            self.add(event)

    def _ask(self, asked: Action) -> None:
        """Have found out who is accused while that is open; once it is not, nobody owes it."""
        for kind in asked.discharges:
            if not (self.state.unresolved or self.state.suspects):
                for duty in self.state.open_duties(kind):
                    self.add(DutyWithdrawn(duty.id, self.command.action))
                continue
            self.have_kept(asked)
            if not self.state.open_duties(kind):
                self._open(Opening(duty=kind), asked)

    def have_kept(self, asked: Action) -> None:
        """Give what the custodian owes to the next, where whoever has the case in custody may not any more, or is not there."""
        able = [(one.role, one.seat) for one in self._seating.keeping()]
        for duty in [duty for kind in asked.discharges for duty in self.state.open_duties(kind)]:
            stays = duty.seat is None or duty.seat in self.state.units.get(ALONE, ())  # where there is nobody else
            if (duty.role, duty.seat) in able or (stays and not able):
                continue
            for relation, seats in self.state.units.items():
                if relation.rpartition("/")[2] == CUSTODIAN and duty.seat in seats:
                    self.add(UnitLeft(relation, duty.seat))
            self.add(DutyWithdrawn(duty.id, self.command.action))
            self._open(Opening(duty=duty.kind), asked)

    def _expel(self, units: Set[UnitId], people: Set[PersonId]) -> None:
        """Take the case from the accused, and what they owe on it; who only might be meant is kept out by sight until it is known."""
        state = self.state
        for relation, seat in [(n, seat) for n, seats in state.units.items() for seat in seats if seat.unit in units]:
            self.add(UnitLeft(relation, seat))
        for duty in state.duties:
            if duty.seat is not None and duty.seat.unit in units:
                self.hand_over(duty)
            elif duty.seat is None and self.rules.book.roles[duty.role].is_staff:
                self.hand_over(duty)  # somebody here may owe it by now
            elif duty.assignee in people:
                self.add(DutyReassigned(duty.id, duty.seat, None))

    def hand_over(self, duty: OpenDuty) -> None:
        """Give a duty to whoever stands in for its unit; nobody, where others have to."""
        asked = self._procedure.identifying
        if asked is not None and duty.kind in asked.discharges:
            self.have_kept(asked)
            return
        role = self._procedure.duties[duty.kind].of
        named = self.rules.book.roles[role]
        if named.of == "co_handling":
            self.add(DutyWithdrawn(duty.id, self.command.action))
            return
        if named.of == "handling":
            owing = Owing(role, named.of, None if self._is_renamed() else self.command.seats.find(role, 0))
        else:
            try:
                owing = self._seating.seats(role)[0]
            except NoSeat:
                if asked is not None and may_go_out(self._procedure, self.state, duty):
                    self.add(DutyWithdrawn(duty.id, self.command.action))
                    self._open(Opening(duty=duty.kind), asked)
                    return
                owing = Owing(role, role, None)
        if owing.seat is not None and owing.seat not in self.state.units.get(owing.relation, ()):
            self.add(UnitJoined(owing.relation, owing.seat))
        if (owing.seat, owing.role) != (duty.seat, duty.role):
            self.add(DutyReassigned(duty.id, owing.seat, None, role=owing.role if owing.role != duty.role else None))

    def _is_renamed(self) -> bool:
        """Have another handling unit named by whom the rulebook says; False where it says nobody, or they are accused themselves."""
        for kind, action in naming_unit(self._procedure, self.state.stage):
            with suppress(NoSeat):
                if not self.state.open_duties(kind):
                    self._open(Opening(duty=kind), action, since=self.command.at)
                return True
        return False

    def _parties(self, rule: Action) -> None:
        person = self.command.actor.person if rule.recuses == ACTOR else value_of(rule.recuses, self.command)
        if rule.recuses and isinstance(person, UUID):
            self.add(PersonRecused(PersonId(person)))
            self._reassign([duty for duty in self.state.duties if duty.assignee == person], None)
            asked = self._procedure.identifying
            if asked is not None and rule.by == asked.by:
                self.have_kept(asked)
        leaving = released(rule, self.command)
        for seat in self.state.units.get("co_handling", ()):
            if seat.unit in leaving:
                self.add(UnitLeft("co_handling", seat))
        for relation, source in rule.units.items():
            value = value_of(source, self.command)
            seats = [self.command.units[UnitId(unit)] for unit in ids_in(value)] if value is not None else []
            self._relate(relation, seats)
        person = value_of(rule.assignee, self.command) if rule.assignee else None
        if isinstance(person, UUID):
            owed = [duty for duty in self.state.duties if self.rules.book.roles[duty.role].of == "handling"]
            self._reassign(owed, PersonId(person))

    def _relate(self, relation: str, seats: list[Seat]) -> None:
        if relation == "handling" and seats:
            for left in self.state.units.get(relation, ()):
                if left not in seats:
                    self.add(UnitLeft(relation, left))
        for seat in seats:
            if seat not in self.state.units.get(relation, ()):
                self.add(UnitJoined(relation, seat))
        if relation == "handling":
            for duty in self.state.duties:
                if self.rules.book.roles[duty.role].of == "handling" and seats and duty.seat != seats[0]:
                    self.add(DutyReassigned(duty.id, seats[0], None))

    def _reassign(self, duties: Iterable[OpenDuty], person: PersonId | None) -> None:
        for duty in duties:
            owner = person if person and self._seating.may_owe(person, duty.role, duty.seat) else None
            if duty.assignee != owner:
                self.add(DutyReassigned(duty.id, duty.seat, owner))

    def _limits(self, rule: Action) -> None:
        touched: list[str] = []
        anew = running_anew(self._procedure, rule, self.state)
        for limit, limit_rule in self._procedure.limits.items():
            extended = self.state.extensions.get(limit, 0)
            if extended and limit_rule.start in rule.marks:
                self.add(LimitExtended(limit, -extended))
        for limit, source in rule.extends.items():
            days = value_of(source, self.command)
            if isinstance(days, int):
                self.add(LimitExtended(limit, days))
                touched.append(limit)
        for limit in rule.pauses:
            self.add(LimitPaused(limit, self.command.at))
            touched.append(limit)
        for limit in rule.resumes:
            self.add(LimitResumed(limit, self._after_pause(limit)))
            touched.append(limit)
        for duty in self.state.duties:
            if duty.limit in touched or duty.limit in anew:
                self._reschedule(duty, anew=duty.limit in anew)

    def _after_pause(self, limit: str) -> datetime:
        """Now, or when the pause began if the clock was set back since: a pause does not end before it begins."""
        begun = [pause.start for pause in self.state.pauses.get(limit, ()) if pause.end is None]
        return max([self.command.at, *begun])

    def _reschedule(self, duty: OpenDuty, *, anew: bool = False) -> None:
        limit, owed = self._procedure.limits[duty.limit], None if anew else duty
        new = limit_due(self.rules, limit, duty.limit, self.state, self.command.at, owed)
        if (
            new is not None
            and not (anew and new.due_at < duty.due_at)
            and (new.due_at != duty.due_at or new.derivation != duty.derivation)
        ):
            self.add(DutyRescheduled(duty.id, new.due_at, new.derivation))

    def _duties(self, rule: Action) -> None:
        for duty in settled_by(self.rules.book, rule, self.state, self.command):
            self.add(DutyDischarged(duty.id, self.command.action))
        for duty in withdrawn_by(rule, self.state, self.command):
            if self._procedure.duties[duty.kind].of == CUSTODIAN and rule.by != (CUSTODIAN,):
                self.late = duty
            self.add(DutyWithdrawn(duty.id, self.command.action))
        for opening in rule.opens:
            if meets(opening.when, self.state.facts):
                times = len(ids_in(self.command.fields.get(opening.each, ()))) if opening.each else 1
                for _time in range(times):
                    self._open(opening, rule)

    def _open(self, opening: Opening, rule: Action, since: datetime | None = None) -> None:
        """Open a duty, whose time runs from the moment of its limit; ``since``: from then, whatever is recorded."""
        kind = opening.duty
        duty_rule = self._procedure.duties[kind]
        within = self._procedure.limits[duty_rule.limit]
        state = replace(self.state, moments={**self.state.moments, within.start: since}) if since else self.state
        limit = limit_due(self.rules, within, duty_rule.limit, state, self.command.at)
        if limit is None:
            raise NoSeat(duty_rule.of)
        again = may_repeat(self._procedure, kind)
        for owing in self._seating.owing(duty_rule.of, rule):
            if not again and any(duty.seat == owing.seat for duty in self.state.open_duties(kind)):
                continue
            if owing.seat is not None and owing.seat not in self.state.units.get(owing.relation, ()):
                self.add(UnitJoined(owing.relation, owing.seat))
            duty = OpenDuty(
                id=DutyId(self._new_id()),
                kind=kind,
                role=self._seating.answering(duty_rule, owing),
                seat=owing.seat,
                assignee=self._seating.assignee(opening, rule, owing),
                limit=duty_rule.limit,
                opened_at=self.command.at,
                due_at=limit.due_at,
                derivation=limit.derivation,
                clause=duty_rule.clause,
            )
            self.add(DutyOpened(duty))

    def _end(self, rule: Action) -> None:
        stages, stage = self._procedure.stages, self._procedure.stages[self.state.stage]
        if stage.end and not self.state.ended:
            # Until somebody knows whom it accuses nobody else sees it, also to file it.
            asked = self._procedure.identifying if self.state.unresolved or self.state.suspects else None
            for duty in self.state.duties:
                if not self._procedure.duties[duty.kind].outlasts and not (asked and duty.kind in asked.discharges):
                    self.add(DutyWithdrawn(duty.id, self.command.action))
            self.add(CaseEnded(self.state.stage))
            for kind in stage.owes:
                self._open(Opening(duty=kind), rule)
        elif self.state.ended and not stage.end:
            for duty in self.state.duties:
                if duty.kind in stages[self.origin].owes:
                    self.add(DutyWithdrawn(duty.id, self.command.action))
            self.add(CaseReopened(self.state.stage))
