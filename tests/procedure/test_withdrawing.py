"""What staff take back for a petitioner: asked for by one, confirmed by another, contested by the petitioner. In every book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Actor, Code
from huiyin.procedure.command import PersonId
from huiyin.procedure.guard import forbidden
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.steps import as_taken, is_in_person, stages_from, takes_back
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


def test_nothing_is_asked_for_where_nothing_could_be_taken_back_and_that_stage_is_not_named_among_those_where_it_is() -> (
    None
):
    story = Story(NATIONAL).begin().do("accept").do("assign").do("investigate").do("propose_opinion")
    story.do("approve_opinion").do("serve_reply")
    refused = story.refuse("request_withdrawal", "registrar", **CAME)
    assert refused.code is Code.WRONG_STAGE
    assert "replied" not in refused.needs["stages"] and {"registered", "review"} <= set(refused.needs["stages"])


@pytest.mark.parametrize("rules", BOOKS, ids=lambda rules: str(rules.book.rulebook))
def test_a_second_withdrawal_is_not_entered_while_one_waits(rules: Rules) -> None:
    opening = {"request_withdrawal": ("confirm_withdrawal",)}
    matter = rules.book.procedures["matter"]
    asking = matter.actions.get("request_withdrawal")
    assert asking is None or asking.unless_open == opening["request_withdrawal"]
    if rules is not NATIONAL:
        return
    story = Story(rules).begin().do("request_withdrawal", "registrar", **CAME)
    assert story.refuse("request_withdrawal", "registrar").code is Code.DUTY_FIRST
    assert story.refuse("request_withdrawal").code is Code.DUTY_FIRST
    story.do("keep_matter").do("request_withdrawal", "registrar", **CAME)
    assert story.state is not None and len(story.state.open_duties("confirm_withdrawal")) == 1


def test_whose_code_staff_had_in_their_hands_asks_and_does_not_withdraw() -> None:
    story = Story(NATIONAL).begin()
    assert story.state is not None
    seen = replace(ACTORS["petitioner"], code_was_seen=True)
    refused = forbidden(NATIONAL, story.state, "withdraw", seen, NOW)
    assert refused is not None and refused.code is Code.CODE_SEEN
    assert forbidden(NATIONAL, story.state, "request_withdrawal", seen, NOW) is None
    assert forbidden(NATIONAL, story.state, "withdraw", ACTORS["petitioner"], NOW) is None


@pytest.mark.parametrize("rules", BOOKS, ids=lambda rules: str(rules.book.rulebook))
def test_a_code_that_staff_had_in_their_hands_neither_serves_nor_consents_nor_judges_and_keeps_every_remedy(
    rules: Rules,
) -> None:
    for procedure in rules.book.procedures.values():
        theirs = {name: rule for name, rule in procedure.actions.items() if "petitioner" in rule.by}
        alone = {name for name, rule in theirs.items() if is_in_person(procedure, rule)}
        assert {name for name, rule in theirs.items() if rule.receives} <= alone
        assert theirs.keys() & {"choose_electronic", "rate", "withdraw", "decline_follow_up"} <= alone
        assert not alone & {name for name, rule in theirs.items() if rule.remedy}
        assert not alone & {"supplement", "request_withdrawal", "keep_matter", "request_recusal", "contest_repeat"}


def test_what_a_seen_code_does_not_do_is_refused_only_where_all_else_would_let_it() -> None:
    story = Story(NATIONAL).begin()
    assert story.state is not None
    seen = replace(ACTORS["petitioner"], code_was_seen=True)
    barred = forbidden(NATIONAL, story.state, "choose_electronic", seen, NOW)
    early = forbidden(NATIONAL, story.state, "receive_reply", seen, NOW)
    assert barred is not None and barred.code is Code.CODE_SEEN
    assert early is not None and early.code is Code.WRONG_STAGE


def test_whoever_asked_for_a_withdrawal_does_not_find_that_it_is_not_so() -> None:
    for rules in BOOKS:
        decline = rules.book.procedures["matter"].actions.get("decline_withdrawal")
        if decline is None:
            continue
        procedure = rules.book.procedures["matter"]
        assert decline.not_by == ("request_withdrawal",) and decline.required["confirm_why"]
        assert procedure.notices[decline.notice[0]].to == "petitioner"
        assert procedure.notices[procedure.actions["keep_matter"].notice[0]].to == "petitioner"
