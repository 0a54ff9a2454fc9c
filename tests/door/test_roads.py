"""The roads that hundreds of tests take: after each step of them the replay of the ledger equals what is stored."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests import matters
from tests.cast import make_cast
from tests.matters import BUREAU_ROAD, ROAD, begin, walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("book", "road"), [("national-2022", ROAD), ("xx-bureau", BUREAU_ROAD)])
def test_after_each_step_of_a_road_replay_equals_what_is_stored(book: str, road: Sequence[tuple[str, str]]) -> None:
    matter = begin(make_cast(book))
    for who, action in road:
        matter.does(who, action)
    assert matter.steps == [action for _who, action in road]


def test_a_walk_whose_end_is_not_what_the_ledger_says_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matters, "_compared", set())  # as the first who walks so far
    matter = begin(make_cast())
    type(matter.case).objects.filter(id=matter.id).update(headcount=9)
    with pytest.raises(AssertionError):
        walk(matter, "accept")
