"""Whoever owes something sees it: what is left to nobody by a step is passed on in the same step.

A step may keep somebody out (they are spoken of, withdraw, did what another is to check). Where nobody is left then who may do what their unit
owes, it goes at once to whom the rulebook names, as it does for those who are away (``procedure.amending.standing_in``); a unit that deals with
the matter and has nobody left gives it up, and another is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.door import accusing
from huiyin.people.absences import people_at_hand
from huiyin.people.acting import serving_in, system_actor, with_superiors
from huiyin.people.appointments import day_of, of_units
from huiyin.people.ids import new_id
from huiyin.people.models import Holding
from huiyin.procedure.amending.kept_out import leave
from huiyin.procedure.amending.nobody_left import ask_for_others, ask_no_more
from huiyin.procedure.amending.standing_in import kept_apart, stand_in
from huiyin.procedure.command import Actor, CaseId, Command, OrganisationId, PersonId, Seat, UnitId
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten, DutyOpened, Event, PersonRecused
from huiyin.procedure.guard import judged_by
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.load import Rules

_KEEPING_OUT = (AccusedWritten, AccusedIdentified, AccusedFollowed, PersonRecused)


class Office:
    """Who works in an organisation, and in those above it, on a day: by unit and role, the first unit by code first."""

    def __init__(self, organisation: UUID, day: date) -> None:
        self._day = day
        self._units: dict[tuple[UUID, date], Mapping[str, set[UUID]]] = {}
        self._levels = [(OrganisationId(one), _working(one, day)) for one in with_superiors(organisation)]

    def stand_in(self, rules: Rules, state: State) -> Decision | None:
        """What goes to a stand-in since nobody is left for it, or back; None when all may stay as it is."""
        kept_out = self._kept_out(state)

        @cache  # asked for each role and each organisation above
        def out_of(kind: str) -> frozenset[PersonId]:
            judging = serving_in(judged_by(rules, state, kind), self._day)
            return kept_out | kept_apart(rules, state, kind) | judging

        def working(duty: OpenDuty, role: str, level: int) -> tuple[Seat, ...]:
            out = out_of(duty.kind)
            for organisation, there in self._levels[level : level + 1]:
                units = [UnitId(unit) for (unit, held), people in there.items() if held == role and people - out]
                return tuple(Seat(unit, organisation) for unit in units if unit not in state.accused_units)
            return ()

        return stand_in(rules, state, working)

    def followed(self, rules: Rules, state: State, at: datetime) -> Decision | None:
        """What goes to a stand-in or back, and whether another unit is to be named for one in which nobody works; None when all may stay as it is."""
        events: tuple[Event, ...] = ()
        for decision in (self._named_anew, self._stood_in):
            following = decision(rules, state, at)
            if following is not None:
                events, state = (*events, *following.events), following.state
        return Decision(events, state) if events else None

    def _stood_in(self, rules: Rules, state: State, _at: datetime) -> Decision | None:
        return self.stand_in(rules, state)

    def _named_anew(self, rules: Rules, state: State, at: datetime) -> Decision | None:
        """What follows for a unit that deals with the case, where nobody of it is at work, nor will be on the day on which what it owes falls due.

        Whom a case accuses counts as there: otherwise it would be told by this that everybody there is accused.
        """
        owed = [duty for duty in state.duties if duty.seat and _is_handled(rules, state, duty)]
        left = [duty for duty in owed if not self._doing(rules, state, duty, self._day)]
        command = _by_system(state, at)
        if not left:
            return ask_no_more(rules, state, command) if owed else None
        if any(not self._doing(rules, state, duty, max(self._day, day_of(duty.due_at))) for duty in left):
            return ask_for_others(rules, state, command)
        return None

    def _doing(self, rules: Rules, state: State, duty: OpenDuty, day: date) -> set[UUID]:
        """Who may do on a day what a unit that deals with the case owes."""
        rule = rules.book.procedures[state.procedure].duties[duty.kind]
        there = self._there(duty.seat.unit, day) if duty.seat else {}
        return set().union(*(there.get(role, set()) for role in {rule.of, duty.role, *rule.else_of})) - state.recused

    def _there(self, unit: UUID, day: date) -> Mapping[str, set[UUID]]:
        if (unit, day) not in self._units:
            found = people_at_hand(Holding.objects.filter(post__unit=unit), day)
            self._units[unit, day] = {role: people for (_unit, role), people in found.items()}
        return self._units[unit, day]

    def left(self, rules: Rules, state: State) -> tuple[OpenDuty, ...]:
        """What units owe that deal with the matter, where all are accused or spoken of who could do that there; where all have withdrawn, who has to
        name others hands it on (Regulation Art. 28(3)).
        """
        kept_out, procedure = self._kept_out(state), rules.book.procedures[state.procedure]
        there = {place: people for _organisation, level in self._levels for place, people in level.items()}

        def is_left(duty: OpenDuty) -> bool:
            rule = procedure.duties[duty.kind]
            if duty.seat is None or rules.book.roles[rule.of].of not in accusing.HANDLING:
                return False
            able = [there.get((duty.seat.unit, role), set()) for role in (rule.of, duty.role, *rule.else_of)]
            doing = set().union(*able) - state.recused
            return bool(doing) and doing <= kept_out

        return tuple(filter(is_left, state.duties))

    def _kept_out(self, state: State) -> frozenset[PersonId]:
        out = state.accused_people | state.recused
        return out | of_units(state.accused_units, self._day) if state.accused_units else out


def _working(organisation: UUID, day: date) -> Mapping[tuple[UUID, str], set[UUID]]:
    holdings = Holding.objects.filter(organisation_id=organisation).order_by("post__unit__code", "post__unit_id")
    return people_at_hand(holdings, day)


def _is_handled(rules: Rules, state: State, duty: OpenDuty) -> bool:
    """Whether a duty is owed by the unit that deals with the case."""
    return rules.book.roles[rules.book.procedures[state.procedure].duties[duty.kind].of].of == "handling"


def _by_system(state: State, at: datetime) -> Command:
    """What happens by itself on a case, with whoever may owe something on it."""
    seats = accusing.seats_beside((), state.organisation, at, state)
    by = system_actor(state.organisation)
    return Command(id=new_id(at), case=CaseId(state.case), action="", actor=by, at=at, seats=seats)


def passed_on(case: Case, rules: Rules, decision: Decision, actor: Actor, at: datetime) -> Decision:
    """What was decided, and what follows at once for what nobody is left to do.

    Nothing while the matter is closed to all but its custodian, who owes first of all whom it accuses: nobody else could do anything then.
    """
    if not _may_leave_somebody(rules, decision, actor):
        return decision
    office, state = Office(case.organisation_id, day_of(at)), decision.state
    events = decision.events
    if left := office.left(rules, state):
        given_up = leave(rules, state, _by_system(state, at), left)
        events, state = (*events, *given_up.events), given_up.state
    standing_in = office.stand_in(rules, state)
    return Decision((*events, *standing_in.events), standing_in.state) if standing_in else Decision(events, state)


def _may_leave_somebody(rules: Rules, decision: Decision, actor: Actor) -> bool:
    """Whether by what was decided something may be owed where nobody sees it, or may do it: looked at without asking for anybody."""
    state = decision.state
    if state.unresolved or not any(duty.seat for duty in state.duties):
        return False
    opened = [event.duty for event in decision.events if isinstance(event, DutyOpened)]
    if state.accused_people or state.recused:
        return bool(opened) or any(isinstance(event, _KEEPING_OUT) for event in decision.events)
    mine = (duty for duty in opened if duty.seat and duty.seat.unit == actor.unit and duty.role in actor.roles)
    return actor.person is not None and any(actor.person in kept_apart(rules, state, duty.kind) for duty in mine)
