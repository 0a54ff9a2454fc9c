"""Signing several documents at once: each is read in full, and signed as it was read."""

from __future__ import annotations

import re
from http import HTTPStatus

from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, html
from tests.desk.test_papers_on_their_way import proposed, saved

SIGNING = "/desk/signing/"
SIGN = f"{SIGNING}approve_opinion/"


def values(page: str) -> list[str]:
    return re.findall(r'name="read" value="([^"]+)"', page)


def test_what_was_read_and_ticked_is_signed_and_the_rest_is_not(cast: Cast, desk: Desk) -> None:
    matters = [proposed(cast) for _ in range(3)]
    client = desk("head")
    assert "3 份待您签批" in html(client.get("/desk/"))
    page = html(client.get(SIGNING))
    assert page.count("列入本月检修。") == 3 and all(form_of(one, "approve_opinion") in page for one in matters)
    assert client.post(SIGN, {"read": values(page)[:2]}).status_code == HTTPStatus.FOUND
    assert sorted(one.case.stage for one in matters) == ["approved", "approved", "proposed"]
    assert "已签批 2 件" in html(client.get(SIGNING))


def test_a_text_that_was_changed_since_it_was_read_is_not_signed(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    client = desk("head")
    read = values(html(client.get(SIGNING)))
    saved(desk("handler"), matter, "列入本月检修。", "六月底前修好。")
    page = html(client.post(SIGN, {"read": read}, follow=True))
    assert matter.case.stage == "proposed"
    assert (
        matter.case.number in page.partition("alert-danger")[2]
        or matter.case.number in page.partition("alert-error")[2]
    )


def test_nothing_is_signed_without_a_tick_by_who_may_not_or_by_another_action(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    read = values(html(desk("head").get(SIGNING)))
    assert "请先勾选" in html(desk("head").post(SIGN, {}, follow=True))
    for name in ("handler", "stranger", "outside_head"):
        assert values(html(desk(name).get(SIGNING))) == []
        desk(name).post(SIGN, {"read": read})
    for action in ("return_opinion", "no_such_action"):
        desk("head").post(f"{SIGNING}{action}/", {"read": read})
    desk("head").post(SIGN, {"read": ["LJ-1:x", "nonsense", ":", f"{matter.case.number}:99999999999"]})
    assert matter.case.stage == "proposed"
    assert desk("head").get(SIGN).status_code == HTTPStatus.METHOD_NOT_ALLOWED
