"""Who acts in the tests of the engine, and what they hand in: fixed people in fixed units, forms filled in lawfully, no database.

临江 handles matters under 江南 (which reviews) under 华夏 (which re-reviews). One person holds each role; nobody holds two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from huiyin.procedure import Actor, Command, NewSubmission, Refusal, Seat, Seats, State, TextRef, Value, decide, replay
from huiyin.procedure.command import CaseId, OrganisationId, PersonId, PostId, UnitId
from huiyin.procedure.due import limit_due, local_date
from huiyin.procedure.event import Event, NoticeIssued
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule
from huiyin.rules.book.steps import as_taken, is_asked

NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 2 March 2026, nine in the morning in Shanghai."""
DAY: Final = timedelta(days=1)


@cache
def named(name: str) -> UUID:
    """The same id for the same name, always."""
    return UUID(bytes=sha256(name.encode()).digest()[:16], version=4)


def text(content: str = "情况属实，依规办理") -> TextRef:
    """Free text as the engine sees it: a reference and its length."""
    return TextRef(named(content), sha256(content.encode()).hexdigest(), len(content))


LJ, JN, HX = (OrganisationId(named(name)) for name in ("临江", "江南", "华夏"))
OFFICE, COMMISSION, LEADERS, FIRE, LOGISTICS, RECEPTION, SQUAD, PRESS, OTHER = (
    Seat(UnitId(named(name)), LJ)
    for name in ("纪保督察处", "纪委", "局领导", "防火处", "后勤处", "接待室", "勤务分队", "宣传处", "训练处")
)
REVIEWING, REREVIEWING = Seat(UnitId(named("江南信访办")), JN), Seat(UnitId(named("华夏信访办")), HX)

STAFF: Final[Mapping[str, Seat]] = {
    "registrar": OFFICE,
    "inspection": OFFICE,
    "supervisor": OFFICE,
    "archivist": OFFICE,
    "intake": COMMISSION,
    "discipline": COMMISSION,
    "custodian": COMMISSION,
    "secretary": COMMISSION,
    "unit_head": LEADERS,
    "leader": LEADERS,
    "handler": FIRE,
    "department_head": FIRE,
    "liaison": FIRE,
    "co_handler": LOGISTICS,
    "receptionist": RECEPTION,
    "safety": SQUAD,
    "spokesman": PRESS,
    "leader_in_charge": LEADERS,
    "working_group": OFFICE,
    "leading_group": LEADERS,
    "administration": LOGISTICS,
    "legal": COMMISSION,
    "reviewer": REVIEWING,
    "termination_checker": REVIEWING,
    "urging_above": REVIEWING,
    "rereviewer": REREVIEWING,
}
"""Which unit holds each role; the role's name is also the name of the one person in it."""


def staff(role: str, person: str = "", seat: Seat | None = None) -> Actor:
    """Who holds ``role``; ``person`` for somebody else than usual, ``seat`` for another unit."""
    at = seat or STAFF[role]
    who = person or role
    return Actor(
        "staff", at.organisation, frozenset({role}), PersonId(named(who)), PostId(named(f"岗位{who}")), at.unit
    )


PETITIONER: Final = Actor("petitioner", LJ, frozenset(), PersonId(named("信访人")))
SYSTEM: Final = Actor("system", LJ, frozenset())
ACTORS: Final[Mapping[str, Actor]] = {
    "petitioner": PETITIONER,
    "system": SYSTEM,
    **{role: staff(role) for role in STAFF},
}
OWN_SEATS: Final = {role: seat for role, seat in STAFF.items() if seat.organisation == LJ}
SEATS: Final = Seats(
    (
        OWN_SEATS,
        {"reviewer": REVIEWING, "termination_checker": REVIEWING, "urging_above": REVIEWING},
        {"rereviewer": REREVIEWING},
    )
)
UNITS: Final = {seat.unit: seat for seat in (*STAFF.values(), OTHER)}
DIRECTORY: Final = {PersonId(named(role)): frozenset({seat.unit}) for role, seat in STAFF.items()} | {
    PersonId(named("另一承办人")): frozenset({FIRE.unit}),
    PersonId(named("外单位人员")): frozenset({OTHER.unit}),
}


def filled(
    rules: Rules, action: Action, state: State | None, at: datetime, said: Mapping[str, Value | None]
) -> dict[str, Value | None]:
    """A lawful form for ``action`` that says what ``said`` does: every required field, and those that the others require."""
    today = local_date(rules, at)
    form: dict[str, Value | None] = {}
    for name, needed in action.required.items():
        if needed:
            form[name] = _entry(rules, action, name, state, today, at)
    form.update(said)
    facts = state.facts if state else {}
    for name in action.asked_if:
        if is_asked(action, name, form, facts):
            form[name] = said[name] if name in said else _entry(rules, action, name, state, today, at)
    return form


def _entry(rules: Rules, action: Action, name: str, state: State | None, today: date, at: datetime) -> Value:
    earlier = action.same_as.get(name)
    if earlier and state and earlier in state.values:
        return state.values[earlier]
    rule = rules.book.fields[name]
    return type_of(rule).example(Form(rules, rule, name, state, today, at))


@dataclass(frozen=True)
class Form:
    """Fills in one field, as the engine reads it: see ``rules.book.fields.base.Filler``."""

    rules: Rules
    rule: FieldRule
    name: str
    state: State | None
    today: date
    at: datetime

    def text(self) -> Value:
        return text()

    def number(self) -> Value:
        return self.rule.min or 1

    def day(self) -> Value:
        return _day(self.rules, self.rule, self.name, self.state, self.today, self.at)

    def time(self) -> Value:
        return text("09:30")

    def tracking_number(self) -> Value:
        return text("1234567890123")

    def choice(self) -> Value:
        return next(iter(self.rule.of))

    def choices(self) -> Value:
        return (next(iter(self.rule.of)),)

    def confirmation(self) -> Value:
        return True

    def unit(self) -> Value:
        return FIRE.unit

    def units(self) -> Value:
        return (LOGISTICS.unit,)

    def people(self) -> Value:
        return (named("被反映的人"),)

    def person(self) -> Value:
        return named("handler") if self.name == "handler" else named("另一承办人")

    def cases(self) -> Value:
        return (named("首次事项"),)

    def case(self) -> Value:
        return named("首次事项")

    def files(self) -> Value:
        return (text(),)


def _day(rules: Rules, rule: FieldRule, name: str, state: State | None, today: date, at: datetime) -> date:
    if rule.past or state is None:
        return today
    latest = [
        bound.due_on
        for limit in rules.book.procedures[state.procedure].limits.values()
        if limit.by_field == name and limit.no_later_than is not None
        if (
            bound := limit_due(
                rules,
                rules.book.procedures[state.procedure].limits[limit.no_later_than],
                limit.no_later_than,
                state,
                at,
            )
        )
    ]
    return max(today, min([today + 5 * DAY, *latest]))


def command(
    rules: Rules,
    action: str,
    actor: Actor,
    state: State | None = None,
    at: datetime = NOW,
    procedure: str = "matter",
    **fields: Value | None,
) -> Command:
    """A command with a lawful form, in which ``fields`` replace what the form would say (None takes an entry out)."""
    named_rule = rules.book.procedures[procedure].actions.get(action)
    rule = as_taken(named_rule, actor.kind) if named_rule else None
    form = filled(rules, rule, state, at, fields) if rule else fields
    return Command(
        id=named(f"{action}{at.isoformat()}{state.seq if state else 0}"),
        case=CaseId(named("本案")),
        action=action,
        actor=actor,
        at=at,
        fields={name: value for name, value in form.items() if value is not None},
        seats=SEATS,
        units=UNITS,
        people=DIRECTORY,
    )


def contact(channel: str = "letter", at: datetime = NOW, headcount: int = 1) -> NewSubmission:
    """A contact as it arrives."""
    return NewSubmission(named("来件"), channel, at, headcount, text("来件内容"), PersonId(named("信访人")))


@dataclass
class Story:
    """One case as its people work on it. Every step is checked: replay gives the same state, and somebody owes something."""

    rules: Rules
    procedure: str = "matter"
    state: State | None = None
    at: datetime = NOW
    history: list[Event] = field(default_factory=list)
    last: tuple[Event, ...] = ()
    seats: Seats = SEATS

    def begin(
        self,
        action: str = "register",
        who: str | Actor = "registrar",
        facts: Mapping[str, str] | None = None,
        **fields: Value | None,
    ) -> Story:
        """Register the case; ``facts`` is what the registration says."""
        said = dict(facts or {})
        rule = self.rules.book.procedures[self.procedure].actions[action]
        for name in rule.asked_if:
            if name not in fields and is_asked(rule, name, {}, said):
                fields[name] = _entry(self.rules, rule, name, None, local_date(self.rules, self.at), self.at)
        wish = command(self.rules, action, _actor(who), None, self.at, self.procedure, **fields)
        new = contact(said.get("channel", "letter"), self.at) if rule.attaches else None
        return self._carry_out(replace(wish, submission=new, facts=said))

    def do(self, action: str, who: str | Actor | None = None, **fields: Value | None) -> Story:
        """Take ``action``, as the first role that may or as ``who``; it must be accepted."""
        assert self.state is not None
        actor = _actor(who or self.rules.book.procedures[self.procedure].actions[action].by[0])
        return self._carry_out(command(self.rules, action, actor, self.state, self.at, self.procedure, **fields))

    def refuse(self, action: str, who: str | Actor | None = None, **fields: Value | None) -> Refusal:
        """Try ``action``; it must be refused."""
        actor = _actor(who or self.rules.book.procedures[self.procedure].actions[action].by[0])
        wish = command(self.rules, action, actor, self.state, self.at, self.procedure, **fields)
        outcome = decide(self.rules, self.state, replace(wish, seats=self.seats), self.procedure)
        assert isinstance(outcome, Refusal), f"{action} was accepted"
        return outcome

    def wait(self, days: int) -> Story:
        """Let ``days`` pass."""
        self.at += days * DAY
        return self

    def _carry_out(self, wish: Command) -> Story:
        outcome = decide(self.rules, self.state, replace(wish, seats=self.seats), self.procedure)
        assert not isinstance(outcome, Refusal), f"{wish.action}: {outcome}"
        self.history += outcome.events
        self.last = outcome.events
        self.state = replay(self.history)
        assert outcome.state == self.state
        assert self.state.ended or self.state.duties, f"nobody owes anything after {wish.action}"
        return self

    @property
    def stage(self) -> str:
        """Where the case stands."""
        assert self.state is not None
        return self.state.stage

    @property
    def owed(self) -> dict[str, str]:
        """The open duties, each with the role that owes it."""
        assert self.state is not None
        return {duty.kind: duty.role for duty in self.state.duties}

    def due(self, kind: str) -> date:
        """The day by which the open duty of this kind is to be done, in Shanghai."""
        assert self.state is not None
        (duty,) = self.state.open_duties(kind)
        return local_date(self.rules, duty.due_at)

    @property
    def notices(self) -> list[str]:
        """The notices that the last action issued."""
        return [event.kind for event in self.last if isinstance(event, NoticeIssued)]


def _actor(who: str | Actor) -> Actor:
    return who if isinstance(who, Actor) else ACTORS[who]
