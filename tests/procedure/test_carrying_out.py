"""Carrying out what was supported, and applications that are taken back: the same under both laws."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huiyin.procedure import Code
from tests.procedure import test_books_2005, test_books_national
from tests.procedure.cast import Story

Replied = Callable[[str], Story]


@pytest.fixture(params=[test_books_2005.replied, test_books_national.replied], ids=["national-2005", "national-2022"])
def replied(request: pytest.FixtureRequest) -> Replied:
    """A matter, answered under either law."""
    made: Replied = request.param
    return made


def test_what_was_supported_is_carried_out_while_it_is_reviewed_and_an_application_is_taken_back(
    replied: Replied,
) -> None:
    story = replied("support").do("apply_review")
    assert story.owed == {"review": "reviewer", "carry_out": "handler"}
    assert story.do("withdraw_review").owed == {"conclude": "registrar", "carry_out": "handler"}
    assert (story.stage, story.notices) == ("replied", ["review_withdrawal"])
    story.do("apply_review").do("record_execution")  # again, as long as the thirty days run
    assert story.do("decide_review").do("serve_review").owed == {"conclude_review": "registrar"}


def test_an_application_for_re_review_is_taken_back_alike_and_once_the_time_is_over_it_closes(replied: Replied) -> None:
    story = replied("support").do("apply_review").do("decide_review").do("serve_review").do("apply_rereview")
    assert story.owed == {"rereview": "rereviewer", "carry_out": "handler"}
    story.do("record_execution").wait(40).do("withdraw_rereview")
    assert (story.stage, story.owed) == ("reviewed", {"conclude_review": "registrar"})
    assert story.refuse("apply_rereview").code is Code.WINDOW_CLOSED
    assert story.do("conclude_review", "system").stage == "closed"


def test_a_review_that_supports_no_longer_ends_the_carrying_out_when_it_is_served(replied: Replied) -> None:
    story = replied("support").do("apply_review").do("decide_review", review_result="change", new_result="not_support")
    assert "carry_out" in story.owed
    assert story.do("serve_review").owed == {"conclude_review": "registrar"}
