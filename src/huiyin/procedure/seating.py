"""Who is to owe a duty: which unit holds a role for a case, who stands in for it, who in the unit answers for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from huiyin.errors import HuiyinError
from huiyin.procedure.bounds import value_of
from huiyin.procedure.command import Command, PersonId, Seat
from huiyin.procedure.guard import standing_in
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, Action, DutyRule, Opening, Role, RoleOf

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


@dataclass(frozen=True, slots=True)
class Seating:
    """Who owes what on a case in ``state``, when ``command`` is carried out."""

    rules: Rules
    state: State
    command: Command

    def owing(self, kind: str, rule: Action) -> tuple[Owing, ...]:
        """Which units owe a duty; nobody here yet while all of them might be meant: a petition is taken in all the same.

        What is left to do when a case has ended keeps no case from its end, whoever is to do it.
        """
        try:
            return self.seats(kind, rule)
        except NoSeat:
            if not (self.state.unresolved or self.state.ended):
                raise
            return (Owing(kind, kind, None),)

    def answering(self, rule: DutyRule, owing: Owing) -> str:
        """In which role the unit owes a duty: the first of the rule's that somebody there is known to hold."""
        held = (self.command.held or {}).get(owing.seat.unit) if owing.seat and rule.else_of else None
        return next((role for role in (rule.of, *rule.else_of) if held and role in held), owing.role)

    def assignee(self, opening: Opening, rule: Action, owing: Owing) -> PersonId | None:
        """Who in the unit answers for a duty: whom the form names, else who was named to handle the case.

        None, and so whoever holds the role there, when that person is recused or accused, or does not hold it there (any more): a duty
        of somebody who does not see it would stand in nobody's worklist.
        """
        named = value_of(opening.person, self.command) if opening.person else None
        if named is None and self.rules.book.roles[owing.role].of == "handling":
            named = value_of(rule.assignee, self.command) if rule.assignee else self.state.values.get("handler")
        return (
            PersonId(named)
            if isinstance(named, UUID) and self.may_owe(PersonId(named), owing.role, owing.seat)
            else None
        )

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
            return (self._custodian(named),)
        if named.of in ("petitioner", "system"):
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
        if named.stand_in is not None and self.state.units.get(standing_in(named, role)):
            return None
        known = self.state.units.get(role, ())
        seat = known[-1] if known else self.command.seats.find(role, LEVELS[named.of])
        above = LEVELS[named.of] > 0
        dealt = (*self.state.units.get("handling", ()), *self.state.units.get("co_handling", ()))
        if seat is None or seat.unit in self.state.accused_units or (above and seat in dealt):
            return None
        return Owing(role, role, seat)

    def _stand_in(self, role: str, named: Role) -> Owing:
        seat = self.command.seats.find(named.stand_in, 0) if named.stand_in else None
        if named.stand_in is None or seat is None or seat.unit in self.state.accused_units:
            raise NoSeat(role)
        return Owing(named.stand_in, standing_in(named, role), seat)

    def _custodian(self, named: Role) -> Owing:
        """The organisation's custodian, else that of an organ above, else who stands in for them, else an organ outside."""
        for role, relation in ((CUSTODIAN, CUSTODIAN), (named.stand_in, standing_in(named, CUSTODIAN))):
            for level in LEVELS.values():
                seat = self.command.seats.find(role, level) if role else None
                if role and seat is not None and seat.unit not in self.state.accused_units:
                    return Owing(role, relation, seat)
        return Owing(CUSTODIAN, CUSTODIAN, None)
