"""What people might try on a case, lawful or not: any action by anybody with any form, drawn by chance from what a rulebook knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import Final
from uuid import UUID

from huiyin.procedure import Actor, Command, NewSubmission, Seat, Seats, State, Value, forbidden
from huiyin.procedure.command import CaseId, OrganisationId, PersonId, UnitId
from huiyin.procedure.due import limit_due, local_date
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule, Procedure
from huiyin.rules.book.steps import applies, begins_case, is_asked
from tests.procedure.cast import (
    ACTORS,
    DAY,
    FIRE,
    LJ,
    LOGISTICS,
    OTHER,
    OWN_SEATS,
    PETITIONER,
    PRESS,
    REREVIEWING,
    REVIEWING,
    SEATS,
    SQUAD,
    STAFF,
    SYSTEM,
    UNITS,
    named,
    staff,
    text,
)

HANDLING_UNITS: Final = (FIRE, LOGISTICS, OTHER, PRESS)
ELSEWHERE: Final = Seat(UnitId(named("别的部门")), OrganisationId(named("别的单位")))
LAST_OF_ALL: Final = date(9999, 12, 31)
GAPS: Final = (
    timedelta(0),
    timedelta(seconds=1),
    timedelta(minutes=20),
    timedelta(hours=7),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=16),
    timedelta(days=45),
    timedelta(days=200),
)
BACKWARDS: Final = (timedelta(seconds=-1), timedelta(hours=-5), timedelta(days=-9), timedelta(days=-400))


@cache
def people_of(seat: Seat) -> tuple[UUID, ...]:
    """Who works in a unit beside its usual staff."""
    return tuple(named(f"{name}{seat.unit}") for name in "甲乙丙丁")


@cache
def person_of(role: str, seat: Seat, which: int) -> Actor:
    """One of them, in a role."""
    return replace(staff(role, seat=seat), person=PersonId(people_of(seat)[which]))


KNOWN_PEOPLE: Final = {PersonId(named(role)): frozenset({seat.unit}) for role, seat in STAFF.items()} | {
    PersonId(person): frozenset({seat.unit}) for seat in UNITS.values() for person in people_of(seat)
}


@dataclass
class Attempts:
    """One case's surroundings, and chance: who is there, what may be tried.

    ``seats`` are what the installation knows of the units above; ``at`` is the clock of whoever acts.
    """

    rules: Rules
    procedure: str
    chance: Random
    at: datetime
    seats: Seats = SEATS
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def rule(self) -> Procedure:
        """The procedure that the case runs under."""
        return self.rules.book.procedures[self.procedure]

    # --- who ---------------------------------------------------------------------------------------------------------

    def actors(self, state: State) -> list[Actor]:
        """Everybody who might have a part: the usual staff, a second person in each post, and whoever sits in units that joined."""
        known = [PETITIONER, SYSTEM, *(ACTORS[role] for role in self.rules.book.roles if role in STAFF)]
        for relation, seats in state.units.items():
            role = relation.partition("/")[0]
            names = [n for n, r in self.rules.book.roles.items() if r.of == relation] or [role]
            known += [person_of(name, seat, n) for name in names for seat in seats for n in (0, 1, 2)]
        return [*known, *self._second()]

    def _second(self) -> list[Actor]:
        return [person_of(role, STAFF[role], 1) for role in self.rules.book.roles if role in STAFF]

    def anybody(self, state: State | None) -> Actor:
        """Somebody, with or without a part in the case."""
        roles = frozenset(self.rules.book.roles)
        strangers = [
            replace(staff("handler", "外人", ELSEWHERE), roles=roles),
            replace(PETITIONER, person=PersonId(named("别的信访人"))),
            replace(staff("handler", "无岗位"), roles=frozenset()),
        ]
        if state is None:
            return self.chance.choice([*ACTORS.values(), *strangers])
        accused = [
            replace(staff("handler", "被反映单位的人", Seat(unit, LJ)), roles=roles)
            for unit in sorted(state.accused_units)
        ]
        return self.chance.choice([*self.actors(state), *strangers, *accused])

    def offered(self, state: State) -> list[tuple[str, Actor]]:
        """Who may take which action now, the form left aside."""
        actors = self.actors(state)
        return [
            (name, actor)
            for name, action in self.rule.actions.items()
            if applies(self.rule, action, state.stage)
            for acting in (self._acting(action),)
            for actor in actors
            if (actor.kind != "staff" or actor.roles & acting)
            and forbidden(self.rules, state, name, actor, self.at) is None
        ]

    def _acting(self, action: Action) -> frozenset[str]:
        stand_ins = {self.rules.book.roles[role].stand_in or role for role in action.by}
        return frozenset(action.by) | stand_ins

    # --- what --------------------------------------------------------------------------------------------------------

    def command(self, action: str, actor: Actor, state: State | None, form: Mapping[str, Value | None]) -> Command:
        """The wish of ``actor`` to take ``action``, with ``form`` filled in (None is left out)."""
        return Command(
            id=UUID(int=named("愿望").int - 1000 * next(self.numbers)),
            case=CaseId(named("本案")),
            action=action,
            actor=actor,
            at=self.at,
            fields={name: value for name, value in form.items() if value is not None},
            at_seq=state.seq if state and self.chance.random() < 0.5 else None,
            seats=self.seats,
            units=UNITS,
            people=KNOWN_PEOPLE,
        )

    def beginning(self, lawful: bool) -> Command:
        """A registration: by somebody who may, with what a registration may say; or anything else."""
        starts = [name for name, action in self.rule.actions.items() if begins_case(action)]
        name = self.chance.choice(starts)
        action = self.rule.actions[name]
        by = self.chance.choice(action.by)
        actor = ACTORS[by] if lawful else self.anybody(None)
        accused = [seat.unit for seat in HANDLING_UNITS if self.chance.random() < 0.15]
        if self.chance.random() < 0.06:
            accused.append(self.chance.choice(list(OWN_SEATS.values())).unit)
        wish = self.command(name, actor, None, {})
        wish = replace(
            wish,
            submission=self._contact() if action.attaches or not lawful else None,
            facts=self._said(),
            accused_units=frozenset(accused),
            accused_people=frozenset({PersonId(named("handler"))} if self.chance.random() < 0.1 else ()),
        )
        form = self.form(name, None, wish.facts, wish.accused_units)
        form = form if lawful else self.spoilt(name, form)
        return replace(wish, fields={key: value for key, value in form.items() if value is not None})

    def _contact(self) -> NewSubmission:
        channel = self.chance.choice(["letter", "visit", "web", "call", "referral"])
        headcount = self.chance.choice([1, 1, 1, 5, 30])
        return NewSubmission(named("来件"), channel, self.at, headcount, text("来件内容"), PersonId(named("信访人")))

    def _said(self) -> dict[str, str]:
        return {
            name: self.chance.choice([*fact.values, fact.initial, "无此值"])
            for name, fact in self.rules.book.facts.items()
            if fact.from_registration
        }

    # --- with which form ---------------------------------------------------------------------------------------------

    def form(
        self, name: str, state: State | None, facts: Mapping[str, str], accused: frozenset[UnitId] = frozenset()
    ) -> dict[str, Value | None]:
        """A form that its own rules let pass: what must be filled in, and some of what may."""
        action = self.rule.actions[name]
        uses = action.required
        form: dict[str, Value | None] = {}
        for use in sorted(uses, key=lambda use: use in action.asked_if):
            asked = is_asked(action, use, form, facts)
            wanted = uses[use] or self.chance.random() < 0.4
            if asked is not None:
                wanted = asked
            if wanted:
                form[use] = self._entry(action, use, state, form, accused)
        return form

    def _entry(
        self,
        action: Action,
        name: str,
        state: State | None,
        form: Mapping[str, Value | None],
        accused: frozenset[UnitId],
    ) -> Value:
        earlier = action.same_as.get(name)
        if earlier and state and earlier in state.values:
            return state.values[earlier]
        rule = self.rules.book.fields[name]
        return type_of(rule).example(_Form(self, action, name, rule, state, form, accused))

    def units(self, state: State | None, accused: frozenset[UnitId]) -> list[Seat]:
        kept_away = state.accused_units if state else accused
        return [seat for seat in (*HANDLING_UNITS, SQUAD) if seat.unit not in kept_away] or [REVIEWING]

    def colleague(self, action: Action, name: str, state: State | None, form: Mapping[str, Value | None]) -> UUID:
        unit = form.get(action.units.get("handling", "").removeprefix("$"))
        handling = state.handling if state else None
        seat = UNITS.get(UnitId(unit)) if isinstance(unit, UUID) else handling
        people = people_of(seat or FIRE)
        recused = state.recused if state else frozenset()
        free = [one for one in people if one not in recused] or people
        if action.recuses == f"${name}":  # mostly oneself, whoever that is
            return self.chance.choice([*people[:2], *(named(role) for role in action.by if role in STAFF)])
        return self.chance.choice(free)

    def left(self, action: Action, name: str, state: State | None) -> int:
        """The days by which the limits may still be extended; at least one, so that a form can be drawn at all."""
        left = [
            most.amount - (state.extensions.get(limit, 0) if state else 0)
            for limit, source in action.extends.items()
            if source == f"${name}" and (most := self.rule.limits[limit].extendable)
        ]
        return max(self.rules.book.fields[name].min or 1, min([60, *left]))

    def day(self, action: Action, name: str, rule: FieldRule, state: State | None) -> date:
        today = local_date(self.rules, self.at)
        if rule.past:
            earliest = today - self.chance.choice([0, 0, 1, 10]) * DAY
            marked = (
                [state.moments[one] for one in action.not_before.get(name, ()) if one in state.moments] if state else []
            )
            return min(today, max([earliest, *(local_date(self.rules, moment) for moment in marked)]))
        day = today + self.chance.choice([0, 1, 5, 30]) * DAY
        latest = [
            bound.due_on
            for limit in self.rule.limits.values()
            if limit.by_field == name and limit.no_later_than is not None and state is not None
            if (
                bound := limit_due(
                    self.rules, self.rule.limits[limit.no_later_than], limit.no_later_than, state, self.at
                )
            )
        ]
        return max(today, min([day, *latest]))

    def spoilt(self, name: str, form: Mapping[str, Value | None]) -> dict[str, Value | None]:
        """``form`` with one or two entries that nobody should make."""
        spoilt = dict(form)
        uses = list(self.rule.actions[name].required) if name in self.rule.actions else []
        for _ in range(self.chance.randint(1, 2)):
            entry = self.chance.choice([*uses, *uses, self.chance.choice(sorted(self.rules.book.fields))])
            fitting = FITTING.get(self.rules.book.fields[entry].type, NONSENSE)
            spoilt[entry] = self.chance.choice(self.chance.choice([fitting, NONSENSE]))
        return spoilt


@dataclass(frozen=True)
class _Form:
    """Fills in one field at random, as the engine reads it: see ``rules.book.fields.base.Filler``."""

    attempts: Attempts
    action: Action
    name: str
    rule: FieldRule
    state: State | None
    form: Mapping[str, Value | None]
    accused: frozenset[UnitId]

    @property
    def chance(self) -> Random:
        return self.attempts.chance

    def text(self) -> Value:
        return text()

    def number(self) -> Value:
        most = min(self.rule.max or 30, self.attempts.left(self.action, self.name, self.state))
        return self.chance.randint(self.rule.min or 1, most)

    def day(self) -> Value:
        return self.attempts.day(self.action, self.name, self.rule, self.state)

    def time(self) -> Value:
        return text("09:30")

    def tracking_number(self) -> Value:
        return text("1234567890123")

    def choice(self) -> Value:
        return self.chance.choice([value for value, choice in self.rule.of.items() if not choice.offered_if])

    def choices(self) -> Value:
        return tuple(self.chance.sample(list(self.rule.of), self.chance.randint(1, len(self.rule.of))))

    def confirmation(self) -> Value:
        return True

    def unit(self) -> Value:
        return self.chance.choice(self.attempts.units(self.state, self.accused)).unit

    def units(self) -> Value:
        units = self.attempts.units(self.state, self.accused)
        return tuple(seat.unit for seat in self.chance.sample(units, self.chance.randint(1, min(2, len(units)))))

    def people(self) -> Value:
        return (self.person(),)

    def person(self) -> Value:
        return self.attempts.colleague(self.action, self.name, self.state, self.form)

    def cases(self) -> Value:
        return (named("首次事项"),)

    def case(self) -> Value:
        return named("首次事项")

    def files(self) -> Value:
        return (text(),)


NONSENSE: Final[tuple[Value | None, ...]] = (
    None,
    "",
    (),
    "无此项",
    "字" * 30_000,
    text("字" * 30_000),
    -1,
    0,
    10**12,
    True,
    False,
    date.min,
    LAST_OF_ALL,
    date(1899, 12, 31),
    datetime(2026, 3, 2, tzinfo=UTC),
    FIRE.unit,
    REREVIEWING.unit,
    named("无此单位"),
    named("handler"),
    (FIRE.unit, named("无此单位")),
    ("无此项",),
    (text(), text()),
)
FITTING: Final[Mapping[str, tuple[Value | None, ...]]] = {
    "date": (date.min, LAST_OF_ALL, LAST_OF_ALL - DAY, date(1899, 12, 31), date(2199, 1, 1)),
    "int": (-(10**12), -1, 0, 10**12, 10**30),
    "unit": (FIRE.unit, REREVIEWING.unit, named("无此单位")),
    "person": (named("handler"), named("unit_head"), named("无此人")),
}
"""What is wrong only at a second look."""
