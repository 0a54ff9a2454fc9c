"""What no browser of ours sends: answered in plain words, never with a failure."""

from __future__ import annotations

import pytest

from tests.desk.conftest import Desk, form_of, page_of
from tests.matters import Matter

NUL = "\x00"


@pytest.mark.parametrize(
    "address",
    [
        "/desk/cases/%00/",
        "/desk/cases/LJ%20OR%201=1/",
        "/desk/cases/../units/",
        "/desk/notices/not-a-uuid/",
        "/desk/cases/?stage=%00&unit=%00&klass=%00",
        "/desk/cases/?after=%00",
        "/desk/?before=9999-12-31&after=W10=",
        "/desk/unfinished/?after=bnVsbA==",
        "/desk/statistics/?unit=%00",
        "/desk/statistics/no_such_figure/?from=2026-01-01&to=2026-02-01",
        "/desk/statistics/upheld/?from=2026-02-31",
        "/desk/cases/?to=9999-12-31",
        "/desk/cases/?from=0001-01-01",
        "/desk/cases/print/?to=9999-12-31",
        "/desk/statistics/?from=0001-01-01&to=0001-01-31",
        "/desk/statistics/?from=9999-12-01&to=9999-12-31",
    ],
)
def test_strange_addresses_are_answered(address: str, desk: Desk, matter: Matter) -> None:
    assert desk("registrar").get(address).status_code in (200, 400, 404)


@pytest.mark.parametrize("field", ["kind", "route", "_key", "_at_seq"])
def test_a_control_character_in_any_field_of_a_form_is_no_failure(field: str, desk: Desk, matter: Matter) -> None:
    typed = {"kind": "claim", "route": "书面答复。", field: NUL}
    assert desk("intake").post(form_of(matter, "accept"), typed).status_code in (302, 422)
    assert desk("intake").post(f"{form_of(matter, 'accept')}preview/", typed).status_code == 200


@pytest.mark.parametrize("field", ["unit", "handler", "due_date"])
def test_a_control_character_in_a_choice_is_no_failure(field: str, desk: Desk, matter: Matter) -> None:
    matter.does("intake", "accept")
    assert desk("intake").post(form_of(matter, "assign"), {field: NUL}).status_code == 422


@pytest.mark.parametrize("field", ["q", "after"])
def test_a_control_character_in_a_search_finds_nothing(field: str, desk: Desk, matter: Matter) -> None:
    assert desk("registrar").post("/desk/cases/", {"q": "13800001111", field: NUL}, follow=True).status_code == 200


@pytest.mark.parametrize(
    "field",
    ["channel", "received_at", "headcount", "title", "text", "accused", "accused_units", "_key", "p0-name", "p0-phone"],
)
def test_a_control_character_in_a_registration_is_no_failure(field: str, desk: Desk) -> None:
    typed = {"channel": "visit", "headcount": "1", "p0-kind": "person", "p0-name": "陈", "text": "灯坏了", field: NUL}
    assert desk("registrar").post("/desk/register/", typed).status_code in (302, 422)
    assert desk("registrar").post("/desk/register/repeats/", typed).status_code == 200


def test_pages_that_only_take_posts_say_so(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    assert client.get(f"{page_of(matter)}petitioners/").status_code == 405
    assert client.get("/desk/post/").status_code == 405
    assert client.post("/desk/units/").status_code == 405
