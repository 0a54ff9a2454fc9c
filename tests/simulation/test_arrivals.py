"""Matters arrive on working days, as many as assumed, the same ones for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from huiyin.casework.vocabulary import BY_THEMSELVES
from huiyin.rules.book.load import load
from huiyin.simulation.arrivals import Arrival, TooSlow, arrivals
from huiyin.simulation.staffing import default_staffing
from huiyin.simulation.worktime import WorkingTime
from tests.simulation.conftest import staffing

STAFFING = default_staffing()
OFFICE = WorkingTime(load("national-2022").calendar, STAFFING.start, STAFFING.hours.spans, STAFFING.hours.weekdays)


def coming(matters: int, seed: int = 1) -> list[Arrival]:
    return list(arrivals(STAFFING, OFFICE, BY_THEMSELVES, matters, seed))


def test_they_arrive_in_the_order_of_time_on_working_days_alone() -> None:
    found = coming(500)
    assert [arrival.n for arrival in found] == list(range(500))
    assert [arrival.at for arrival in found] == sorted(arrival.at for arrival in found)
    zone = OFFICE.calendar.zone
    assert all(OFFICE.calendar.is_working(arrival.at.astimezone(zone).date()) for arrival in found)


def test_who_needs_somebody_to_register_comes_within_office_hours() -> None:
    helped = [arrival for arrival in coming(500) if arrival.channel not in BY_THEMSELVES]
    assert helped
    assert all(OFFICE.opening(arrival.at) - arrival.at <= timedelta(seconds=0) for arrival in helped)


def test_rates_and_shares_are_those_assumed() -> None:
    found = coming(4000)
    days = OFFICE.passed(found[-1].at) / OFFICE.a_day
    assert abs(4000 / days / STAFFING.arrivals.per_working_day - 1) < 0.08
    kinds = Counter(arrival.kind for arrival in found)
    assert abs(kinds["claim"] / 4000 - 0.78) < 0.03
    channels = Counter(arrival.channel for arrival in found)
    assert abs(channels["web"] / 4000 - 0.5) < 0.03


def test_the_first_matters_are_the_same_however_many_follow() -> None:
    assert coming(200)[:50] == coming(50)
    assert coming(50, seed=2) != coming(50)


def test_what_takes_half_a_century_to_arrive_is_refused() -> None:
    slow = staffing(arrivals={"per_working_day": 0.001})
    with pytest.raises(TooSlow, match="100 matters take more than 50 years"):
        list(arrivals(slow, OFFICE, BY_THEMSELVES, 100, 1))
