"""Every page of what is kept ready: who may open it, and what another organisation learns of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.desk.conftest import Desk, html

SLUGS = ("tasks", "meetings", "members", "qualifications", "training", "supplies", "funds")
READ = ("policies/", "ready/", "ready/groups/", "ready/assessment/", *(f"ready/{slug}/" for slug in SLUGS))
FORMS = (
    "policies/new/",
    "ready/assessment/new/",
    "ready/assessment/schemes/new/",
    *(f"ready/{slug}/new/" for slug in SLUGS if slug != "tasks"),
)


@pytest.mark.parametrize("page", READ)
def test_everyone_who_works_here_opens_the_lists(desk: Desk, page: str) -> None:
    assert [desk(who).get(f"/desk/{page}").status_code for who in ("handler", "intake")] == [200, 200]
    assert Client().get(f"/desk/{page}").status_code == 302


@pytest.mark.parametrize("page", FORMS)
def test_only_who_sees_all_of_the_organisation_writes(desk: Desk, page: str) -> None:
    assert desk("intake").get(f"/desk/{page}").status_code == 200
    assert desk("handler").get(f"/desk/{page}").status_code == 403
    assert desk("handler").post(f"/desk/{page}", {}).status_code == 403


@pytest.mark.parametrize("page", FORMS)
def test_an_empty_form_comes_back_with_what_is_missing(desk: Desk, page: str) -> None:
    answer = desk("intake").post(f"/desk/{page}", {})
    assert answer.status_code == 422
    assert "invalid-feedback" in html(answer)


def test_a_register_that_there_is_not_is_not_found(desk: Desk) -> None:
    assert desk("intake").get("/desk/ready/nothing/").status_code == 404
    assert desk("intake").get("/desk/ready/tasks/new/").status_code == 404


def test_the_menu_offers_library_and_readiness(desk: Desk) -> None:
    page = html(desk("handler").get("/desk/"))
    assert "/desk/policies/" in page and "/desk/ready/" in page
