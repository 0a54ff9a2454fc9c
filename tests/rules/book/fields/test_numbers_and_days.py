"""Whole numbers, dates and confirmations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from huiyin.procedure.command import Value
from huiyin.procedure.refusal import ProblemCode
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.fields.base import UNREADABLE
from tests.rules.book.fields.world import TODAY, read, rule, wrong


@pytest.mark.parametrize("given", [True, 2.0, "two", "", "1.5"])
def test_what_is_no_whole_number_cannot_be_read(given: object) -> None:
    assert read("int", given) is UNREADABLE


def test_a_number_lies_within_its_bounds() -> None:
    assert read("int", "12") == 12
    assert wrong(rule("int", min=1, max=5), 0) == [(ProblemCode.TOO_SMALL, {"min": 1})]
    assert wrong(rule("int", min=1, max=5), 6) == [(ProblemCode.TOO_LARGE, {"max": 5})]
    assert wrong(rule("int"), 10**9 + 1) == [(ProblemCode.TOO_LARGE, {"max": 10**9})]
    assert wrong(rule("int"), True) == [(ProblemCode.WRONG_TYPE, {"type": "int"})]


def test_a_date_is_read_as_it_is_written_everywhere() -> None:
    assert read("date", "2026-03-02") == TODAY
    assert read("date", "2.3.2026") is UNREADABLE


@pytest.mark.parametrize(
    ("past", "value", "problem"),
    [
        (True, TODAY + timedelta(days=1), ProblemCode.IN_FUTURE),
        (True, date(1899, 12, 31), ProblemCode.LONG_PAST),
        (False, TODAY - timedelta(days=1), ProblemCode.IN_PAST),
        (False, date(9999, 12, 31), ProblemCode.FAR_OFF),
        (False, datetime(2026, 3, 2, tzinfo=UTC), ProblemCode.WRONG_TYPE),
    ],
)
def test_a_date_lies_on_its_side_of_today_and_not_beyond_reason(past: bool, value: Value, problem: ProblemCode) -> None:
    assert [found for found, _ in wrong(rule("date", past=past), value)] == [problem]


def test_a_form_offers_the_days_that_are_right() -> None:
    assert type_named("date").bounds(rule("date", past=True), TODAY) == (None, "2026-03-02")
    assert type_named("date").bounds(rule("date"), TODAY) == ("2026-03-02", None)


def test_a_confirmation_is_yes_or_no_in_any_of_their_spellings() -> None:
    assert [read("confirm", word) for word in ("yes", "On", "是", True, "no", False, "maybe")] == [
        *[True] * 4,
        *[False] * 2,
        UNREADABLE,
    ]


def test_what_is_not_confirmed_is_missing() -> None:
    assert type_named("confirm").is_empty(False)
    assert not type_named("confirm").is_empty(True)
