"""Sharing shifts out: judged by rules written down again here, not by the solver's own model."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.rota import solver
from huiyin.rota.solver import (
    Away,
    AwayBecause,
    Impossible,
    KeptShift,
    Needed,
    Planned,
    Rested,
    Slot,
    Turner,
    Turns,
    Undecided,
    plan,
)

pytestmark = pytest.mark.any_database

MONDAY = date(2026, 3, 2)
ABSENT = AwayBecause.ABSENT


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def person(number: int) -> UUID:
    return UUID(int=number + 1)


def people(
    number: int, away: dict[int, set[int]] | None = None, served: dict[int, int] | None = None
) -> tuple[Turner, ...]:
    return tuple(
        Turner(person(one), {day(off): ABSENT for off in sorted((away or {}).get(one, ()))}, (served or {}).get(one, 0))
        for one in range(number)
    )


def slots(number: int, needed: int = 1) -> tuple[Slot, ...]:
    return tuple(Slot(day(one), needed) for one in range(number))


def planned(turns: Turns) -> tuple[tuple[date, UUID], ...]:
    found = plan(turns)
    assert isinstance(found, Planned), found
    return found.shifts


def broken_rules(turns: Turns, shifts: tuple[tuple[date, UUID], ...]) -> list[str]:
    """What is wrong with a plan."""
    wrong = []
    on = Counter(when for when, _who in shifts)
    wrong += [f"{slot.day}: {on[slot.day]}" for slot in turns.slots if on[slot.day] != slot.needed]
    away = {(when, one.id) for one in turns.people for when in one.away}
    wrong += [f"away: {shift}" for shift in shifts if shift in away]
    served = {*shifts, *turns.around}
    wrong += [
        f"two running: {when}" for when, who in shifts for near in (-1, 1) if (when + timedelta(near), who) in served
    ]
    wrong += [f"moved: {shift}" for shift in turns.kept if shift not in shifts]
    return wrong


@pytest.mark.clause("s1-C20a")
def test_a_month_is_shared_out_so_that_nobody_has_two_shifts_more_than_another() -> None:
    turns = Turns(slots(31), people(7))
    shifts = planned(turns)
    loads = Counter(who for _when, who in shifts)
    assert broken_rules(turns, shifts) == []
    assert len(loads) == 7 and max(loads.values()) - min(loads.values()) <= 1


def test_whoever_served_more_before_serves_less_now() -> None:
    shifts = planned(Turns(slots(12), people(4, served={0: 3})))
    loads = Counter(who for _when, who in shifts)
    assert loads[person(0)] == 1 and {loads[person(one)] for one in (1, 2, 3)} <= {3, 4}


def test_weekends_are_shared_out_as_evenly_as_all_days() -> None:
    days = tuple(Slot(day(one), is_off=day(one).weekday() > 4) for one in range(28))
    shifts = planned(Turns(days, people(4)))
    assert set(Counter(who for when, who in shifts if when.weekday() > 4).values()) == {2}
    assert set(Counter(who for _when, who in shifts).values()) == {7}


def test_the_same_problem_gives_the_same_plan() -> None:
    turns = Turns(slots(20, 2), people(7, away={2: {1, 2, 3}}))
    assert planned(turns) == planned(turns)


def test_shifts_that_stay_stay_and_the_days_around_count_for_rest() -> None:
    kept, around = frozenset({(day(1), person(0))}), frozenset({(day(-1), person(1)), (day(4), person(2))})
    turns = Turns(slots(4), people(3), kept, around)
    assert broken_rules(turns, planned(turns)) == []


@st.composite
def problems(draw: st.DrawFn) -> Turns:
    number, length = draw(st.integers(1, 5)), draw(st.integers(1, 9))
    days = draw(st.lists(st.integers(0, 12), min_size=length, max_size=length, unique=True))
    away = {one: draw(st.sets(st.sampled_from(days), max_size=length)) for one in range(number)}
    served = {one: draw(st.integers(0, 4)) for one in range(number)}
    return Turns(tuple(Slot(day(one), draw(st.integers(1, 2))) for one in sorted(days)), people(number, away, served))


@settings(derandomize=True, max_examples=40, deadline=None)
@given(problems())
def test_a_plan_keeps_every_rule_and_a_refusal_names_demands_that_truly_clash(turns: Turns) -> None:
    found = plan(turns)
    if isinstance(found, Planned):
        assert broken_rules(turns, found.shifts) == []
        return
    assert found.demands
    assert not can_be_met(turns, found.demands)
    for left_out in found.demands:
        assert can_be_met(turns, [one for one in found.demands if one != left_out]), "beside the point"


def can_be_met(turns: Turns, demands: object) -> bool:
    """Whether there is a plan for these demands alone, by trying day after day; no solver."""
    given_ = list(demands)  # type: ignore[call-overload]
    needed = sorted((one.slot.day, one.slot.needed) for one in given_ if isinstance(one, Needed))
    rests = {one.day for one in given_ if isinstance(one, Rested)}
    away = {(one.day, one.person) for one in given_ if isinstance(one, Away)}
    kept = {(one.day, one.person) for one in given_ if isinstance(one, KeptShift)}
    states: set[tuple[date, frozenset[UUID]]] = {(date.min, frozenset())}
    everyone = [one.id for one in turns.people]
    for when, number in needed:
        following = set()
        for before, there in states:
            blocked = there if before == when - timedelta(1) and before in rests else frozenset()
            free = [one for one in everyone if (when, one) not in away and one not in blocked]
            following |= {
                (when, chosen) for chosen in _choices(free, number, {who for day_, who in kept if day_ == when})
            }
        states = following
    return bool(states)


def _choices(free: list[UUID], number: int, must: set[UUID]) -> set[frozenset[UUID]]:
    from itertools import combinations

    return {frozenset(some) for some in combinations(free, number) if must <= set(some)}


def test_one_person_alone_clashes_with_the_day_of_rest() -> None:
    found = plan(Turns(slots(5), people(1)))
    assert isinstance(found, Impossible)
    assert {type(one) for one in found.demands} == {Rested, Needed} and len(found.demands) == 3


def test_a_day_on_which_everybody_is_away_is_named_with_all_of_them_and_nothing_else() -> None:
    found = plan(Turns(slots(31), people(3, away={0: {9, 20}, 1: {9}, 2: {9, 3}})))
    assert isinstance(found, Impossible)
    assert set(found.demands) == {Needed(Slot(day(9))), *(Away(person(one), day(9), ABSENT) for one in range(3))}


def test_nobody_at_all_is_no_plan() -> None:
    assert isinstance(plan(Turns(slots(2), ())), Impossible)


def test_what_is_too_much_to_solve_is_shared_out_day_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MAX_WORK", 0.0)
    turns = Turns(slots(30, needed=5), people(20, away={3: {4, 5}}, served={0: 9}), frozenset({(day(7), person(19))}))
    found = plan(turns)
    assert isinstance(found, Planned) and broken_rules(turns, found.shifts) == []
    loads = Counter(who for _day, who in found.shifts)
    assert max(loads.values()) - min(loads[person(one)] for one in range(1, 20)) <= 2
    with pytest.raises(Undecided):
        plan(Turns(slots(2, needed=2), people(3)))
