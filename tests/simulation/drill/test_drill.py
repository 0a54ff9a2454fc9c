"""Drills in the database of the test: who does what in which minute, what comes too late, and the same each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from huiyin.language import gettext
from huiyin.rules.book.load import load
from huiyin.simulation.drill import scenarios
from huiyin.simulation.drill.exercise import NoIncidents
from huiyin.simulation.drill.report import figures, lines
from huiyin.simulation.drill.run import DrillOrder, NoSuchRole, drill

pytestmark = pytest.mark.django_db


def played(name: str, book: str = "company", *absent: str) -> dict[str, Any]:
    return figures(name, drill(DrillOrder(load(book), scenarios.scenario(name), absent=frozenset(absent))))


def steps(data: dict[str, Any]) -> dict[str, int]:
    """In which minute each step on the incident was taken first."""
    found: dict[str, int] = {}
    for step in data["steps"]:
        if step["procedure"] == "incident":
            found.setdefault(step["action"], step["minute"])
    return found


@pytest.mark.clause("s3-4.1")
def test_a_visit_of_fifty_people_is_registered_as_a_matter_and_is_no_incident() -> None:
    data = played("group-visit")
    assert (data["late"], data["stages"]["incident"]) == ([], "no_incident")
    assert "activate" not in steps(data)
    assert data["steps"][0]["action"] == "register"


@pytest.mark.clause("s3-4.2.1a", "s3-4.2.2a", "s3-4.2.3d", "s3-4.2.5a", "s3-4.2.6a")
def test_a_violent_incident_runs_from_the_report_to_its_lessons_and_nothing_comes_too_late() -> None:
    data = played("violence")
    assert (data["late"], data["stages"]["incident"]) == ([], "assessed")
    minutes = steps(data)
    assert minutes["report_incident"] < minutes["pass_on"] < minutes["acknowledge"] <= minutes["activate"] < 15
    assert {"review_police_call", "review_force", "publish_statement", "register_requests", "report_improvement"} <= {
        *minutes
    }


def test_a_head_who_does_not_answer_is_passed_over_and_the_drill_says_that_it_was_late() -> None:
    data = played("violence", "company", "department_head")
    assert data["late"] == ["pass_on"]
    assert 16 <= steps(data)["escalate_to_group"] <= 17
    assert data["stages"]["incident"] == "assessed"
    assert any(gettext("超时了") in line for line in lines(data))


def test_without_a_registrar_the_visit_is_not_registered_and_the_requests_come_too_late() -> None:
    data = played("violence", "company", "registrar")
    assert data["stages"].keys() == {"incident"}
    assert data["late"] == ["register_requests"]


def test_where_nobody_comes_it_is_played_until_the_limits_are_over() -> None:
    data = played("violence", "company", "leading_group", "unit_head")
    nobody = [one for one in data["owed"] if one["done_at"] is None and one["passed_on_at"] is None]
    assert {one["duty"] for one in nobody} == {"take_over", "activate"}
    assert max(one["due_at"] for one in nobody) < data["until"] < 120
    assert set(data["late"]) == {"acknowledge", "take_over", "activate"}
    assert any("not done after" in line for line in lines(data))


@pytest.mark.clause("s0-3.3.2a", "s0-3.3.2b", "s0-3.3.2c")
def test_the_bureau_can_play_it_too() -> None:
    data = played("violence", "xx-bureau")
    assert data["stages"]["incident"] == "reviewed"
    assert data["late"] == []


def test_the_same_drill_gives_the_same_report(reset: Callable[[], None]) -> None:
    first = played("group-visit")
    reset()
    assert played("group-visit") == first


def test_a_book_without_incidents_and_a_role_that_it_does_not_have_are_refused() -> None:
    with pytest.raises(NoSuchRole, match="no role 'captain'"):
        played("violence", "company", "captain")
    with pytest.raises(NoIncidents, match="no procedure incident"):
        played("violence", "national-2022")


def test_every_scenario_can_be_read_and_an_unknown_one_is_refused() -> None:
    assert [scenarios.scenario(name).en for name in scenarios.names()]
    with pytest.raises(scenarios.NoSuchScenario):
        scenarios.scenario("flood")
