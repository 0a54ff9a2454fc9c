"""What staff take back for a petitioner: asked for by one, confirmed by another, contested by the petitioner. In every book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Actor, Code
from huiyin.procedure.command import PersonId
from huiyin.procedure.guard import forbidden
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.steps import as_taken, stages_from, takes_back
from tests.procedure.cast import ACTORS, NOW, Story
from tests.procedure.test_outside import asked

NATIONAL = load("national-2022")
BOOKS = [load(name) for name in shipped()]
CAME = {"came_by": "phone", "sent_on": date(2026, 3, 2), "came_on": date(2026, 3, 2)}


def another(actor: Actor) -> Actor:
    """Somebody else in the same post."""
    return replace(actor, person=PersonId(ACTORS["intake"].person))


@pytest.mark.parametrize("rules", BOOKS, ids=lambda rules: str(rules.book.rulebook))
def test_no_member_of_staff_ends_or_takes_back_anything_for_a_petitioner_alone(rules: Rules) -> None:
    for name, procedure in rules.book.procedures.items():
        ends = {stage for stage, rule in procedure.stages.items() if rule.ending == "withdrawn"}
        taken = [
            action
            for action, rule in procedure.actions.items()
            if rule.entered is not None and (rule.to in ends or takes_back(procedure, rule))
        ]
        assert taken or name != "matter"
        for action in taken:
            rule = as_taken(procedure.actions[action], "staff")
            assert rule.while_open and rule.after and rule.not_by, (name, action)
            entered = procedure.actions[rule.not_by[-1]].as_entered
            assert not set(entered.by) & set(rule.by), (name, action)  # another post, too
            assert set(stages_from(procedure, entered)) >= set(stages_from(procedure, rule))


def test_an_organ_outside_gets_no_withdrawal_that_one_person_here_entered() -> None:
    story = asked().do("request_withdrawal", "registrar", **CAME).wait(10)
    assert story.refuse("withdraw_review", "registrar").code is Code.SAME_PERSON
    assert story.refuse("withdraw_review", "unit_head").code is Code.WRONG_ROLE
    story.do("withdraw_review", another(ACTORS["registrar"]))
    assert story.state is not None and story.state.stage == "replied"
    assert story.notices == ["review_withdrawal", "review_recalled"]


def test_nothing_is_asked_for_where_nothing_could_be_taken_back() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign").do("investigate").do("propose_opinion")
    story.do("approve_opinion").do("serve_reply")
    assert story.refuse("request_withdrawal", "registrar", **CAME).code is Code.WRONG_STAGE


def test_whose_code_staff_had_in_their_hands_asks_and_does_not_withdraw() -> None:
    story = Story(NATIONAL).begin()
    assert story.state is not None
    seen = replace(ACTORS["petitioner"], code_was_seen=True)
    refused = forbidden(NATIONAL, story.state, "withdraw", seen, NOW)
    assert refused is not None and refused.code is Code.CODE_SEEN
    assert forbidden(NATIONAL, story.state, "request_withdrawal", seen, NOW) is None
    assert forbidden(NATIONAL, story.state, "withdraw", ACTORS["petitioner"], NOW) is None
