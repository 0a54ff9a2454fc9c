"""The way to a stage: shortest, within the conditions, and none where there is none; one search answers for every stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random

import pytest

from huiyin.procedure import State
from huiyin.procedure.way import ways
from huiyin.rules.book.load import Rules, load
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import stages_from
from tests.books import BOOKS
from tests.procedure.cast import Story

BOOK = load("xx-bureau")
MATTER = BOOK.book.procedures["matter"]
STATES = 8
"""So many states of each procedure, beside its first one, are compared with the definition."""


def registered() -> State:
    state = Story(BOOK).begin().state
    assert state is not None
    return state


def test_the_way_from_registration_to_assignment_names_each_step() -> None:
    steps = ways(BOOK, registered()).to(["signed"])
    assert steps[0] == "accept"
    assert steps[1] == "classify"
    assert steps[-1] in ("sign_ordinary", "sign_complex")


def test_what_the_case_is_decides_which_way_it_takes() -> None:
    state = registered()
    classified = replace(state, stage="classified", facts={**state.facts, "kind": "claim", "klass": "complex"})
    assert ways(BOOK, classified).to(["signed"])[-1] == "sign_complex"
    classified = replace(classified, facts={**classified.facts, "klass": "ordinary"})
    assert ways(BOOK, classified).to(["signed"])[-1] == "sign_ordinary"


def test_who_is_there_needs_no_steps() -> None:
    assert ways(BOOK, registered()).to(["registered"]) == ()


def test_no_way_leads_back_from_a_withdrawn_matter() -> None:
    assert ways(BOOK, replace(registered(), stage="withdrawn", ended=True)).to(["signed"]) == ()


def test_the_way_out_of_an_end_is_the_action_that_reopens_it() -> None:
    closed = replace(registered(), stage="closed", ended=True)
    steps = ways(BOOK, closed).to(["reopened"])
    assert steps == ("attach_repeat",)
    assert MATTER.actions[steps[0]].to is None


def test_what_reopens_an_ended_case_leads_nowhere_from_an_open_one() -> None:
    assert ways(BOOK, registered()).to(["reopened"])[-1] == "attach_repeat"


@pytest.mark.parametrize("name", BOOKS)
def test_one_search_says_of_every_action_what_a_search_for_it_alone_says(name: str) -> None:
    rules = load(name)
    for procedure in rules.book.procedures:
        onward = Onward(rules, rules.book.procedures[procedure])
        for state in some_states(rules, procedure):
            found = ways(rules, state)
            for goals in goals_of(rules.book.procedures[procedure]):
                alone = way_to(onward, state, goals)
                assert found.to(goals) == alone, (procedure, state.stage, state.facts, goals)


def some_states(rules: Rules, procedure: str) -> list[State]:
    """States that differ in stage and facts, drawn from all that the rulebook can write down, reachable or not."""
    chance = Random(f"{rules.book.key} {procedure}")
    stages = list(rules.book.procedures[procedure].stages)
    first = {fact: rule.initial for fact, rule in rules.book.facts.items()}
    drawn = [{fact: chance.choice(list(rule.values)) for fact, rule in rules.book.facts.items()} for _ in range(STATES)]
    case = replace(registered(), procedure=procedure, rulebook=rules.book.key)
    return [replace(case, stage=stages[0], facts=first)] + [
        replace(case, stage=chance.choice(stages), facts=facts) for facts in drawn
    ]


def goals_of(procedure: Procedure) -> set[tuple[str, ...]]:
    """The stages in which an action may be taken, for every action."""
    return {stages_from(procedure, action) for action in procedure.actions.values()}


# What a way is, action by action, as plainly as it can be written: a search that ends at the first of the goals.

Place = tuple[str, frozenset[tuple[str, str | None]]]


@dataclass
class Onward:
    """Where each action leads from each place, looked up once for all states and goals."""

    rules: Rules
    procedure: Procedure
    known: dict[Place, list[tuple[str, Place]]] = field(default_factory=dict)

    @cached_property
    def asked(self) -> set[str]:
        """What no action asks for makes no difference to any way."""
        return {fact for action in self.procedure.actions.values() for fact in action.when}

    def start(self, state: State) -> Place:
        return state.stage, frozenset(item for item in state.facts.items() if item[0] in self.asked)

    def steps(self, place: Place) -> list[tuple[str, Place]]:
        """The actions that may be taken there, in the order of the book, each with where it leads."""
        if place not in self.known:
            self.known[place] = [
                (name, reached)
                for name, action in self.procedure.actions.items()
                if (reached := after(self.rules, self.procedure, action, place, self.asked)) is not None
            ]
        return self.known[place]


def way_to(onward: Onward, state: State, goals: Collection[str]) -> tuple[str, ...]:
    """The shortest sequence of actions from the case's stage to one of ``goals``; empty when there is none, or none is needed."""
    start = onward.start(state)
    before: dict[Place, tuple[str, ...]] = {start: ()}
    waiting = deque([start])
    while waiting:
        place = waiting.popleft()
        if place[0] in goals:
            return before[place]
        for name, reached in onward.steps(place):
            if reached not in before:
                before[reached] = (*before[place], name)
                waiting.append(reached)
    return ()


def after(rules: Rules, procedure: Procedure, action: Action, place: Place, asked: set[str]) -> Place | None:
    """Where ``action`` leads from ``place``; None when it may not be taken there."""
    stage, known = place
    facts: dict[str, str | None] = dict(known)
    ends = procedure.stages[stage].end
    to = action.reopens if ends and action.reopens else action.to
    if stage not in stages_from(procedure, action) or not may_hold(action, facts):
        return None
    for fact, source in action.sets.items():
        facts[fact] = None if source.startswith("$") else source
    for opening in action.opens:
        fact = rules.book.roles[procedure.duties[opening.duty].of].seat_fact
        if fact is not None and fact not in action.when:
            facts[fact] = None  # Whether that organ works in the system, nobody knows beforehand.
    return to or stage, frozenset(item for item in facts.items() if item[0] in asked)


def may_hold(action: Action, facts: Mapping[str, str | None]) -> bool:
    """Whether the facts may be as ``action`` asks; what a form will say is not known."""
    return all(
        (value := facts.get(fact)) is None or comparison.holds(value) for fact, comparison in action.when.items()
    )
