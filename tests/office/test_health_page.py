"""An administrator sees what is wrong with the installation and what to do; nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.people.models import Account, Organisation
from tests.cast import Cast
from tests.desk.conftest import Desk, html

PAGE = "/office/health/"


def test_an_administrator_sees_each_finding_with_what_to_do(cast: Cast, administrator: Client) -> None:
    response = administrator.get(PAGE)
    assert response.status_code == 200
    shown = html(response)
    assert "系统检查" in shown and "只有一名管理员" in shown and "再设一名" in shown
    assert "huiyin doctor" in shown  # what the page leaves out is named
    assert response.headers["Cache-Control"] == "no-store"


def test_the_worst_of_a_group_comes_first_and_colours_it(cast: Cast, administrator: Client) -> None:
    Organisation.objects.filter(code="nh").update(rulebook="nowhere")
    panels = {panel.name: panel for panel in administrator.get(PAGE).context["panels"]}
    people = panels["people"]
    assert people.level == "failure" and people.lines[0].finding.code == "roles.rulebook"
    ranks = [line.finding.level.rank for line in people.lines]
    assert ranks == sorted(ranks, reverse=True)


def test_nobody_but_an_administrator_sees_it(cast: Cast, desk: Desk) -> None:
    assert {desk(name).get(PAGE).status_code for name in ("head", "intake", "archivist")} == {403}
    assert Client().get(PAGE).status_code == 302


@pytest.mark.e2e
@pytest.mark.any_database
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_it_fits_the_screen(request: pytest.FixtureRequest, live_server: object, screen: str) -> None:
    Account.objects.create_superuser("root", "a-long-password-1", display_name="管理员")
    browser = request.getfixturevalue(screen)
    browser.goto(f"{live_server}/accounts/login/?next={PAGE}")
    browser.fill("input[name=login]", "root")
    browser.fill("input[name=password]", "a-long-password-1")
    browser.press("input[name=password]", "Enter")
    browser.wait_for_selector("h1:has-text('系统检查')")
    assert browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    browser.screenshot(path=f"build/health-{screen}.png", full_page=True)
