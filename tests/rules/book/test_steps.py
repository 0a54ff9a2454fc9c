"""What stages and conditions mean, each case of it."""

from __future__ import annotations

import re

import pytest

from huiyin.rules.book.conditions import Comparison
from huiyin.rules.book.load import load
from huiyin.rules.book.schema import START, Action, Procedure
from huiyin.rules.book.steps import (
    applies,
    begins_case,
    can_move,
    end_of,
    is_asked,
    leads_to,
    may_meet,
    meets,
    next_stage,
    only_from_ends,
    stages_from,
    turns_away,
    unmet,
)
from tests.conftest import ROOT

CITED = {"zh": "名称", "clause": "1"}
PROCEDURE = Procedure.model_validate(
    {
        **CITED,
        "stages": {"new": CITED, "busy": CITED, "done": {**CITED, "end": True}, "dropped": {**CITED, "end": True}},
        "actions": {"register": {**CITED, "by": "clerk", "from": "start", "to": "new"}},
    }
)


def action(**said: object) -> Action:
    return Action.model_validate({**CITED, "by": "clerk", **said})


def test_any_is_every_stage_but_the_ends_and_comes_before_what_is_named() -> None:
    anywhere = action(**{"from": ["any", "done"]})
    assert [stage for stage in PROCEDURE.stages if applies(PROCEDURE, anywhere, stage)] == ["new", "busy", "done"]
    assert stages_from(PROCEDURE, anywhere) == ("new", "busy", "done")
    assert stages_from(PROCEDURE, action(**{"from": ["busy", "any"]})) == ("new", "busy")


def test_what_begins_a_case_applies_in_no_stage() -> None:
    begins = PROCEDURE.actions["register"]
    assert begins_case(begins)
    assert stages_from(PROCEDURE, begins) == ()
    assert next_stage(PROCEDURE, begins, START) == "new"


@pytest.mark.parametrize(
    ("stage", "follows"), [("new", "busy"), ("busy", "busy"), ("done", "new"), ("dropped", "new"), (START, "busy")]
)
def test_an_end_is_left_for_what_is_reopened_and_every_other_stage_for_the_next(stage: str, follows: str) -> None:
    both = action(**{"from": ["any", "done", "dropped", "start"]}, to="busy", reopens="new")
    assert next_stage(PROCEDURE, both, stage) == follows


def test_an_action_without_a_next_stage_leaves_the_case_where_it_is() -> None:
    stays = action(**{"from": "any"})
    assert next_stage(PROCEDURE, stays, "busy") == "busy"
    assert not can_move(stays)
    assert can_move(action(**{"from": "done"}, reopens="new"))


def test_the_next_stage_is_named_by_where_an_action_leads_or_what_it_reopens() -> None:
    assert leads_to(action(**{"from": "new"}, to="busy")) == "busy"
    assert leads_to(action(**{"from": "done"}, reopens="new")) == "new"
    assert leads_to(action(**{"from": "new"})) is None


@pytest.mark.parametrize(
    ("stages", "only"), [(["done", "dropped"], True), (["done", "busy"], False), ("any", False), ("start", False)]
)
def test_an_action_is_for_ends_alone_when_every_stage_that_it_names_is_one(stages: object, only: bool) -> None:
    assert only_from_ends(PROCEDURE, action(**{"from": stages})) is only


@pytest.mark.parametrize(
    ("name", "away", "onward"),
    [("xx-bureau", "decline", "report_linked"), ("science-bureau", "file_letter", "close_aftercare")],
)
def test_what_does_all_that_is_left_turns_nobody_away(name: str, away: str, onward: str) -> None:
    matter = load(name).book.procedures["matter"]
    assert (turns_away(matter, away), turns_away(matter, onward)) == (True, False)


CONDITION = {"kind": Comparison(allow=frozenset({"claim"})), "group": Comparison(forbid=frozenset({"yes"}))}


def test_a_condition_is_passed_by_facts_that_pass_each_comparison() -> None:
    assert meets(CONDITION, {"kind": "claim", "group": "no"})
    assert unmet(CONDITION, {"kind": "report", "group": "yes"}) == ("kind", "group")
    assert unmet(CONDITION, {"kind": "claim", "group": "yes"}) == ("group",)


def test_a_fact_that_is_not_known_may_still_pass() -> None:
    assert may_meet(CONDITION, {"kind": None})
    assert not may_meet(CONDITION, {"kind": None, "group": "yes"})


@pytest.mark.parametrize("entry", ["yes", True, ["no", "yes"], ("yes",)])
def test_a_field_is_asked_for_when_the_other_holds_one_of_the_values(entry: object) -> None:
    asks = action(**{"from": "new"}, fields=["heard", "reason?"], asked_if={"reason": {"heard": "yes"}})
    assert is_asked(asks, "reason", {"heard": entry}, {}) is True
    assert is_asked(asks, "reason", {"heard": "no"}, {"heard": "yes"}) is False
    assert is_asked(asks, "reason", {}, {"heard": "yes"}) is True
    assert is_asked(asks, "heard", {}, {}) is None


def test_an_end_is_where_an_action_takes_a_case_that_goes_on_no_further() -> None:
    leading = (action(**{"from": "new", "to": to}) for to in ("done", "busy"))
    assert [end_of(PROCEDURE, one) for one in (*leading, action(**{"from": "done"}))] == ["done", None, None]


SAID_AGAIN = re.compile(
    r"\.to or \w+\.reopens|stages\[(str\()?\w+\.to( or \"\")?\)?\]\.end|(START|ANY) (not )?in \w+\.from_stages"
)


def test_what_stages_mean_is_said_in_one_place() -> None:
    """Where an action begins, where it leads and whether it ends a case: engine, prover and pages ask ``rules/book/steps.py``."""
    source = ROOT / "src" / "huiyin"
    again = [
        f"{path.relative_to(source)}: {found[0]}"
        for path in source.rglob("*.py")
        for found in SAID_AGAIN.finditer(path.read_text(encoding="utf-8"))
        if path.name != "steps.py"
    ]
    assert again == []
