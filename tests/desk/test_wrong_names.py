"""Names written in a matter that accuses somebody tell nothing for free: each that is refused is on record, and few are."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.people.models import AccessRecord
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_accused import post_of
from tests.matters import SHORTLY, Matter, begin

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-30.3")]


@pytest.fixture
def matter(cast: Cast) -> Matter:
    made = begin(cast, timezone.now() - DAY, accused=("同事 handler",))
    made.does("intake", "accept")
    return made


def test_a_form_in_which_something_else_is_wrong_tells_nothing_of_names(matter: Matter) -> None:
    for unit in ("lj-fire", "lj-logistics"):
        for wrong in ({"requirements": "长" * 30_000}, {"handler": "查无此人"}):
            told = str(matter.tries("intake", "assign", unit=unit, **wrong))
            assert "FormError" in told or "TOO_LONG" in told, told
            assert "unavailable" not in told.lower(), (unit, told)


def test_of_one_person_three_names_are_refused_a_day_and_the_custodian_sees_of_whom(matter: Matter, desk: Desk) -> None:
    for _time in range(3):
        assert "UNAVAILABLE" in str(matter.tries("intake", "assign", unit="lj-fire"))
    for unit in ("lj-fire", "lj-logistics"):
        assert "ask-custodian" in str(matter.tries("intake", "assign", unit=unit)), unit
    assert AccessRecord.objects.filter(case=matter.id, purpose="wrong_name").count() == 3
    post_of(matter.cast, matter.cast.units["lj-training"], "组长", ("custodian",), "custodian", "包青天")
    page = html(desk("custodian").get(page_of(matter)))
    assert page.count("填写的名称不能采用") == 1 and "同事 intake" in page
    assert "填写的名称不能采用" not in html(desk("intake").get(page_of(matter)))
    matter.at += DAY + SHORTLY
    matter.does("intake", "assign", unit="lj-logistics")
