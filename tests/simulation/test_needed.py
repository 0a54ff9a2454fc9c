"""How many people are needed follows from the load; more of them never make it worse."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.simulation.needed import ACCEPTABLE, erlang_c, find, needs, overdue, with_people
from huiyin.simulation.run import SimulationRun
from huiyin.simulation.staffing import Staffing, default_staffing
from huiyin.simulation.tally import quantile
from tests.simulation.conftest import Simulate

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("people", "load", "waits"),
    [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (1, 0.9, 0.9)],  # M/M/1 and M/M/c from the closed formula
)
def test_the_probability_of_waiting_is_erlangs(people: int, load: float, waits: float) -> None:
    assert erlang_c(people, load) == pytest.approx(waits)


@given(st.integers(1, 40), st.floats(0.01, 0.99))
def test_one_more_makes_waiting_less_likely(people: int, busy: float) -> None:
    load = people * busy
    assert 0 <= erlang_c(people + 1, load) < erlang_c(people, load) <= 1


@given(st.lists(st.integers(0, 1000), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_one_of_the_values_with_the_share_at_or_below_it(values: list[int], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_a_post_needs_more_people_than_its_load_keeps_busy(simulate: Simulate) -> None:
    done = simulate("national-2022", 60, people={"intake": 1}, arrivals={"per_working_day": 40})
    found = needs(done)
    for need in found.values():
        assert need.people is not None
        assert need.people > need.load
        assert need.late < ACCEPTABLE
    assert (found["intake"].people or 0) >= 3


def test_numbers_of_people_go_to_posts_and_roles_alike() -> None:
    usual = default_staffing()
    changed = with_people(usual, {"handler": 9})
    assert changed.people["handler"] == 9
    assert changed.people["intake"] == usual.people["intake"]


NO_ACCUSATIONS: Final = {"accusation": {"share": 0}}
"""Who is accused is confirmed by a second person of another organ, whom no number of people here hastens."""


def test_the_search_ends_with_numbers_that_were_enough_in_a_run_of_their_own(simulate: Simulate, reset: object) -> None:
    def again(staffing: Staffing) -> SimulationRun:
        reset()  # type: ignore[operator]
        return simulate("national-2022", 25, kinds=NO_ACCUSATIONS, **staffing.model_dump(include={"people"}))

    found = find(simulate("national-2022", 25, kinds=NO_ACCUSATIONS, people={"handler": 2}), again)
    assert found.verified
    assert all(share < ACCEPTABLE for share in overdue(again(with_people(default_staffing(), found.people))).values())
