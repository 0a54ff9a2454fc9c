"""Who is to owe a duty: which unit holds a role for a case, who stands in for it, who in the unit answers for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from huiyin.errors import HuiyinError
from huiyin.procedure.bounds import value_of
from huiyin.procedure.command import Command, PersonId, Seat, Value
from huiyin.procedure.guard import ALONE, places, proposer, standing_in
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ACTOR, CUSTODIAN, PROPOSE_CLEARING, Action, DutyRule, Procedure, Role, RoleOf
from huiyin.rules.book.steps import begins_case, given_back, meets, next_stage

LEVELS: Final[dict[RoleOf, int]] = {"organisation": 0, "superior": 1, "superior_of_superior": 2}


@dataclass(frozen=True, slots=True)
class Owing:
    """Who is to owe a duty: the role in which, the unit's relation to the case, and the unit (None for petitioner and system)."""

    role: str
    relation: str
    seat: Seat | None


class NoSeat(HuiyinError):
    """Raised when no unit holds the role that would owe a duty; never leaves this module."""

    def __init__(self, role: str) -> None:
        super().__init__(f"no unit holds {role}", "give a unit a post in this role")
        self.role = role


def unseated(rule: Action, state: State, command: Command, role: str) -> Refusal:
    """Why ``rule`` is refused where no unit could owe what follows; which role that is would tell whom the case accuses, where it does."""
    accuses = state.accused_units or state.accused_people
    return Refusal(Code.NO_SEAT, command.action, rule.clause, {} if accuses else {"roles": (role,)})


@dataclass(frozen=True, slots=True)
class Seating:
    """Who owes what on a case in ``state``, when ``command`` is carried out."""

    rules: Rules
    state: State
    command: Command
    late: OpenDuty | None = None
    """What a custodian did not do in time, and somebody else is to do."""

    def owing(self, kind: str, rule: Action) -> tuple[Owing, ...]:
        """Which units owe a duty; nobody here yet while all of them might be meant: a petition is taken in all the same. Where a case accuses
        all who should name who takes over, nobody is kept from withdrawing by it.

        What is left to do when a case has ended keeps no case from its end, whoever is to do it.
        """
        try:
            return self.seats(kind, rule)
        except NoSeat:
            withdraws = bool(rule.recuses) and not rule.identifies
            if self.late is None and (begins_case(rule) or rule.identifies or withdraws) and self._accused():
                return (self._to_hand_out(kind),)
            if self.late is not None or not (self.state.unresolved or self.state.suspects or self.state.ended):
                raise
            return (Owing(kind, kind, None),)

    def _accused(self) -> bool:
        """Whether it is known whom the case accuses."""
        return bool(self.state.accused_units or self.state.accused_people) and not self.state.unresolved

    def _to_hand_out(self, kind: str) -> Owing:
        """Who takes the case to an organ outside, since everybody who should deal with it is accused; they decide nothing."""
        for one in self.keeping():
            return Owing(one.role, f"{one.role}/{kind}", one.seat)
        return Owing(kind, kind, None)

    def answering(self, rule: DutyRule, owing: Owing) -> str:
        """In which role the unit owes a duty: the first of the rule's that somebody there is known to hold."""
        held = (self.command.held or {}).get(owing.seat.unit) if owing.seat and rule.else_of else None
        return next((role for role in (rule.of, *rule.else_of) if held and role in held), owing.role)

    def assignee(self, opening: Opening, rule: Action, owing: Owing) -> PersonId | None:
        """Who in the unit answers for a duty: whom the form names, else who did the work that it gives back, else who was named to handle the
        case.

        None, and so whoever holds the role there, when that person is recused or accused, or does not hold it there (any more): a duty
        of somebody who does not see it would stand in nobody's worklist.
        """
        named = value_of(opening.person, self.command) if opening.person else None
        asked: tuple[Value | None, ...] = (named,)
        if named is None and self.rules.book.roles[owing.role].of == "handling":
            handler = self.state.values.get("handler")
            asked = (
                (value_of(rule.assignee, self.command),) if rule.assignee else (*self._writers(opening, rule), handler)
            )
        people = (PersonId(one) for one in asked if isinstance(one, UUID))
        return next((one for one in people if self.may_owe(one, owing.role, owing.seat)), None)

    def _writers(self, opening: Opening, rule: Action) -> tuple[PersonId, ...]:
        """Who did last what a duty gives back, if it gives anything back."""
        return writers(self.rules.book.procedures[self.state.procedure], self.state, rule, opening.duty)

    def may_owe(self, person: PersonId, role: str, seat: Seat | None) -> bool:
        """Whether ``person`` works where a duty of ``role`` is owed, and nothing keeps them from the case."""
        if person in self.state.recused or person in self.state.accused_people:
            return False
        posts = self.command.posts
        return posts is None or (seat is not None and role in posts.get(person, {}).get(seat.unit, ()))

    def seats(self, kind: str, rule: Action | None = None) -> tuple[Owing, ...]:
        """Which units owe a duty of the role ``kind``."""
        named = self.rules.book.roles[kind]
        if kind == CUSTODIAN:
            return (self._custodian(),)
        if not named.is_staff:
            return (Owing(kind, kind, None),)
        if named.of in ("handling", "co_handling"):
            known = self.state.units.get(named.of, ())
            units = value_of(rule.units.get(named.of, ""), self.command) if rule else None
            if named.of == "co_handling" and isinstance(units, tuple):
                known = tuple(seat for seat in known if seat.unit in units)
            if not known:
                raise NoSeat(kind)
            return tuple(Owing(kind, named.of, seat) for seat in known)
        return (self.usual(kind) or self._stand_in(kind, named),)

    def usual(self, role: str) -> Owing | None:
        """The unit that holds ``role`` for this case.

        None when none is known, it is accused, another stands in for it, or it is a higher organ that dealt with the case itself:
        it does not review what it did.
        """
        named = self.rules.book.roles[role]
        if named.deputy is not None and self.state.units.get(standing_in(named, role)):
            return None
        known = self.state.units.get(role, ())
        seat = known[-1] if known else self.command.seats.find(role, LEVELS[named.of])
        above = LEVELS[named.of] > 0
        dealt = (*self.state.units.get("handling", ()), *self.state.units.get("co_handling", ()))
        if seat is None or seat.unit in self.state.accused_units or (above and seat in dealt):
            return None
        return Owing(role, role, seat)

    def _stand_in(self, role: str, named: Role) -> Owing:
        """Who takes over: a stand-in where no unit is known for the role; where the case accuses that unit, the substitutes as well, the next
        one's, and those of the organs above, as for whoever is away (`guard.places`).
        """
        known = self.state.units.get(standing_in(named, role), ()) if named.deputy else ()
        seat = known[-1] if known else self.command.seats.find(named.stand_in, 0) if named.stand_in else None
        if named.deputy and seat is not None and seat.unit not in self.state.accused_units:
            return Owing(named.deputy, standing_in(named, role), seat)
        if self.state.accused_units:
            for level, other, relation in islice(
                places(self.rules.book, role), 1, None
            ):  # the first is the one that is accused
                seat = self.command.seats.find(other, level)
                if seat is not None and seat.unit not in self.state.accused_units:
                    return Owing(other, relation, seat)
        raise NoSeat(role)

    def _custodian(self) -> Owing:
        """The first who may have the case in custody; once time has run out, the first who had not. NoSeat when there is none.

        Where nobody else is there to confirm what a custodian proposes, they ask an organ outside themselves.
        """
        found, actor = self.keeping(), self.command.actor
        if self.late is not None:
            had = {(name, seat) for name, seats in self.state.units.items() for seat in seats}
            found = (one for one in found if (one.relation, one.seat) not in had)
        for owing in found:
            return owing
        if self.command.action == PROPOSE_CLEARING and actor.unit is not None:
            held = [role for role in self._keepers() if role in actor.roles]
            return Owing(held[0] if held else CUSTODIAN, ALONE, Seat(actor.unit, actor.organisation))
        raise NoSeat(CUSTODIAN)

    def keeping(self) -> Iterator[Owing]:
        """Who may have the case in custody, in order: the organisation's custodian, else that of an organ above, else who stands in for
        them, likewise, and who confirms what one of them proposed; last whoever here sees cases, or handles any, to ask an organ outside
        and take down its answer from its document.
        """
        roles = self.rules.book.roles
        clerks = [name for name, role in roles.items() if role.of == "organisation" and role.sees == "organisation"]
        clerks += [name for name, role in roles.items() if role.of == "handling"]
        for role in dict.fromkeys((*self._keepers(), *clerks)):
            for level in LEVELS.values():
                seat = self.command.seats.keeper(role, level)
                if seat is not None and seat.unit not in self.state.accused_units:
                    yield Owing(role, CUSTODIAN if role == CUSTODIAN else f"{role}/{CUSTODIAN}", seat)

    def _keepers(self) -> tuple[str, ...]:
        """The roles in which somebody finds out whom the case accuses; in the last one only confirms that it is nobody."""
        named = self.rules.book.roles.get(CUSTODIAN)
        if named is None:
            return ()
        confirming = named.confirmed_by if proposer(self.state) is not None else None
        return tuple(role for role in (CUSTODIAN, named.stand_in, confirming) if role)


def writers(procedure: Procedure, state: State, rule: Action, duty: str) -> tuple[PersonId, ...]:
    """Who did last what ``rule`` gives back by opening a ``duty``; nobody where it gives nothing back."""
    took = (state.takers.get(name, ()) for name in given_back(procedure, rule, duty))
    return tuple(people[-1] for people in took if people)


def could_be_owed(rules: Rules, state: State, rule: Action, command: Command) -> bool:
    """Whether there is somebody to owe what ``rule`` would open, by ``command.seats``; otherwise it is refused (``unseated``)."""
    seating, duties = Seating(rules, state, command), rules.book.procedures[state.procedure].duties
    try:
        for opening in rule.opens:
            if meets(opening.when, state.facts):
                seating.owing(duties[opening.duty].of, rule)
    except NoSeat:
        return False
    return True


def wants_seats(rules: Rules, state: State, rule: Action) -> bool:
    """Whether deciding ``rule`` may have to know which unit holds a role, so that the command must carry the seats."""
    procedure = rules.book.procedures[state.procedure]
    duties = procedure.duties
    to = procedure.stages[next_stage(procedure, rule, state.stage)]
    owing = {duties[kind].of for kind in (*(opening.duty for opening in rule.opens), *to.owes)}
    accuses = bool(rule.identifies or rule.recuses == ACTOR) or any(
        rules.book.fields[name].accuses for name in rule.required
    )
    accuses |= CUSTODIAN in owing
    return accuses or any(rules.book.roles[role].of in LEVELS and not state.units.get(role) for role in owing)
