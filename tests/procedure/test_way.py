"""The way to a stage: shortest, within the conditions, and none where there is none."""

from __future__ import annotations

from dataclasses import replace

from huiyin.procedure import State
from huiyin.procedure.way import way
from huiyin.rules.book.load import load
from tests.procedure.cast import Story

BOOK = load("xx-bureau")
MATTER = BOOK.book.procedures["matter"]


def registered() -> State:
    state = Story(BOOK).begin().state
    assert state is not None
    return state


def test_the_way_from_registration_to_assignment_names_each_step() -> None:
    steps = way(MATTER, registered(), ["signed"])
    assert steps[0] == "accept"
    assert steps[1] == "classify"
    assert steps[-1] in ("sign_ordinary", "sign_complex")


def test_what_the_case_is_decides_which_way_it_takes() -> None:
    state = registered()
    classified = replace(state, stage="classified", facts={**state.facts, "kind": "claim", "klass": "complex"})
    assert way(MATTER, classified, ["signed"])[-1] == "sign_complex"
    classified = replace(classified, facts={**classified.facts, "klass": "ordinary"})
    assert way(MATTER, classified, ["signed"])[-1] == "sign_ordinary"


def test_who_is_there_needs_no_steps() -> None:
    assert way(MATTER, registered(), ["registered"]) == ()


def test_no_way_leads_back_from_a_withdrawn_matter() -> None:
    assert way(MATTER, replace(registered(), stage="withdrawn", ended=True), ["signed"]) == ()


def test_the_way_out_of_an_end_is_the_action_that_reopens_it() -> None:
    closed = replace(registered(), stage="closed", ended=True)
    steps = way(MATTER, closed, ["reopened"])
    assert steps == ("attach_repeat",)
    assert MATTER.actions[steps[0]].to is None


def test_what_reopens_an_ended_case_leads_nowhere_from_an_open_one() -> None:
    assert way(MATTER, registered(), ["reopened"])[-1] == "attach_repeat"
