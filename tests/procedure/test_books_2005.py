"""The regulation of 2005, for matters registered under it: what differs from that of 2022, and the same remedies."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode
from huiyin.rules.book.load import load
from tests.procedure.cast import Story, staff

BOOK = load("national-2005")
MATTER = BOOK.book.procedures["matter"]


def begun(**facts: str) -> Story:
    """A matter just registered."""
    return Story(BOOK).begin(facts=facts)


def assigned() -> Story:
    """A matter with its handling unit."""
    return begun().do("accept").do("assign")


def replied(result: str = "explain") -> Story:
    """A matter, answered."""
    return assigned().do("propose_opinion", result=result).do("approve_opinion").do("serve_reply")


def test_it_stands_alone_and_cites_no_article_of_2022() -> None:
    assert BOOK.book.extends is None
    assert "art-31.6" not in BOOK.book.clauses
    assert BOOK.book.effective < load("national-2022").book.effective


def test_art_22_whether_it_is_accepted_is_told_within_fifteen_days() -> None:
    assert begun().due("decide_acceptance") == date(2026, 3, 17)
    assert begun().do("accept").notices == ["acceptance"]
    assert begun(name_clear="no").do("accept").notices == ["acceptance"]  # published; only service needs a contact


@pytest.mark.parametrize(
    ("action", "stage", "notice"),
    [
        ("not_accept", "not_accepted", "not_accepted"),
        ("already_in_hand", "not_accepted", "not_accepted"),
        ("not_again", "not_again", "not_again"),
        ("refer", "referred", "referred"),
    ],
)
def test_art_16_21_and_35_what_is_not_taken_up_is_told(action: str, stage: str, notice: str) -> None:
    story = begun().do(action)
    assert story.stage == stage
    assert notice in story.notices


def test_no_unit_objects_to_an_assignment_and_no_kinds_are_told_apart() -> None:
    assert "object" not in MATTER.actions
    assert "kind" not in BOOK.book.facts


def test_art_33_sixty_days_and_thirty_more_by_the_head_with_reasons() -> None:
    story = assigned()
    assert story.due("handle") == date(2026, 5, 6)
    story.do("request_extension", days=30)
    assert story.refuse("grant_extension", "intake").code is Code.WRONG_ROLE
    assert story.do("grant_extension", days=30).notices == ["extension"]
    assert story.due("handle") == date(2026, 6, 1)


def test_art_34_and_35_review_and_re_review_with_a_hearing_that_does_not_count() -> None:
    story = replied().wait(30).do("apply_review").do("decide_review").do("serve_review").do("apply_rereview")
    before = story.due("rereview")
    story.do("open_hearing").wait(10).do("close_hearing")
    assert story.due("rereview") > before
    story.do("decide_rereview").do("serve_rereview")
    assert story.do("conclude_final", "system").stage == "ended"
    assert replied().wait(31).refuse("apply_review").code is Code.WINDOW_CLOSED


def test_art_36_supervision_is_answered_in_thirty_days_with_reasons_where_not_adopted() -> None:
    story = assigned().do("supervise")
    assert story.due("answer_supervision") == date(2026, 4, 1)
    refusal = story.refuse("answer_supervision", adopted="none", not_adopted=None)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("not_adopted", ProblemCode.MISSING)]
    assert len(BOOK.book.fields["trigger"].of) == 6


def test_who_decided_does_not_review() -> None:
    story = assigned().do("propose_opinion", staff("handler", "后调任")).do("approve_opinion").do("serve_reply")
    assert story.do("apply_review").refuse("decide_review", staff("reviewer", "后调任")).code is Code.SAME_PERSON
