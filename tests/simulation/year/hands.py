"""Everybody at work: each does what they owe when its turn has come, on whatever case, through the door; petitioners do what they may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import exp, log
from random import Random
from typing import Final
from uuid import UUID

from huiyin import door
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.door.intake import Intake, first_facts
from huiyin.people.acting import petitioner_actor
from huiyin.people.models import Petitioner
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.refusal import Code
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case
from huiyin.simulation.acting import ANONYMOUS, NAMED, TEXT, TITLE
from huiyin.simulation.arrivals import drawn
from huiyin.simulation.cast import Cast
from huiyin.simulation.entries import NothingToChoose, SimulatedForm, filled, needed
from huiyin.simulation.staffing import MatterKind, Staffing

DAY: Final = timedelta(days=1)
ACCUSED: Final = "accused_units"
FORGOTTEN: Final = 0.02
"""Which share of what is owed is done only after its time."""


@dataclass
class Hands:
    """Who works in ``cast``, with what was refused and what is planned. ``chosen`` is how forms of a procedure are filled in beside what is usual."""

    rules: Rules
    cast: Cast
    staffing: Staffing
    rng: Random
    chosen: dict[str, Mapping[str, object]] = field(default_factory=dict)
    turns: dict[UUID, datetime] = field(default_factory=dict)
    wishes: list[tuple[datetime, UUID, str]] = field(default_factory=list)
    thought_of: set[tuple[UUID, str, str]] = field(default_factory=set)
    kinds: dict[UUID, MatterKind] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def people(self) -> list[Actor]:
        """Everybody who works, in every organisation."""
        return [actor for seated in self.cast.seated for actor in seated.people]

    def in_role(self, role: str) -> Actor:
        """Somebody who holds a role."""
        return next(one for one in self.people() if role in one.roles)

    # --- what is owed -------------------------------------------------------------------------------------------------

    def work(self, at: datetime, procedure: str = "") -> int:
        """Everybody does what they owe and whose turn has come, of one procedure or all; how much was done."""
        owed = open_duties().filter(**({"case__procedure": procedure} if procedure else {})).select_related("case")
        return sum(
            self._do(duty, at) for duty in owed.order_by("due_at", "opened_at", "kind") if self._turn(duty) <= at
        )

    def _turn(self, duty: Duty) -> datetime:
        if duty.id not in self.turns:
            given = max(duty.due_at - duty.opened_at, timedelta(minutes=1))
            share = 1.2 if self.rng.random() < FORGOTTEN and given > DAY else self.rng.uniform(0.02, 0.5)
            self.turns[duty.id] = duty.opened_at + min(given * share, 12 * DAY if share < 1 else given * share)
        return self.turns[duty.id]

    def _do(self, duty: Duty, at: datetime) -> bool:
        duty.case.refresh_from_db()
        duty.refresh_from_db(fields=["discharged_at", "withdrawn_at"])
        if duty.discharged_at or duty.withdrawn_at:
            return False
        ways = dict(self._ways(duty, at))
        while ways:
            name = drawn({name: self._weight(duty.case, name) for name in ways}, self.rng)
            if self.take(duty.case, name, ways.pop(name), at):
                return True
        self.turns[duty.id] = at + (DAY if duty.due_at - duty.opened_at > DAY else timedelta(minutes=1))
        return False

    def _weight(self, case: Case, name: str) -> float:
        own = self.kinds[case.id].choices if case.id in self.kinds else {}
        return own.get(name, self.staffing.choices.get(name, 1.0))

    def _ways(self, duty: Duty, at: datetime) -> Iterator[tuple[str, Actor]]:
        """The steps by which a duty can be done now, each with somebody who may take it."""
        rules, state = load(duty.case.rulebook), state_of(duty.case)
        waits: set[str] = set()
        for name, action in rules.book.procedures[duty.case.procedure].actions.items():
            if duty.kind not in action.discharges or begins_case(action):
                continue
            for actor in self._able(duty, action):
                refusal = forbidden(rules, state, name, actor, at)
                if refusal is None:
                    yield name, actor
                    waits.clear()
                    break
                if refusal.code is Code.CONDITION:
                    waits.update(map(str, refusal.needs["facts"]))
        if waits:
            self._prepare(duty.case, state, waits, at)

    def _able(self, duty: Duty, action: Action) -> list[Actor]:
        able = [one for one in self.people() if one.roles & set(action.by)]
        if duty.assignee_id is not None:
            return [one for one in able if one.person == duty.assignee_id]
        return sorted(able, key=lambda one: (one.unit != duty.unit_id, duty.role not in one.roles))

    def _prepare(self, case: Case, state: State, facts: set[str], at: datetime) -> None:
        """What is owed waits for a fact: somebody takes a step that changes it."""
        rules = load(case.rulebook)
        for name, action in rules.book.procedures[case.procedure].actions.items():
            changed = {fact for fact, value in action.sets.items() if state.facts.get(fact) != value}
            if facts & changed and not action.to and not begins_case(action) and self.beside(case, name, at):
                return

    def beside(self, case: Case, name: str, at: datetime) -> bool:
        """Somebody takes a step that nobody owes; whether anybody could."""
        rules, state = load(case.rulebook), state_of(case)
        action = rules.book.procedures[case.procedure].actions.get(name)
        for actor in self.people() if action else ():
            if actor.roles & set(action.by) and forbidden(rules, state, name, actor, at) is None:  # type: ignore[union-attr]
                return self.take(case, name, actor, at)
        return False

    # --- petitioners --------------------------------------------------------------------------------------------------

    def arrive(self, at: datetime, channel: str, kind: str, **given: object) -> Case | None:
        """A petition comes in and is registered, by its petitioner or by staff."""
        mine, actions = self.staffing.kinds[kind], self.rules.book.procedures[MATTER].actions
        anonymous = self.rng.random() < mine.anonymous
        bare = Intake(
            organisation=self.cast.organisation,
            channel=channel,
            text=TEXT,
            title=TITLE,
            petitioners=(ANONYMOUS if anonymous else replace(NAMED, name=f"{NAMED.name}{self.rng.randrange(999)}"),),
            received_at=at,
            headcount=int(str(given.pop("headcount", 1))),
            accused=tuple(given.pop("accused", ())),  # type: ignore[arg-type]
        )
        facts = first_facts(self.rules.book, bare)
        for name, action in actions.items():
            actor = next((one for one in self.people() if one.roles & set(action.by)), None)
            if actor is None or not begins_case(action) or not action.attaches:
                continue
            asked = self._form(MATTER, self.rules, action, None, facts, at, mine)
            outcome = door.register_petition(replace(bare, fields=filled(asked, self.rng)), actor, at, name)
            assert isinstance(outcome, door.Registered), (name, outcome)
            self.kinds[outcome.case.id] = mine
            self.done[name] += 1
            self._consider(outcome.case, at)
            return outcome.case
        return None

    def wish(self, at: datetime) -> None:
        """Petitioners, and staff beside what they owe, do what they had in mind to do by now."""
        self.wishes.sort()
        while self.wishes and self.wishes[0][0] <= at:
            _when, id, name = self.wishes.pop(0)
            case = Case.objects.get(id=id)
            actor = petitioner_actor(Petitioner.objects.get(id=case.petitioner_id))
            if forbidden(load(case.rulebook), state_of(case), name, actor, at) is None:
                self.take(case, name, actor, at)
            else:
                self.beside(case, name, at)

    def _consider(self, case: Case, at: datetime) -> None:
        """Whether petitioner or staff have something in mind, each thing once while the case is in its stage."""
        if case.procedure != MATTER:
            return
        actions = load(case.rulebook).book.procedures[MATTER].actions
        wonts = {name: (one.share, one.days) for name, one in self.staffing.petitioners.items()}
        extras = {name: (share, 1.0) for name, share in self.staffing.extras.items()}
        for name, (share, days) in (wonts | extras).items():
            if name not in actions or (case.id, case.stage, name) in self.thought_of:
                continue
            self.thought_of.add((case.id, case.stage, name))
            if self.rng.random() < share:
                self.wishes.append((at + days * DAY * exp(self.rng.gauss(0, log(1.5))), case.id, name))

    # --- taking a step ------------------------------------------------------------------------------------------------

    def open(self, procedure: str, at: datetime) -> Case | None:
        """Somebody begins a case that no petition opens; None where the book has no such procedure."""
        book = self.rules.book
        for name, action in book.procedures[procedure].actions.items() if procedure in book.procedures else ():
            for actor in self.people() if begins_case(action) else ():
                if not actor.roles & set(action.by) or actor.organisation != self.cast.organisation.id:
                    continue
                fields = self._entries(procedure, self.rules, action, None, at, MatterKind(share=1))
                outcome = door.open_case(self.cast.organisation, procedure, name, actor, at, fields)
                assert isinstance(outcome, door.Accepted), (name, outcome)
                self.done[name] += 1
                return outcome.case
        return None

    def take(self, case: Case, name: str, actor: Actor, at: datetime) -> bool:
        """Take a step through the door; whether it was taken."""
        rules = load(case.rulebook)
        action = rules.book.procedures[case.procedure].actions[name]
        kind = self.kinds.get(case.id) or MatterKind(share=1)
        for prudent in (False, True):
            try:
                fields = self._entries(case.procedure, rules, action, case, at, kind, prudent)
            except NothingToChoose:
                self.refused[f"{case.procedure}: {name}: nothing to choose"] += 1
                return False
            outcome = door.execute(door.ActionRequest(case.id, name, actor, at, fields))
            if isinstance(outcome, door.Accepted):
                self.done[name] += 1
                self._consider(outcome.case, at)
                return True
        why = str(outcome.refusal.code) if isinstance(outcome, door.Refused) else "form"
        self.refused[f"{case.procedure}: {name}: {why}"] += 1
        return False

    def _entries(
        self,
        procedure: str,
        rules: Rules,
        action: Action,
        case: Case | None,
        at: datetime,
        kind: MatterKind,
        prudent: bool = False,
    ) -> dict[str, object]:
        given = self.chosen.get(procedure, {})
        parts = {
            name: {str(value): 1.0}
            for name, value in given.items()
            if name in rules.book.fields and isinstance(value, str) and value in rules.book.fields[name].of
        }
        mine = kind.model_copy(update={"fields": {**kind.fields, **parts}})
        entries = filled(self._form(procedure, rules, action, case, {}, at, mine, prudent), self.rng)
        return entries | {name: given[name] for name in entries if name in given and name not in parts}

    def _form(
        self,
        procedure: str,
        rules: Rules,
        action: Action,
        case: Case | None,
        facts: Mapping[str, str],
        at: datetime,
        kind: MatterKind,
        prudent: bool = False,
    ) -> SimulatedForm:
        return SimulatedForm(
            rules=rules,
            action=action,
            needed=with_accused(action),
            state=state_of(case) if case else None,
            facts=facts,
            organisation=self.cast.organisation.id,
            at=at,
            kind=kind,
            staffing=self.staffing,
            handling=self.cast.handling,
            cases=lambda: self._other(action, case, at),
            prudent=prudent,
        )

    def _other(self, action: Action, case: Case | None, at: datetime) -> str | None:
        """The number of another matter, on which the step that follows there may be taken."""
        others = Case.objects.filter(
            organisation=self.cast.organisation, procedure=MATTER, sealed=False, registered_at__lt=at
        )
        for other in others.exclude(id__in=[case.id] if case else []).order_by("-registered_at")[:30]:
            if action.relay is None or any(
                forbidden(load(other.rulebook), state_of(other), action.relay.action, one, at) is None
                for one in self.people()
                if one.roles & set(action.by)
            ):
                return str(other.number)
        return None


def with_accused(action: Action) -> Action:
    """What has to be filled in of a form; whom a petition accuses is a unit, where it is asked."""
    asked, uses = needed(action), {use.name: use for use in action.fields}
    return asked.model_copy(update={"fields": (*asked.fields, uses[ACCUSED])}) if ACCUSED in uses else asked


def state_of(case: Case) -> State:
    """Where a case stands."""
    state: State = codec.loads(case.state)
    return state
