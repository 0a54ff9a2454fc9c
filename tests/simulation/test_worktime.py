"""Working time is a clock that stands still at night, at noon, on weekends and on holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.rules.book.calendars.calendar_file import load_calendar
from huiyin.simulation.worktime import NeverOpen, WorkingTime

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar("CN", "Asia/Shanghai")
SPANS = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 17 * 3600 + 1800))
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
HOUR = 3600

moments = st.integers(0, 90 * 86_400).map(
    lambda second: datetime(2024, 1, 2, tzinfo=ZONE).astimezone(UTC) + timedelta(seconds=second)
)


def office(weekdays: tuple[int, ...] = EVERY_DAY) -> WorkingTime:
    return WorkingTime(CALENDAR, date(2024, 1, 2), SPANS, weekdays)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2024-01-02T09:00", 1, "2024-01-02T10:00"),
        ("2024-01-02T11:30", 1, "2024-01-02T14:00"),
        ("2024-01-02T09:00", 3, "2024-01-02T12:00"),
        ("2024-01-02T09:00", 7, "2024-01-02T17:30"),
        ("2024-01-05T17:00", 1, "2024-01-08T09:30"),  # over a weekend
        ("2024-01-03T03:00", 1, "2024-01-03T10:00"),  # work that is taken up at night begins in the morning
        ("2024-02-09T17:00", 1, "2024-02-18T09:30"),  # Spring Festival, and the Sunday that is worked for it
    ],
)
def test_work_goes_on_in_working_hours_alone(start: str, hours: int, end: str) -> None:
    assert office().after(at(start), hours * HOUR) == at(end)


@given(moments, st.integers(1, 30 * HOUR))
def test_when_so_much_work_is_done_so_much_working_time_has_passed(moment: datetime, seconds: int) -> None:
    clock = office()
    done = clock.after(moment, seconds)
    assert clock.passed(done) == clock.passed(moment) + seconds
    assert clock.passed(done - timedelta(seconds=1)) == clock.passed(done) - 1


@given(moments)
def test_nothing_passes_until_the_next_opening(moment: datetime) -> None:
    clock = office()
    opening = clock.opening(moment)
    assert opening >= moment
    assert clock.passed(opening) == clock.passed(moment)
    assert clock.opening(opening) == opening
    assert clock.passed(opening + timedelta(seconds=1)) == clock.passed(opening) + 1


@given(moments, moments)
def test_working_time_never_runs_backwards(one: datetime, other: datetime) -> None:
    clock = office((1, 3))
    assert (clock.passed(one) <= clock.passed(other)) or one > other


def test_a_post_open_on_wednesdays_works_on_wednesdays_alone() -> None:
    assert office((3,)).after(at("2024-01-03T17:00"), HOUR) == at("2024-01-10T09:30")


def test_a_post_that_is_never_open_says_so() -> None:
    with pytest.raises(NeverOpen):
        WorkingTime(CALENDAR, date(2031, 1, 1), SPANS, ()).day(0)
