"""Units, posts and people that are written down are found by one exact name, and what is shown of them is found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from huiyin.people.appointments import end_holding
from huiyin.people.models import Account, Holding, Unit
from huiyin.people.written_names import (
    MAX_WRITTEN_CHARS,
    as_written,
    people_written,
    posts_written,
    units_written,
)
from tests.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize(
    "words", ["", " ", "。", "临江防", "临江防火处处", "同事", "x" * (MAX_WRITTEN_CHARS + 1), "南河信访办", "outsider"]
)
def test_what_is_no_exact_name_of_the_organisation_means_nobody(words: str, cast: Cast) -> None:
    at_home = cast.lj.id
    assert not units_written(at_home, words) and not posts_written(at_home, words)
    assert not people_written(at_home, words, NOW)


@pytest.mark.parametrize(
    "words",
    [
        "handler",
        "HANDLER",
        "同事 handler",
        "同事handler（臨江防火處）",
        "临江防火处 同事 handler",
        "同事 handler lj-fire",
    ],
)
def test_a_person_is_written_by_user_name_or_name_with_or_without_the_unit(words: str, cast: Cast) -> None:
    assert people_written(cast.lj.id, words, NOW) == {cast.accounts["handler"].id}


def test_who_has_left_is_meant_no_more_and_nor_is_a_unit_that_is_gone(cast: Cast) -> None:
    end_holding(Holding.objects.get(account=cast.accounts["handler"]), (NOW - timedelta(days=1)).date())
    Unit.objects.filter(id=cast.units["lj-training"].id).update(
        abolished_on=NOW.date(), successor=cast.units["lj-fire"]
    )
    assert not people_written(cast.lj.id, "同事 handler", NOW)
    assert not units_written(cast.lj.id, "临江训练处")


def test_what_is_shown_of_units_people_and_posts_is_found_again_though_others_bear_the_name(cast: Cast) -> None:
    Account.objects.filter(username__in=["handler", "co_handler"]).update(display_name="张三")
    Unit.objects.filter(code__in=["lj-logistics", "lj-training"]).update(name="综合处")
    home = cast.lj.id
    found: list[tuple[UUID, Callable[[str], frozenset[UUID]]]] = [
        *((one.id, lambda words: units_written(home, words)) for code, one in cast.units.items() if code[:2] == "lj"),
        (cast.accounts["handler"].id, lambda words: people_written(home, words, NOW)),
        (cast.posts["handler"].id, lambda words: posts_written(home, words)),
    ]
    shown = as_written([id for id, _find in found])
    assert [find(shown[id]) for id, find in found] == [{id} for id, _find in found]
    assert len(units_written(home, "综合处")) == len(people_written(home, "张三", NOW)) == 2
