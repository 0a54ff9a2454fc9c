"""Replaying what was done on a case under other rules: what would have followed. Pure, like deciding.

A case's history is read as what people did, each at its time, and what timers did. Then the same is done anew: people act as
they did, timers as the other rules have them. Under its own rules a case comes out exactly as it is recorded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from huiyin.procedure.amending.correcting import correct
from huiyin.procedure.command import Actor, Command, DutyId, NewSubmission, Seat, Value
from huiyin.procedure.decide import decide
from huiyin.procedure.event import CaseOpened
from huiyin.procedure.guard import deputies
from huiyin.procedure.refusal import Code, ProblemCode, Refusal
from huiyin.procedure.replaying.past import (
    Fired,
    Past,
    PastDirectory,
    RecordedAction,
    RecordedCorrection,
    RecordedHistory,
    Timers,
    action_of,
    by_itself,
    command_id,
    seats_for,
)
from huiyin.procedure.seating import LEVELS
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Entering
from huiyin.rules.book.steps import as_taken

MAX_FIRINGS: Final = 500
"""Timers of one case between two recorded actions; a book whose timers open their own duties anew without end is stopped here."""
MAX_MENDINGS: Final = 4
"""How often a recorded action is adapted to the other rules before it counts as refused."""
ANOTHER_PERSON: Final = frozenset({Code.WRONG_ROLE, Code.WRONG_UNIT, Code.SAME_PERSON, Code.OWN_UNIT})


@dataclass(frozen=True, slots=True)
class Setback:
    """An action that the other rules do not allow."""

    action: str
    at: datetime
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that the other rules ask for and nobody ever filled in; the action was taken without it."""

    action: str
    field: str


@dataclass(frozen=True, slots=True)
class Passed:
    """An action that the other rules give to somebody else, who is taken to have done it: roles before and after."""

    action: str
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What would have followed. ``state`` is None, and nothing happened, when the case could not even have been registered."""

    past: tuple[Past, ...]
    state: State | None
    setbacks: tuple[Setback, ...] = ()
    asked: tuple[AskedField, ...] = ()
    passed: tuple[Passed, ...] = ()


def under(rules: Rules, history: RecordedHistory, directory: PastDirectory) -> Alternative:
    """What would have followed under ``rules`` from the same actions at the same times. Deterministic: ids follow from the case's."""
    return _Replay(rules, history, directory).run()


class _Replay:
    """A case as it would have gone."""

    def __init__(self, rules: Rules, history: RecordedHistory, directory: PastDirectory) -> None:
        self.rules, self.history, self.directory = rules, history, directory
        self.procedure = history.opening.procedure
        self.seats = seats_for(rules, directory, history.opening, history.seated)
        self.state: State | None = None
        self.past: list[Past] = []
        self.carried: dict[str, Value] = {}
        self.setbacks: list[Setback] = []
        self.asked: list[AskedField] = []
        self.passed: list[Passed] = []
        self.timers = Timers()
        self.done_by_timers: Counter[str] = Counter()
        self.still_to_fire = Counter(item.timer for item in history.items if isinstance(item, Fired))
        self.last = history.opening.received_at

    def run(self) -> Alternative:
        for item in self.history.items:
            self._let_timers_run(item.at)
            if isinstance(item, RecordedAction):
                self._do(item)
            elif isinstance(item, RecordedCorrection):
                self._put_right(item)
            else:
                self._fire(item)
            if self.state is None:
                break
        self._let_timers_run(self.history.until)
        self._let_timers_run(self.history.until)
        return Alternative(tuple(self.past), self.state, tuple(self.setbacks), tuple(self.asked), tuple(self.passed))

    def _let_timers_run(self, before: datetime) -> None:
        """Timers whose fate the history does not know act as soon as they can."""
        tried: set[DutyId] = set()
        for _ in range(MAX_FIRINGS):
            duty = next((duty for duty in self._run_out(before) if duty.id not in tried), None)
            if duty is None or self.state is None:
                return
            tried.add(duty.id)
            self._act_by_itself(duty, self.state, self.timers.moment(duty, self.last, before))

    def _run_out(self, before: datetime) -> list[OpenDuty]:
        if self.state is None:
            return []
        return [
            duty
            for duty in self.timers.run_out(self.rules, self.state, before)
            if (timer := (duty.kind, duty.due_at)) not in self.history.idle and not self.still_to_fire[timer]
        ]

    def _fire(self, fired: Fired) -> None:
        """A timer that acted then acts now, if it stands at the same time here."""
        self.still_to_fire[fired.timer] -= 1
        if self.state is None:
            return
        for duty in self.timers.run_out(self.rules, self.state, fired.at):
            if (duty.kind, duty.due_at) == fired.timer:
                self.timers.tried.add(duty.id)
                self._act_by_itself(duty, self.state, fired.at)
                return

    def _act_by_itself(self, duty: OpenDuty, state: State, at: datetime) -> None:
        action = action_of(self.rules, state, duty)
        if self._try(by_itself(state, action, at, self.seats), self.rules) is None:
            self.done_by_timers[action] += 1

    def _try(self, command: Command, rules: Rules) -> Refusal | None:
        outcome = decide(rules, self.state, command, self.procedure)
        if isinstance(outcome, Refusal):
            return outcome
        self.state = outcome.state
        self.past += [Past(command.at, event, command.actor.organisation) for event in outcome.events]
        self.last = command.at
        return None

    def _put_right(self, recorded: RecordedCorrection) -> None:
        """A correction says what is so, whatever the rules; of its facts those that the rules know."""
        state = self.state
        assert state is not None  # as run has made sure
        facts = {name: value for name, value in recorded.event.facts.items() if name in state.facts}
        actor = Actor("system", state.organisation, frozenset())
        id = command_id(state.case, state.seq)
        command = Command(id, state.case, "", actor, recorded.at, seats=self.seats, accusations=recorded.accusations)
        outcome = correct(self.rules, state, command, replace(recorded.event, facts=facts))
        self.state = outcome.state
        self.past += [Past(recorded.at, event, state.organisation) for event in outcome.events]

    def _do(self, recorded: RecordedAction) -> None:
        rule = self.rules.book.procedures[self.procedure].actions.get(recorded.action)
        command = self._command(recorded, rule)
        self.carried |= recorded.fields
        fixing = _Fixing(self.rules, self.procedure, command)
        for _ in range(MAX_MENDINGS):
            refusal = self._try(fixing.command, fixing.rules)
            if refusal is None:
                self.asked += [AskedField(recorded.action, name) for name in fixing.missing]
                self.passed += fixing.passed
                return
            if not fixing.fix(refusal, self.state, recorded):
                break
        assert refusal is not None
        if self.done_by_timers[recorded.action]:
            self.done_by_timers[recorded.action] -= 1  # not refused: a timer was faster
            return
        self.setbacks.append(Setback(recorded.action, recorded.at, refusal))

    def _command(self, recorded: RecordedAction, rule: Action | None) -> Command:
        opening, begins = self.history.opening, self.state is None
        fields = self._fields(recorded, as_taken(rule, recorded.actor.kind)) if rule else {}
        actor = (
            replace(recorded.actor, roles=recorded.actor.roles | self.directory.roles(recorded.actor.post))
            if recorded.actor.post
            else recorded.actor
        )
        return Command(
            id=command_id(opening.case, self.state.seq if self.state else 0),
            case=opening.case,
            action=recorded.action,
            actor=actor,
            at=recorded.at,
            fields=fields,
            seats=self.seats,
            units=self.directory.units(fields),
            people=self.directory.people(fields, recorded.at),
            submission=recorded.submission,
            facts=_first_facts(self.rules, opening, recorded.submission) if begins else {},
            accused_units=frozenset(opening.accused_units) if begins else frozenset(),
            accused_people=frozenset(opening.accused_people) if begins else frozenset(),
            accusations=recorded.accusations,
            duty=self._settled(recorded),
        )

    def _settled(self, recorded: RecordedAction) -> DutyId | None:
        """The duty that stands where the one stood for which it was done."""
        kind, place = recorded.settled or ("", 0)
        same = self.state.open_duties(kind) if self.state else ()
        return same[place].id if place < len(same) else None

    def _fields(self, recorded: RecordedAction, rule: Action) -> dict[str, Value]:
        """What the form of the other rules holds: what was filled in there, or earlier where it says the same at any step."""
        found: dict[str, Value] = {}
        for name, needed in rule.required.items():
            if name in recorded.fields:
                found[name] = recorded.fields[name]
            elif needed and name in self.carried and type_of(self.rules.book.fields[name]).carries_over:
                found[name] = self.carried[name]
        return found


def _first_facts(rules: Rules, opening: CaseOpened, submission: NewSubmission | None) -> dict[str, str]:
    """What the registration said, with what the other rules count of it."""
    facts = dict(opening.facts)
    for name, fact in rules.book.facts.items():
        if fact.at_least is not None and submission is not None:
            facts[name] = "yes" if submission.headcount >= fact.at_least else "no"
    return facts


@dataclass
class _Fixing:
    """A recorded action on its way to what the other rules accept: the same thing done, by whom they name, on the form that they have."""

    rules: Rules
    procedure: str
    command: Command
    missing: list[str] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def fix(self, refusal: Refusal, state: State | None, recorded: RecordedAction) -> bool:
        """Whether it was adapted to ``refusal`` and may be tried again."""
        if refusal.code is Code.FIELDS:
            return self._mend_fields(refusal)
        if refusal.code in ANOTHER_PERSON and recorded.actor.kind == "staff" and not self.passed:
            return self._pass_on(state, recorded)
        return False

    def _mend_fields(self, refusal: Refusal) -> bool:
        found = {problem.field: problem.problem for problem in refusal.problems}
        surplus = {ProblemCode.UNKNOWN, ProblemCode.NOT_ASKED}
        if not set(found.values()) <= {ProblemCode.MISSING, *surplus}:
            return False
        kept = {name: value for name, value in self.command.fields.items() if found.get(name) not in surplus}
        self.command = replace(self.command, fields=kept)
        self.missing += [name for name, problem in found.items() if problem is ProblemCode.MISSING]
        self.rules = _without_asking(self.rules, self.procedure, self.command.action, frozenset(self.missing))
        return True

    def _pass_on(self, state: State | None, recorded: RecordedAction) -> bool:
        rule = as_taken(self.rules.book.procedures[self.procedure].actions[self.command.action], "staff")
        roles = self.rules.book.roles
        for name in rule.by:
            if not roles[name].is_staff:
                continue
            held, seat = self._holder(name, state)
            if state is not None and seat is None:
                continue
            unit, organisation = (
                (seat.unit, seat.organisation) if seat else (recorded.actor.unit, recorded.actor.organisation)
            )
            self.command = replace(self.command, actor=Actor("staff", organisation, frozenset({held}), unit=unit))
            self.passed.append(Passed(recorded.action, min(recorded.actor.roles, default=""), name))
            return True
        return False

    def _holder(self, name: str, state: State | None) -> tuple[str, Seat | None]:
        """The role and the unit of whoever acts as ``name`` on the case."""
        role = self.rules.book.roles[name]
        if state is None:
            return name, None
        if role.of in ("handling", "co_handling"):
            return name, next(iter(state.units.get(role.of, ())), None)
        for other in deputies(self.rules.book, name):
            if stand_ins := state.units.get(f"{other}/{name}"):
                return other, stand_ins[-1]
        known = state.units.get(name, ())
        return name, known[-1] if known else self.command.seats.find(name, LEVELS[role.of])


Form = TypeVar("Form", Action, Entering)


def _eased(form: Form, names: frozenset[str]) -> Form:
    uses = tuple(FieldUse(use.name, use.required and use.name not in names) for use in form.fields)
    conditions = {name: condition for name, condition in form.asked_if.items() if name not in names}
    return form.model_copy(update={"fields": uses, "asked_if": conditions})


@lru_cache(maxsize=512)
def _without_asking(rules: Rules, procedure: str, action: str, names: frozenset[str]) -> Rules:
    """The same rules, except that the form of ``action`` may leave ``names`` empty."""
    whole = rules.book.procedures[procedure]
    rule = whole.actions[action]
    eased = _eased(rule, names)
    if rule.entered is not None:
        eased = eased.model_copy(update={"entered": _eased(rule.entered, names)})
    actions = {**whole.actions, action: eased}
    procedures = {**rules.book.procedures, procedure: whole.model_copy(update={"actions": actions})}
    return replace(rules, book=rules.book.model_copy(update={"procedures": procedures}))
