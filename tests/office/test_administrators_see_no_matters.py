"""Administering opens no matter: not at the desk, not by REST, not on the pages for administrators."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.office.urls import urlpatterns
from huiyin.people import administrators
from huiyin.people.absences import note_absence
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, SecondFactorRule
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html
from tests.matters import begin


@pytest.fixture(params=["the installation", "an organisation"])
def pure(request: pytest.FixtureRequest, cast: Cast) -> Client:
    """An administrator who holds no post, signed in."""
    account = Account.objects.create_user("root", display_name="管理员")
    whole = request.param == "the installation"
    administrators.add(account, None if whole else cast.lj, timezone.now())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_neither_desk_nor_rest_nor_office_shows_one(cast: Cast, pure: Client) -> None:
    matter = begin(cast, timezone.now() - DAY)
    note_absence(cast.accounts["intake"], day_of(timezone.now()), None, timezone.now())  # duties that nobody does
    number = matter.case.number
    for path in (
        "",
        "cases/",
        f"cases/{number}/",
        "unfinished/",
        "units/",
        "register/",
    ):
        answer = pure.get(f"/desk/{path}")
        assert answer.status_code == 403, path
        assert "路灯" not in html(answer) and (number in path or number not in html(answer))
    for path in ("cases", f"cases/{number}", f"cases/{number}/events", "duties"):
        answer = pure.get(f"/api/v1/{path}")
        assert answer.status_code in (401, 403), path
    for page in urlpatterns:
        answer = pure.get(f"/office/{page.pattern}")
        assert number not in html(answer) and "路灯" not in html(answer)


def test_with_a_post_an_administrator_sees_what_the_post_sees_and_no_more(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - DAY)
    administrators.add(cast.accounts["stranger"], None, timezone.now())
    assert desk("stranger").get(f"/desk/cases/{matter.case.number}/").status_code == 404
    assert matter.case.number not in html(desk("stranger").get("/desk/cases/"))


def test_an_administrator_of_an_organisation_finds_its_vacancies_and_not_those_of_others(
    cast: Cast, desk: Desk
) -> None:
    administrators.add(cast.accounts["head"], cast.lj, timezone.now())
    begin(cast, timezone.now() - DAY)
    for name in ("intake", "outsider", "reviewer"):
        note_absence(cast.accounts[name], day_of(timezone.now()), None, timezone.now())
    page = desk("head").get("/office/vacancies/")
    assert {line.organisation for line in page.context["lines"]} == {cast.lj.name}
    assert {line.organisation for line in page.context["waiting"]} == {cast.lj.name}
    assert "/office/people/" in html(desk("head").get("/desk/"))
    work = html(desk("head").get("/office/people/"))
    assert "/office/vacancies/" in work and "/office/jobs/" not in work
    assert desk("head").get("/office/jobs/").status_code == 403


def test_the_letter_of_another_organisation_is_as_if_there_were_none(cast: Cast, desk: Desk) -> None:
    begin(cast, timezone.now() - DAY, accused=("lj 机构、jn 机构、hx 机构互相包庇",))
    administrators.add(cast.accounts["head"], cast.lj, timezone.now())
    administrators.add(cast.accounts["outside_head"], cast.organisations["nh"], timezone.now())
    assert desk("head").get("/office/vacancies/lj/letter/").status_code == 200
    assert desk("outside_head").get("/office/vacancies/lj/letter/").status_code == 404


def test_who_administers_an_organisation_must_show_a_second_factor_where_administrators_must(
    cast: Cast, desk: Desk
) -> None:
    administrators.add(cast.accounts["head"], cast.lj, timezone.now())
    SecondFactorRule.objects.create(organisation=None)
    for path in ("/desk/", "/office/vacancies/"):
        answer = desk("head").get(path)
        assert answer.status_code == 302 and "2fa" in answer["Location"]
    assert desk("intake").get("/desk/").status_code == 200
