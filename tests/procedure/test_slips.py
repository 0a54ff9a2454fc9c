"""What a slip of the pen, of a program or of a clock may send: refused in words or harmless, never a fault of the engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from huiyin.procedure import ProblemCode, Value, replay
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import load
from tests.procedure.cast import DAY, Story

NATIONAL, BUREAU = load("national-2022"), load("xx-bureau")


def assigned(**fields: Value | None) -> Story:
    """A claim that a unit deals with."""
    return Story(NATIONAL).begin().do("accept").do("assign", **fields)


def problems(story: Story, action: str, **fields: Value | None) -> list[tuple[str, ProblemCode]]:
    """What is wrong with a form, by field."""
    return [(problem.field, problem.problem) for problem in story.refuse(action, **fields).problems]


def test_a_moment_is_no_date() -> None:
    story = Story(NATIONAL).begin().do("accept")
    moment = datetime(2026, 3, 20, tzinfo=UTC)
    assert problems(story, "assign", due_date=moment) == [("due_date", ProblemCode.WRONG_TYPE)]
    assert problems(assigned(), "investigate", investigated_on=moment) == [("investigated_on", ProblemCode.WRONG_TYPE)]


@pytest.mark.parametrize("day", [date.min, date(1899, 12, 31)])
def test_a_day_before_anybody_lived_is_refused(day: date) -> None:
    assert problems(assigned(), "investigate", investigated_on=day) == [("investigated_on", ProblemCode.LONG_PAST)]


@pytest.mark.parametrize("day", [date.max, date(2036, 3, 10)])
def test_a_day_more_than_ten_years_ahead_is_refused(day: date) -> None:
    story = Story(NATIONAL).begin().do("accept")
    assert problems(story, "assign", due_date=day) == [("due_date", ProblemCode.FAR_OFF)]


@pytest.mark.parametrize("days", [0, -1, -(10**12)])
def test_an_extension_by_no_day_or_less_is_refused(days: int) -> None:
    story = assigned().do("request_extension")
    assert problems(story, "grant_extension", days=days) == [("days", ProblemCode.TOO_SMALL)]


def test_a_number_of_no_measure_is_refused_where_the_book_sets_none() -> None:
    story = assigned().do("request_extension")
    assert problems(story, "grant_extension", days=10**30) == [("days", ProblemCode.TOO_LARGE)]


def test_a_hearing_that_a_slow_clock_closes_before_it_began_takes_no_time() -> None:
    story = assigned().do("investigate").do("propose_opinion", result="explain").do("approve_opinion").do("serve_reply")
    story.do("apply_review").do("decide_review").do("serve_review").do("apply_rereview")
    due = story.due("rereview")
    story.do("open_hearing")
    story.at -= timedelta(hours=3)
    story.do("close_hearing")
    assert story.due("rereview") == due
    assert story.state == replay(story.history) == codec.loads(codec.dumps(story.state))


def test_who_is_late_with_a_form_that_needs_a_date_may_still_name_today() -> None:
    story = Story(BUREAU).begin().do("accept").do("classify", klass="complex")
    story.wait(90)
    today = story.at.date()
    story.do("name_sponsor", resolve_by=today)
    assert story.owed["sponsor"] == "leader"
    assert problems(story, "name_sponsor", resolve_by=today + DAY) == [("resolve_by", ProblemCode.TOO_LATE)]
