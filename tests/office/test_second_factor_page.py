"""Administrators say on a page who must sign in with a second factor; each rule stands in the log with who made it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people import administrators
from huiyin.people.models import AdministrativeAct, SecondFactorRule
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.office.test_structure_pages import press

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/second-factor/"


def test_a_role_must_use_one_until_it_is_taken_back_and_both_stand_in_the_log(
    administrator: Client, cast: Cast
) -> None:
    assert PATH in html(administrator.get("/office/people/"))
    offered = html(administrator.get(f"{PATH}require/"))
    assert 'value="lj:handler"' in offered and 'value="nh:"' in offered and 'value=":"' in offered
    assert press(administrator, f"{PATH}require/", whom="lj:handler", reason="局务会").status_code == 302
    rule = SecondFactorRule.objects.get()
    assert (rule.organisation, rule.role) == (cast.lj, "handler")
    page = html(administrator.get(PATH))
    assert f"{cast.lj.name}：承办人" in page and cast.accounts["handler"].username in page
    assert 'value="lj:handler"' not in html(administrator.get(f"{PATH}require/"))
    assert press(administrator, f"{PATH}{rule.id}/relax/", reason="试点结束").status_code == 302
    assert not SecondFactorRule.objects.exists()
    acts = AdministrativeAct.objects.filter(change__endswith="second_factor").order_by("id")
    assert [(act.subject, act.reason, act.by is None) for act in acts] == [
        (f"{cast.lj.name}：承办人", "局务会", False),
        (f"{cast.lj.name}：承办人", "试点结束", False),
    ]


def test_an_administrator_of_one_organisation_decides_about_it_alone(cast: Cast, desk: Desk) -> None:
    administrators.add(cast.accounts["head"], cast.lj, timezone.now())
    rule = SecondFactorRule.objects.create(organisation=cast.organisations["nh"], role="")
    own = desk("head")
    offered = html(own.get(f"{PATH}require/"))
    assert 'value="lj:"' in offered and 'value="nh:"' not in offered and 'value=":"' not in offered
    assert own.post(f"{PATH}require/", {"whom": "nh:", "seen": "-"}).status_code == 422
    assert own.get(f"{PATH}{rule.id}/relax/").status_code == 404
    assert desk("intake").get(PATH).status_code == 403
