"""A property tried in `make test` is tried on the same examples each time."""

from __future__ import annotations

import pytest
from hypothesis import is_hypothesis_test, settings

from tests.searching import examples


def properties(request: pytest.FixtureRequest) -> dict[str, settings]:
    """The settings of every property test of this run, by its place."""
    tests = {item.nodeid: getattr(item, "obj", None) for item in request.session.items}
    return {place: test._hypothesis_internal_use_settings for place, test in tests.items() if is_hypothesis_test(test)}


@pytest.mark.skipif(settings.get_current_profile_name() == "search", reason="this run searches")
def test_every_property_is_tried_on_the_same_examples_each_time(request: pytest.FixtureRequest) -> None:
    by_chance = {
        place: chosen
        for place, chosen in {"by default": settings(), **properties(request)}.items()
        if not chosen.derandomize or chosen.database is not None or chosen.deadline is not None
    }

    assert by_chance == {}


def test_a_search_tries_ten_times_as_many_examples_by_chance_and_remembers_what_it_found() -> None:
    search = settings.get_profile("search")

    assert (search.max_examples, search.derandomize, search.deadline) == (10 * 100, False, None)
    assert search.database is not None


def test_a_number_of_examples_grows_with_the_search() -> None:
    assert examples(60) == 60 * settings().max_examples // 100


def test_what_is_marked_exhaustive_runs_only_where_it_is_asked_for(request: pytest.FixtureRequest) -> None:
    if "exhaustive" in request.config.option.markexpr:
        pytest.skip("this run asks for it")

    assert [item.nodeid for item in request.session.items if item.get_closest_marker("exhaustive")] == []
