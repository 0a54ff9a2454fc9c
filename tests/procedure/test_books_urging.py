"""Supervision in rising levels, in every book that takes the module in: the clock runs until the result is there."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, OFFICE, Story, staff

BOOK = load("urging")
DUE = date(2026, 3, 9)


def urged() -> Story:
    """The fire department is to bring a result within a week."""
    return Story(BOOK, "urging").begin("remind", "supervisor", urged_unit=FIRE.unit, result_by=DUE)


def test_a_reminder_says_by_when_and_an_answer_in_writing_does_not_stop_the_clock() -> None:
    story = urged()
    assert story.notices == ["reminder"]
    assert story.owed == {"feedback": "handler", "result": "handler", "rise": "supervisor"}
    assert story.do("feed_back").due("result") == DUE


def test_it_rises_step_by_step_only_after_the_time_and_the_clock_stays_where_it_is() -> None:
    story = urged()
    assert story.refuse("send_letter").code is Code.TOO_EARLY
    story.wait(8)
    assert story.refuse("bring_before_head").code is Code.CONDITION, "no level is skipped"
    letters = [story.do(action).notices[-1] for action in ("send_letter", "bring_before_head", "report_above")]
    assert letters == ["letter", "head_order", "report_above"]
    assert story.due("result") == DUE, "only the result stops it"


def reported_above() -> Story:
    story = urged().wait(8)
    for action in ("send_letter", "bring_before_head", "report_above"):
        story.do(action)
    return story


def test_what_is_reported_above_is_owed_there_and_answered_here() -> None:
    story = reported_above()
    assert story.owed["supervise_above"] == "urging_above" and "hand_over_above" not in story.owed
    assert story.refuse("record_above", staff("urging_above")).code is Code.CONDITION
    assert story.do("order_above").notices[-1] == "above_order"
    assert story.owed["feedback_above"] == "handler"
    story.do("answer_above")
    assert story.owed == {
        "feedback": "handler",
        "feedback_letter": "handler",
        "feedback_head": "handler",
        "result": "handler",
    }


def test_once_the_result_is_there_nothing_is_owed_above() -> None:
    assert set(reported_above().do("report_result").owed) == {"check"}


def test_a_result_is_checked_by_another_and_a_false_one_goes_on() -> None:
    story = urged().do("report_result", staff("handler", "身兼二职", FIRE))
    assert story.refuse("publish_urged", staff("supervisor", "身兼二职")).code is Code.SAME_PERSON
    story.do("refuse_result", result_by=date(2026, 3, 20))
    assert (story.stage, story.due("result")) == ("urged", date(2026, 3, 20))
    assert story.do("report_result").do("publish_urged").stage == "published"


def test_proposals_are_answered_before_anything_is_published() -> None:
    story = urged().do("record_spot").do("propose_change").do("propose_change").do("report_result")
    assert story.refuse("publish_urged").code is Code.DUTY_FIRST
    story.do("answer_proposal")
    assert story.refuse("publish_urged").code is Code.DUTY_FIRST, "each proposal has its own answer"
    assert story.do("answer_proposal").do("publish_urged").stage == "published"


@pytest.mark.parametrize(
    ("book", "procedure", "action", "field"),
    [
        ("urging", "urging", "remind", "urged_unit"),
        ("national-2022", "supervision", "order", "supervised_unit"),
        ("accountability", "accountability", "raise_failure", "failed_unit"),
        ("inspections", "inspection", "plan_inspection", "inspected_unit"),
    ],
)
def test_nobody_supervises_their_own_unit(book: str, procedure: str, action: str, field: str) -> None:
    refusal = Story(load(book), procedure).refuse(action, "supervisor", **{field: OFFICE.unit})
    assert [(one.field, one.problem) for one in refusal.problems] == [(field, ProblemCode.OWN_UNIT)]


@pytest.mark.parametrize("name", ["xx-bureau", "street-office", "squad-rules", "science-bureau", "company"])
def test_every_institution_has_it(name: str) -> None:
    assert {"remind", "send_letter", "bring_before_head", "report_above"} <= set(
        load(name).book.procedures["urging"].actions
    )
