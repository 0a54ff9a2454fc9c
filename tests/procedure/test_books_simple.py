"""Simple handling, as the national book offers it beside the ordinary way."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code
from huiyin.rules.book.load import load
from tests.procedure.cast import Story, staff

BOOK = load("national-2022")


def simple(kind: str = "claim") -> Story:
    """A matter taken the simple way on the day it came."""
    return Story(BOOK).begin().do("accept_simple", kind=kind)


def test_it_is_accepted_within_three_working_days_and_answered_within_ten() -> None:
    assert Story(BOOK).begin().wait(3).do("accept_simple").notices == ["acceptance"]
    assert Story(BOOK).begin().wait(4).refuse("accept_simple").code is Code.WINDOW_CLOSED
    assert (simple().owed, simple().due("handle_simple")) == ({"handle_simple": "handler"}, date(2026, 3, 16))


@pytest.mark.parametrize("facts", [{"source": "referred"}, {"group": "yes"}])
def test_what_comes_from_above_or_from_a_group_goes_the_ordinary_way(facts: dict[str, str]) -> None:
    assert Story(BOOK).begin(facts=facts).refuse("accept_simple").code is Code.CONDITION


def test_the_officer_says_which_case_applies_and_that_none_is_excluded() -> None:
    refusal = Story(BOOK).begin().refuse("accept_simple", simple_ground="any", not_excluded=False)
    assert {problem.field for problem in refusal.problems} == {"simple_ground", "not_excluded"}


def test_the_simple_reply_opens_the_same_remedies() -> None:
    story = simple().do("answer_simple", simple_result="support")
    assert (story.stage, story.notices) == ("replied", ["simple_reply"])
    assert story.owed == {"conclude": "registrar", "carry_out": "handler"}
    assert story.wait(30).do("apply_review").owed == {"carry_out": "handler", "review": "reviewer"}


def test_a_request_cannot_be_turned_down_the_simple_way() -> None:
    assert {problem.field for problem in simple().refuse("answer_simple", simple_result="not_support").problems} == {
        "simple_result"
    }


def test_who_answered_the_simple_way_does_not_review_it() -> None:
    story = simple().do("answer_simple", staff("handler", "后调任")).do("apply_review")
    assert story.refuse("decide_review", staff("reviewer", "后调任")).code is Code.SAME_PERSON


def test_what_proves_complex_goes_the_ordinary_way_with_the_original_clock() -> None:
    story = Story(BOOK).begin().do("accept_simple").wait(9).do("go_ordinary")
    assert (story.stage, story.notices, story.due("handle")) == ("assigned", ["ordinary"], date(2026, 5, 6))
    assert Story(BOOK).begin().do("accept").do("assign").due("handle") == date(2026, 5, 6)


def test_a_suggestion_is_answered_and_that_is_all() -> None:
    story = simple("suggestion")
    assert story.refuse("answer_simple").code is Code.CONDITION
    assert story.do("answer_simple_suggestion").notices == ["simple_suggestion_reply"]
