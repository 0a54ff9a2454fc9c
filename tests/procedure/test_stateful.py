"""Whoever tries whatever on a case of whatever shipped procedure, in any order and at any time: what must hold, holds after each step.

Most steps are lawful, so that cases get far: how far is counted, and a run that does not meet most of what a book has fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar, Final

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huiyin.casework.labels import explain
from huiyin.procedure import Actor, Code, Command, Refusal, Seats, State, decide, evolve, replay
from huiyin.procedure.event import ActionTaken, CaseOpened, DutyOpened, Event, LimitExtended, NoticeIssued
from huiyin.procedure.guard import role_of
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import Rules, load
from huiyin.rules.book.schema import ACCUSED_WRITTEN, CUSTODIAN, Action
from huiyin.rules.prover.state_space import Node
from tests.books import LAW, PROCEDURES
from tests.procedure.attempts import BACKWARDS, GAPS, Attempts
from tests.procedure.cast import NOW, OWN_SEATS, SEATS, SYSTEM
from tests.procedure.guide import Step, guide
from tests.searching import examples

SURROUNDINGS: Final = {
    "every unit is known": SEATS,
    "nothing above is known": Seats((OWN_SEATS,)),
    "one level above is known": Seats((OWN_SEATS, SEATS.levels[1])),
    "nobody accepts": Seats(({role: seat for role, seat in OWN_SEATS.items() if role != "intake"}, *SEATS.levels[1:])),
}

SHARES: Final = {
    "go_on": 6,
    "do_what_is_owed": 1,
    "do_what_is_new": 3,
    "do_anything_lawful": 0,
    "let_a_limit_run_out": 1,
    "try_what_should_not_be": 3,
    "act_by_a_clock_that_is_slow": 1,
}
"""How often what is done, out of fifteen."""

LARGE: Final = 20
"""A procedure with more actions is walked longer."""
FAR: Final = {"stages": 0.7, "actions": 0.75, "steps": 0.4}
ALL: Final = {"stages": 1, "actions": 0.9, "steps": 0.7}
"""What must be met of what can be, in a large and in a small procedure. Few do everything at every stage where they may."""
REPLAYED_EACH: Final = 4
"""A case is replayed from its beginning where the number of its events is a multiple of this, and when it has ended; each step of it
is checked by itself too.
"""
BRISK: Final = ("go_on", "do_what_is_owed")
"""Otherwise so much time passes on the way that no period for a remedy is still open."""

chances = st.integers(0, 2**32 - 1)


def _of_custody(action: Action) -> bool:
    """Whether it is about whom a case accuses, which is said after its end as well."""
    return action.identifies or action.by == (CUSTODIAN,) or ACCUSED_WRITTEN in action.marks


class AnyCase(RuleBasedStateMachine):
    """One case of ``procedure`` under the book ``name``, and everybody who has to do with it."""

    name: ClassVar[str]
    procedure: ClassVar[str]
    met: ClassVar[Counter[tuple[str, str]]]
    refused: ClassVar[Counter[Code]]

    def __init__(self) -> None:
        super().__init__()
        self.rules: Rules = load(self.name)
        self.state: State | None = None
        self.history: list[Event] = []
        self.checked = 0
        self.seen: set[Step] = set()

    @initialize(seed=chances, surroundings=st.sampled_from([*[next(iter(SURROUNDINGS))] * 3, *SURROUNDINGS]))
    def somebody_comes(self, seed: int, surroundings: str) -> None:
        self.seed, self.surroundings = seed, surroundings
        self.guide = guide(self.name, self.procedure)
        self.people = Attempts(self.rules, self.procedure, Random(seed), NOW)
        self.goals = self.people.chance.sample(self.guide.steps, len(self.guide.steps))
        self.begin()

    def begin(self) -> None:
        """A case begins, after some attempts."""
        self.state, self.history, self.checked = None, [], 0
        self.road: list[tuple[str, Node]] = []
        self.people.seats = SURROUNDINGS[self.surroundings]
        for lawful in (False, True, True):
            if self.state is None:
                self.try_to(self.people.beginning(lawful))
        if self.state is None:
            self.people.seats = SEATS
        while self.state is None:
            self.try_to(self.people.beginning(lawful=True))

    # --- what is done ------------------------------------------------------------------------------------------------

    @rule(how=st.sampled_from([how for how, share in SHARES.items() for _ in range(share)]), seed=chances, gap=st.sampled_from(GAPS))  # fmt: skip
    def somebody_acts(self, how: str, seed: int, gap: timedelta) -> None:
        """Time passes, and something is done or tried; chance begins anew, so that a step says much the same without the others."""
        assert self.state is not None
        self.people.chance.seed(f"{self.seed} {seed} {self.state.seq}")
        if self.state.ended and self.people.chance.random() < 0.4:
            self.begin()
        self.people.at += gap if how not in BRISK else min(gap, timedelta(hours=7))
        getattr(self, how)(self.state)

    def go_on(self, state: State) -> None:
        """Take the next step on the way to a goal, a far corner of the procedure; seek another when the way is lost."""
        if not self.road and not self.find_road(state):
            if state.ended:
                self.begin()
            else:
                self.do_what_is_new(state)
            return
        action, after = self.road.pop(0)
        for who in [who for name, who in self.people.offered(state) if name == action]:
            for _ in range(8):
                wish = self.people.command(action, who, state, self.people.form(action, state, state.facts))
                if self.leads_to(state, wish, after):
                    self.try_to(wish)
                    return
        self.road = []

    def find_road(self, state: State) -> bool:
        """Choose a goal to which a way leads from here; False when none was found."""
        for goal in self.goals[:12]:
            self.goals.remove(goal)
            self.road = self.guide.road(state, goal)
            if self.road:
                return True
            self.goals.append(goal)
        return False

    def leads_to(self, state: State, wish: Command, after: Node) -> bool:
        outcome = decide(self.rules, state, wish)
        if isinstance(outcome, Refusal):
            return False
        return self.guide.where(outcome.state) == after[:3]

    def do_what_is_owed(self, state: State) -> None:
        """Whoever owes something does it, or takes a step that leads there."""
        owed = {duty.kind for duty in state.duties}
        moving = {name for name, action in self.people.rule.actions.items() if owed & {*action.discharges}}
        offers = self.people.offered(state)
        self.take([offer for offer in offers if offer[0] in moving] or offers)

    def do_what_is_new(self, state: State) -> None:
        """What was not done yet at this stage is done, so that by-ways are met too."""
        offers = self.people.offered(state)
        self.take([offer for offer in offers if (state.stage, offer[0]) not in self.seen] or offers)

    def do_anything_lawful(self, state: State) -> None:
        self.take(self.people.offered(state))

    def let_a_limit_run_out(self, state: State) -> None:
        """The clock passes what is due, and the system acts where the book says so."""
        if state.duties:
            duty = self.people.chance.choice(state.duties)
            self.people.at = max(self.people.at, duty.due_at + timedelta(seconds=1))
            on_due = self.people.rule.duties[duty.kind].on_due
            self.take([(on_due, SYSTEM)] if on_due else self.people.offered(state))

    def try_what_should_not_be(self, state: State) -> None:
        people, chance = self.people, self.people.chance
        offers = people.offered(state)
        name, who = chance.choice([*people.rule.actions, "no-such-action"]), people.anybody(state)
        if offers and chance.random() < 0.6:
            name, lawful = chance.choice(offers)
            who = chance.choice([lawful, who])
        form = people.form(name, state, state.facts) if name in people.rule.actions else {}
        self.try_to(people.command(name, who, state, people.spoilt(name, form) if chance.random() < 0.7 else form))

    def act_by_a_clock_that_is_slow(self, state: State) -> None:
        at = self.people.at
        self.people.at += self.people.chance.choice(BACKWARDS)
        self.take(self.people.offered(state))
        self.people.at = at

    # --- how it is done ----------------------------------------------------------------------------------------------

    def take(self, offers: Sequence[tuple[str, Actor]]) -> None:
        """Take one of ``offers`` with a form that passes by itself; what stands in its way otherwise, is found out."""
        if offers:
            assert self.state is not None
            name, actor = self.people.chance.choice(offers)
            form = self.people.form(name, self.state, self.state.facts)
            self.try_to(self.people.command(name, actor, self.state, form))

    def try_to(self, wish: Command) -> None:
        """Decide on ``wish`` twice, and check what comes of it."""
        before = codec.dumps(self.state) if self.state else ""
        outcome = decide(self.rules, self.state, wish, self.procedure)
        assert outcome == decide(self.rules, self.state, wish, self.procedure)
        if isinstance(outcome, Refusal):
            assert (codec.dumps(self.state) if self.state else "") == before
            self.is_explained(outcome)
        else:
            self.was_lawful(wish, outcome.events)
            for event in outcome.events:
                self.state = evolve(self.state, event)
            assert outcome.state == self.state
            self.history += outcome.events

    # --- what must hold ----------------------------------------------------------------------------------------------

    def is_explained(self, refusal: Refusal) -> None:
        """In both languages, with the clause or what would help; and it is no fault of the book."""
        self.refused[refusal.code] += 1
        assert refusal.code is not Code.NOBODY_WOULD_OWE
        for language in ("zh-hans", "en"):
            with override(language):
                said = explain(self.rules, self.procedure, refusal, self.state)
            assert said.why
            assert said.cites or said.remedy
            assert all(error.message for error in said.errors)
            assert "“”" not in said.why + said.remedy
        assert bool(refusal.problems) == (refusal.code is Code.FIELDS)

    def was_lawful(self, wish: Command, outcome: tuple[Event, ...]) -> None:
        """What was done is what the book lets this actor do at this stage; and each fact says under which clause."""
        state, actor, action = self.state, wish.actor, self.people.rule.actions[wish.action]
        (taken,) = [event for event in outcome if isinstance(event, ActionTaken)]
        if state is None:
            assert isinstance(outcome[0], CaseOpened)
        else:
            self.met[state.stage, wish.action] += 1
            self.seen.add((state.stage, wish.action))
            anywhere = "any" in action.from_stages and (not state.ended or _of_custody(action))
            assert state.stage in action.from_stages or anywhere
            assert not actor.within & state.accused_units
            assert actor.person not in state.accused_people
            assert actor.kind != "staff" or actor.person not in state.recused
            assert role_of(self.rules, action, state, actor) == taken.role
            assert not [name for name in action.not_by if actor.person in state.takers.get(name, ())]
        assert self.rules.book.roles[taken.role].of == actor.kind or actor.kind == "staff"
        assert taken.clause
        for event in outcome:
            clauses = event.duty.clause if isinstance(event, DutyOpened) else getattr(event, "clause", taken.clause)
            assert clauses
            assert {*clauses} <= {*self.rules.book.clauses}

    @invariant()
    def all_is_well(self) -> None:
        state = self.state
        if state is None or state.seq == self.checked:
            return
        self.checked = state.seq
        if state.seq % REPLAYED_EACH == 0 or state.ended:
            assert state == replay(self.history)
        assert state == codec.loads(codec.dumps(state))
        assert [codec.loads(codec.dumps(event)) for event in self.history[-3:]] == self.history[-3:]
        rule = self.people.rule
        assert state.ended == rule.stages[state.stage].end
        # What is open after the end outlasts it; before, somebody owes something.
        left = [rule.duties[duty.kind] for duty in state.duties]
        assert all(one.outlasts or one.of == CUSTODIAN for one in left) if state.ended else left
        self.duties_have_owners(state)
        self.limits_hold(state)
        ids = [event.duty.id for event in self.history if isinstance(event, DutyOpened)]
        ids += [event.notice for event in self.history if isinstance(event, NoticeIssued)]  # type: ignore[misc]
        assert len(set(ids)) == len(ids)

    def duties_have_owners(self, state: State) -> None:
        for duty in state.duties:
            role = self.rules.book.roles[duty.role]
            # What is left to do when a case has ended keeps it from no end, though nobody is there to do it.
            assert state.ended or (duty.seat is None) == (role.of in ("petitioner", "system"))
            assert duty.seat is None or duty.seat.unit not in state.accused_units
            assert duty.assignee is None or duty.assignee not in state.recused | state.accused_people
            assert duty.opened_at.tzinfo is not None
            self.is_due_in_time(state, duty.due_at, duty.opened_at, duty.limit)
        for seat in (*state.units.get("handling", ()), *state.units.get("co_handling", ())):
            assert seat.unit not in state.accused_units

    def is_due_in_time(self, state: State, due_at: datetime, opened_at: datetime, limit: str) -> None:
        """Not before it was opened, unless its time had begun to run before."""
        rule = self.people.rule.limits[limit]
        begun = state.moments.get(rule.start)
        assert due_at >= opened_at or (begun is not None and begun < opened_at) or rule.by_field

    def limits_hold(self, state: State) -> None:
        for limit, days in state.extensions.items():
            most = self.people.rule.limits[limit].extendable
            assert most is not None
            assert 0 <= days <= most.amount
        for spans in state.pauses.values():
            assert sum(span.end is None for span in spans) <= 1
        assert all(event.days for event in self.history if isinstance(event, LimitExtended))


def machine(name: str, procedure: str) -> type[AnyCase]:
    """The machine for one procedure, with counts of its own."""
    counts = {"name": name, "procedure": procedure, "met": Counter(), "refused": Counter()}
    return type(f"Case of {name} {procedure}", (AnyCase,), counts)


@pytest.mark.hypothesis
@pytest.mark.parametrize(
    ("name", "procedure"),
    [
        pytest.param(*one.values, marks=one.marks if one.values[0] == LAW else pytest.mark.exhaustive, id=one.id)
        for one in PROCEDURES
    ],
)
def test_whatever_is_tried_on_a_case_what_must_hold_holds(name: str, procedure: str) -> None:
    kind = machine(name, procedure)
    large = len(load(name).book.procedures[procedure].actions) > LARGE
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples(13 if large else 60),
            stateful_step_count=150 if large else 60,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert_it_got_far(kind, large)


def assert_it_got_far(kind: type[AnyCase], large: bool) -> None:
    """Most stages, actions and actions in each stage were met, and not only lawful things were tried."""
    actions = load(kind.name).book.procedures[kind.procedure].actions
    identifying = {name for name, rule in actions.items() if _of_custody(rule)}  # moves nothing, is walked apart
    can = {*guide(kind.name, kind.procedure).steps}
    met = {(stage, action) for stage, action in kind.met if action not in identifying}
    assert met <= can, "the search of the prover does not know what really happened"
    counts = {
        "stages": (len({stage for stage, _ in met}), len({stage for stage, _ in can})),
        "actions": (len({action for _, action in met}), len({action for _, action in can})),
        "steps": (len(met), len(can)),
    }
    print(kind.__name__, counts, f"{sum(kind.met.values())} taken, {sum(kind.refused.values())} refused")
    for what, least in (FAR if large else ALL).items():
        reached, of = counts[what]
        assert reached >= least * of, (what, reached, of, sorted(can - met))
    assert {Code.WRONG_ROLE, Code.WRONG_STAGE, Code.FIELDS} <= {*kind.refused}
