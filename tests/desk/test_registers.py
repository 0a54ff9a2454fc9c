"""The register as its users lay it out: columns, order, views, files, print, and the calendar."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin import worker
from huiyin.casework.lists.search_tokens import VALID, token
from huiyin.registers.columns import COLUMNS
from huiyin.registers.models import RegisterExport
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter, begin, walk


@pytest.fixture
def pair(cast: Cast) -> tuple[Matter, Matter]:
    """One that came in forty days ago, one two days ago."""
    now = timezone.now()
    return begin(cast, now - timedelta(days=40)), begin(cast, now - timedelta(days=2), headcount=7)


def listed(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/desk/cases/([A-Z]+-[0-9-]+)/", page)))


def test_every_column_can_be_chosen_and_people_stay_covered(desk: Desk, matter: Matter) -> None:
    page = html(desk("registrar").get("/desk/cases/", {"column": list(COLUMNS)}))
    assert [
        str(column.label) for column in COLUMNS.values() if f'<th scope="col">{column.label}</th>' not in page
    ] == []
    assert "陈**" in page
    assert "陈晓光" not in page


def test_a_register_is_sorted_as_was_chosen(desk: Desk, pair: tuple[Matter, Matter]) -> None:
    old, new = (matter.case.number for matter in pair)
    client = desk("registrar")
    assert listed(html(client.get("/desk/cases/"))) == [new, old]
    for sort in ("oldest", "due"):
        assert listed(html(client.get("/desk/cases/", {"sort": sort}))) == [old, new]


def test_days_narrow_a_register(desk: Desk, pair: tuple[Matter, Matter]) -> None:
    old, new = (matter.case.number for matter in pair)
    week = (timezone.localdate() - timedelta(days=7)).isoformat()
    client = desk("registrar")
    assert listed(html(client.get("/desk/cases/", {"from": week}))) == [new]
    assert listed(html(client.get("/desk/cases/", {"to": week}))) == [old]
    backward = html(client.get("/desk/cases/", {"from": timezone.localdate().isoformat(), "to": week}))
    assert not listed(backward) and "起始日期晚于截止日期" in backward


def test_who_reviews_narrows_to_an_organ_below(desk: Desk, cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=5)), "apply_review")
    client = desk("reviewer")
    assert listed(html(client.get("/desk/cases/", {"organ": "lj"}))) == [matter.case.number]
    assert listed(html(client.get("/desk/cases/", {"organ": "jn"}))) == []
    assert 'value="lj"' in html(client.get("/desk/cases/"))


def test_a_view_is_kept_offered_and_removed(desk: Desk, pair: tuple[Matter, Matter]) -> None:
    client = desk("registrar")
    sent = {"name": "最早的", "sort": "oldest", "column": ["number", "age"], "shared": "1"}
    page = html(client.post("/desk/cases/views/", sent, follow=True))
    assert "最早的" in page and '<th scope="col">历时天数</th>' in page
    assert "最早的" in html(desk("intake").get("/desk/cases/"))
    (remove,) = re.findall(r"/desk/views/[0-9a-f-]+/remove/", page)
    assert desk("intake").post(remove).status_code == 404
    client.post(remove)
    assert "最早的" not in html(client.get("/desk/cases/"))


def test_a_search_is_kept_and_made_again(desk: Desk, cast: Cast, matter: Matter) -> None:
    client = desk("registrar")
    search = token("陈晓光", cast.accounts["registrar"].id, timezone.now())
    client.post("/desk/find/kept/", {"search": search, "name": "老陈"})
    page = html(client.get("/desk/find/"))
    (again,) = re.findall(r'action="(/desk/find/kept/[0-9a-f-]+/)"', page)
    assert page_of(matter) in html(client.post(again, follow=True))
    assert desk("intake").post(again).status_code == 404
    assert client.post("/desk/find/kept/", {"search": "x"}, follow=True).status_code == 200


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_all_rows_are_had_as_a_file(form: str, desk: Desk, pair: tuple[Matter, Matter]) -> None:
    client = desk("registrar")
    sent = client.post("/desk/cases/files/", {"form": form, "sort": "oldest"})
    assert "progress" in html(client.get(sent["Location"]))
    part = client.get(sent["Location"], headers={"HX-Request": "true"})
    assert "已导出 0 条" in html(part) and "<html" not in html(part) and "HX-Refresh" not in part.headers
    assert client.get(f"{sent['Location']}register").status_code == 404
    while worker.do_jobs(timezone.now()):
        pass
    assert client.get(sent["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    made = client.get(f"{sent['Location']}register")
    assert made.status_code == 200
    assert f".{form}" in made["Content-Disposition"]
    assert desk("intake").get(sent["Location"]).status_code == 404
    assert desk("intake").get(f"{sent['Location']}register").status_code == 404


def test_the_printed_register_is_of_what_one_may_see_and_says_whose_it_is(desk: Desk, matter: Matter) -> None:
    page = html(desk("registrar").get("/desk/cases/print/"))
    assert matter.case.number in page and "陈**" in page and "同事 registrar" in page
    assert "陈晓光" not in page
    assert matter.case.number not in html(desk("stranger").get("/desk/cases/print/"))


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0001-01", "9999-12", "2026-02"])
def test_any_month_has_a_calendar(month: str, desk: Desk) -> None:
    assert desk("registrar").get("/desk/calendar/", {"month": month}).status_code == 200


def test_the_calendar_shows_what_is_due_to_who_may_see_it(desk: Desk, matter: Matter) -> None:
    due = matter.case.due_at
    assert due is not None
    asked = {"month": timezone.localdate(due).strftime("%Y-%m"), "whose": "all"}
    assert page_of(matter) in html(desk("intake").get("/desk/calendar/", asked))
    assert page_of(matter) not in html(desk("stranger").get("/desk/calendar/", asked))


def test_a_search_that_has_expired_makes_no_file_of_everything(desk: Desk, cast: Cast, matter: Matter) -> None:
    old = token("陈晓光", cast.accounts["registrar"].id, timezone.now() - VALID)
    page = html(desk("registrar").post("/desk/cases/files/", {"form": "csv", "search": old}, follow=True))
    assert "已经过期" in page
    assert not RegisterExport.objects.exists()
