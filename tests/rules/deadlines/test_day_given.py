"""Days that somebody gives are days that can be calculated with."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.rules.deadlines.day_given import EARLIEST, LATEST, day_given


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-31", "0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31", "\x00", "２０２６-０３-０２"],
)
def test_what_is_no_day_within_reach_is_none(text: str) -> None:
    assert day_given(text) is None


@pytest.mark.parametrize("day", [EARLIEST, date(2026, 3, 2), LATEST])
def test_a_day_within_reach_is_read(day: date) -> None:
    assert day_given(day.isoformat()) == day
