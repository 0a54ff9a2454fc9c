"""The overview of each post: who signs reads what waits, who approves the team, who registers the visits and who is on duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.desk.test_my_work import proposed
from tests.matters import begin

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

HOME = "/desk/home/"


def test_each_post_reads_what_its_day_is_about(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    visit = begin(cast, timezone.now(), channel="visit")
    late = begin(cast, timezone.now() - timedelta(days=20))
    head = html(desk("head").get(HOME))
    waiting = head.partition("等我签批的")[2].partition("</section>")[0]
    assert matter.case.number in waiting and visit.case.number not in waiting
    assert "本单位各人手上的" in head and 'data-chart="people-figures"' in head
    registrar = html(desk("registrar").get(HOME))
    visits = registrar.partition("今天的来访")[2].partition("</section>")[0]
    assert visit.case.number in visits and late.case.number not in visits
    assert "今天谁值班" in registrar and "等我签批的" not in registrar
    intake = desk("intake").get(HOME)
    (worst, *_rest) = intake.context["trouble"]
    assert worst.late == 1
    drawn = intake.context["trouble_drawn"]
    assert drawn["labels"][0] == worst.unit and drawn["series"][0]["values"][0] == 1
    outsider = html(desk("outsider").get(HOME))
    assert not {matter.case.number, visit.case.number, late.case.number} & set(outsider.replace("<", " ").split())


def test_the_page_of_components_is_for_administrators_where_real_people_work(cast: Cast, desk: Desk) -> None:
    assert desk("registrar").get("/desk/design/").status_code == 404
    cast.accounts["registrar"].is_superuser = True
    cast.accounts["registrar"].save()
    page = html(desk("registrar").get("/desk/design/"))
    assert "界面部件" in page and 'data-chart="design-figures"' in page
