"""A place in a rulebook, and what is wrong there: names that lead to nothing are told with their file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.load import Flaw, Rules
from huiyin.rules.book.names import listed
from huiyin.rules.book.schema import Role
from huiyin.rules.book.steps import ABOVE, INSIDE, OUTSIDE
from huiyin.rules.book.texts import CodedText


class BookPlace:
    """Where in the book something is being checked."""

    def __init__(self, rules: Rules, path: tuple[str, ...]) -> None:
        self.rules, self.book, self.path = rules, rules.book, path

    def at(self, *path: str) -> BookPlace:
        """A place within this one."""
        return BookPlace(self.rules, (*self.path, *path))

    def flaw(self, why: CodedText) -> Flaw:
        """What is wrong here, with its file and line."""
        file, line = self.rules.where(*self.path)
        return Flaw(file, line, ".".join(self.path), why)

    def among(self, name: str, known: Iterable[str], code: FlawCode) -> Iterator[Flaw]:
        """A flaw where ``name`` is none of those that are known."""
        names = tuple(known)
        if name not in names:
            yield self.flaw(code.about(known=listed(names, name), found=name))

    def cited(self, clauses: Iterable[str]) -> Iterator[Flaw]:
        """The clauses that the book does not have."""
        for clause in clauses:
            yield from self.at("clause").among(clause, self.book.clauses, FlawCode.NO_CLAUSE)

    def condition(self, condition: Condition) -> Iterator[Flaw]:
        """Facts and values of a condition that there are not."""
        for fact, comparison in condition.items():
            place = self.at(fact)
            yield from place.among(fact, self.book.facts, FlawCode.NO_FACT)
            if fact in self.book.facts:
                for value in sorted(comparison.allow | comparison.forbid):
                    values = self.book.facts[fact].values
                    if value not in values:
                        yield place.flaw(
                            FlawCode.NO_VALUE_OF_FACT.about(fact=fact, known=listed(values, value), found=value)
                        )

    def entries(self, condition: Condition) -> Iterator[Flaw]:
        """What an earlier form must have said: choices of a field."""
        for name, comparison in condition.items():
            place = self.at(name)
            yield from place.among(name, self.book.fields, FlawCode.NO_FIELD)
            known = self.book.fields[name].of if name in self.book.fields else {}
            for value in sorted(comparison.allow | comparison.forbid):
                yield from place.among(value, known, FlawCode.NO_VALUE_OF_FIELD)

    def roles(self) -> Iterator[Flaw]:
        """What the roles name."""
        for name, role in self.book.roles.items():
            place = self.at(name)
            yield from place.cited(role.clause)
            yield from self._deputy(place.at("stand_in"), role, role.stand_in, ("organisation", *ABOVE))
            yield from self._deputy(place.at("substitute"), role, role.substitute, ("organisation",))
            for key, other in (("confirmed_by", role.confirmed_by), ("overseen_by", role.overseen_by)):
                if other is not None:
                    yield from place.at(key).among(other, self.book.roles, FlawCode.NO_ROLE)
            if role.seat_fact is not None:
                yield from self._seat_fact(place.at("seat_fact"), role, role.seat_fact)

    def _deputy(self, place: BookPlace, role: Role, name: str | None, for_whom: Collection[str]) -> Iterator[Flaw]:
        """Who acts in place of a role: one of the organisation itself, for a role that may have somebody in its place."""
        if name is None:
            return
        yield from place.among(name, self.book.roles, FlawCode.NO_ROLE)
        if role.of not in for_whom:
            yield place.flaw(FlawCode.STAND_IN_FOR_NOBODY.about(found=role.of))
        elif name in self.book.roles and self.book.roles[name].of != "organisation":
            yield place.flaw(FlawCode.STAND_IN_ELSEWHERE.about(found=name))

    def _seat_fact(self, place: BookPlace, role: Role, name: str) -> Iterator[Flaw]:
        yield from place.among(name, self.book.facts, FlawCode.NO_FACT)
        fact = self.book.facts.get(name)
        if role.of not in ABOVE or role.stand_in is None:
            yield place.flaw(FlawCode.SEAT_FACT_FOR_NOBODY.about(found=role.of))
        elif fact is not None and (set(fact.values) != {INSIDE, OUTSIDE} or fact.initial != INSIDE):
            yield place.flaw(FlawCode.SEAT_FACT_VALUES.about(found=listed(fact.values)))

    def facts(self) -> Iterator[Flaw]:
        """What the facts name."""
        for name, fact in self.book.facts.items():
            place = self.at(name)
            yield from place.cited(fact.clause)
            yield from place.at("initial").among(fact.initial, fact.values, FlawCode.NO_VALUE_OF_THIS)

    def fields(self) -> Iterator[Flaw]:
        """What the fields name."""
        for name, rule in self.book.fields.items():
            for role in rule.holds:
                yield from self.at(name, "holds").among(role, self.book.roles, FlawCode.NO_ROLE)
            if rule.procedure is not None:
                yield from self.at(name, "procedure").among(rule.procedure, self.book.procedures, FlawCode.NO_PROCEDURE)
            if rule.other_than is not None:
                yield from self.at(name, "other_than").among(rule.other_than, self.book.fields, FlawCode.NO_FIELD)
            if rule.later_than is not None:
                times = [one for one, other in self.book.fields.items() if other.type == rule.type == "time"]
                yield from self.at(name, "later_than").among(rule.later_than, times, FlawCode.NO_FIELD)
            if rule.goes_with is not None:
                yield from self.at(name, "goes_with").among(rule.goes_with, self.book.fields, FlawCode.NO_FIELD)
            if rule.drawn is not None:
                for key, type in (("unit", "unit"), ("since", "date"), ("until", "date"), ("size", "int")):
                    known = [one for one, other in self.book.fields.items() if other.type == type]
                    yield from self.at(name, "drawn", key).among(getattr(rule.drawn, key), known, FlawCode.NO_FIELD)
            if rule.out_of is not None:
                lots = [one for one, other in self.book.fields.items() if other.type == "cases"]
                yield from self.at(name, "out_of").among(rule.out_of, lots, FlawCode.NO_FIELD)
            for value, choice in rule.of.items():
                yield from self.at(name, "of", value, "offered_if").condition(choice.offered_if)
                for moment in choice.or_marked:
                    yield from self.at(name, "of", value, "or_marked").among(
                        moment, self.book.moments, FlawCode.NO_MOMENT
                    )
