"""The search of every page: what is found by whom, what stands in addresses, and what was opened last."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists import search_tokens
from huiyin.casework.lists.search_tokens import VALID
from huiyin.search import index
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_correcting import sent
from tests.desk.test_who_sees_what import PAGES
from tests.matters import Matter, begin, walk


def take_all_in() -> None:
    while index.take_in(timezone.now()):
        pass


@pytest.mark.parametrize("q", ["13800001111", "陈晓光", "receipt", "no", "两个星期", "兩個星期", "“晚上出行”"])
def test_one_box_finds_by_number_receipt_name_phone_and_words(q: str, desk: Desk, matter: Matter) -> None:
    take_all_in()
    wanted = {"receipt": matter.registered.receipt, "no": matter.case.number}.get(q, q)
    assert page_of(matter) in html(desk("registrar").post("/desk/find/", {"q": wanted}, follow=True))


def test_the_words_are_marked_where_they_stand(desk: Desk, matter: Matter) -> None:
    take_all_in()
    page = html(desk("registrar").post("/desk/find/", {"q": "兩個星期"}, follow=True))
    assert "<mark>两个星期</mark>" in page and f"已登记 · {timezone.localdate(matter.case.registered_at)}" in page


@pytest.mark.parametrize("who", ["stranger", "outsider", "below"])
def test_nobody_finds_what_they_may_not_see(who: str, desk: Desk, matter: Matter) -> None:
    take_all_in()
    for q in ("陈晓光", "两个星期", matter.case.number):
        assert page_of(matter) not in html(desk(who).post("/desk/find/", {"q": q}, follow=True))


def test_a_paper_is_found_and_opened(desk: Desk, cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "propose_opinion")
    take_all_in()
    page = html(desk("registrar").post("/desk/find/", {"q": "列入本月检修"}, follow=True))
    assert page_of(matter) in page


@pytest.mark.parametrize("confidential", [True, False])
def test_where_a_petitioner_is_found_now_is_found_by_no_words(confidential: bool, cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=2), confidential=confidential)
    anyone = Client()
    anyone.post("/track/", {"receipt": matter.registered.receipt, "code": matter.registered.code})  # type: ignore[union-attr]
    moved = {"phone": "13933334444", "address": "桃花源 7 号", "email": "zhugemi@example.cn"}
    assert anyone.post("/track/matter/contact/", moved).status_code == HTTPStatus.FOUND
    take_all_in()
    for who in ("registrar", "head"):
        for q in ("桃花源", "1393", "zhugemi"):
            page = html(desk(who).post("/desk/find/", {"q": q}, follow=True))
            assert not [words for words in ("<mark>", "桃花源 7", "13933334444", "example.cn") if words in page]


def test_who_signed_for_a_document_is_found_by_no_words_and_what_was_answered_is(desk: Desk, cast: Cast) -> None:
    walk(begin(cast, timezone.now() - timedelta(days=2)), "serve_reply")
    take_all_in()
    assert "<mark>接待室</mark>" not in html(desk("registrar").post("/desk/find/", {"q": "接待室"}, follow=True))
    assert "<mark>列入本月检修</mark>" in html(
        desk("registrar").post("/desk/find/", {"q": "列入本月检修"}, follow=True)
    )


def test_a_corrected_title_and_text_are_found(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    sent(client, matter, title="江堤步道塌陷", text="江堤步道塌了一块。")
    take_all_in()
    for q in ("步道塌陷", "塌了一块"):
        assert f"<mark>{q}</mark>" in html(client.post("/desk/find/", {"q": q}, follow=True))


def test_what_was_looked_for_stands_in_no_address_and_is_answered_again(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    sent = client.post("/desk/find/", {"q": "陈晓光"})
    assert sent.status_code == 302
    assert "%E9%99%88" not in sent["Location"]
    again = client.get(sent["Location"])
    assert page_of(matter) in html(again)
    assert again["Cache-Control"] == "no-store"
    assert again["Referrer-Policy"] == "strict-origin"


def test_a_token_is_its_account_s_alone_and_for_an_hour(cast: Cast, desk: Desk, matter: Matter) -> None:
    sent = desk("registrar").post("/desk/find/", {"q": "陈晓光"})
    assert page_of(matter) not in html(desk("intake").get(sent["Location"]))
    account = cast.accounts["registrar"].id
    old = search_tokens.token("陈晓光", account, timezone.now() - VALID)
    page = html(desk("registrar").get("/desk/find/", {"search": old}))
    assert page_of(matter) not in page
    assert "已经过期" in page


@pytest.mark.parametrize("q", ["", " ", "灯", "\x00", "“”", "，", "%", "'", "x" * 5000])
def test_a_question_that_asks_nothing_is_answered_in_words(q: str, desk: Desk, matter: Matter) -> None:
    assert desk("registrar").post("/desk/find/", {"q": q}, follow=True).status_code == 200


@pytest.mark.parametrize("after", ["x", "1.", "999999999999999999.999", "-1.0", "1.0"])
def test_a_wrong_place_to_go_on_from_is_no_error(after: str, desk: Desk, matter: Matter) -> None:
    sent = desk("registrar").post("/desk/find/", {"q": "路灯"})
    assert desk("registrar").get(f"{sent['Location']}&after={after}").status_code == 200


def test_every_page_has_the_box(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    # A calendar is a file, and counts are set into a page.
    pages = [
        page for page in (*PAGES, page_of(matter)) if page.endswith("/") and not page.endswith(("/count/", "/owed/"))
    ]
    shown = [answer for answer in map(client.get, pages) if answer.status_code == HTTPStatus.OK]
    assert len(shown) > len(pages) / 2 and all('action="/desk/find/"' in html(answer) for answer in shown)


def test_what_was_opened_last_stands_first_and_only_while_one_may_see_it(desk: Desk, cast: Cast) -> None:
    first, second = (begin(cast, timezone.now() - timedelta(days=2)) for _ in range(2))
    client = desk("registrar")
    for matter in (first, second, first):
        client.get(page_of(matter))
    page = html(client.get("/desk/find/"))
    opened = list(dict.fromkeys(re.findall(r"/desk/cases/([A-Z0-9-]+)/", page)))
    assert opened == [first.case.number, second.case.number]
    second.does("petitioner", "supplement", more="他们不理我。", also_accused=cast.units["lj-office"].name)
    assert client.get(page_of(second)).status_code == 404
    assert second.case.number not in html(client.get("/desk/find/"))


def test_the_sheet_of_keys_is_a_page_too(desk: Desk) -> None:
    assert "<kbd>j</kbd>" in html(desk("registrar").get("/desk/keys/"))
