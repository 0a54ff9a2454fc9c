"""Correcting an issued document at the desk: from its own page to the petitioner's, both documents readable and each naming the other."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.desk.test_papers_on_their_way import address, form_from, proposed
from tests.documents.drafting import drafted, state_of
from tests.matters import Matter

REASON = {"reason": "灯杆的编号写错。", "what": "slip"}


def replied(cast: Cast) -> Matter:
    matter = proposed(cast)
    matter.does("head", "approve_opinion")
    matter.at = timezone.now() - timedelta(minutes=10)
    matter.does("handler", "serve_reply")
    return matter


def notice_of(matter: Matter) -> str:
    return f"/desk/notices/{documents(read_history(matter.case, None))[-1].id}/"


def test_a_paper_is_corrected_and_served_anew_through_the_pages(cast: Cast, desk: Desk) -> None:
    matter = replied(cast)
    handler, head = desk("handler"), desk("head")
    old = notice_of(matter)
    assert "更正这份文书" in html(handler.get(old))
    begun = handler.post(f"{old}correct/", REASON)
    assert begun.status_code == HTTPStatus.FOUND and begun["Location"] == f"{address(matter)}edit/"
    form = form_from(html(handler.get(begun["Location"])))
    form = {name: text.replace("线路老化。", "三号灯杆线路老化。") for name, text in form.items()}
    assert handler.post(begun["Location"], form).status_code == HTTPStatus.FOUND
    assert "批准更正并编号" not in html(handler.get(address(matter)))  # who wrote it
    page = html(head.get(address(matter)))
    assert "批准更正并编号" in page and "灯杆的编号写错。" in page and "<ins>三号灯杆</ins>" in page
    digest = drafted(matter).newest.digest
    assert head.post(f"{address(matter)}approve/", {"digest": digest}).status_code == HTTPStatus.FOUND
    assert state_of(matter).status == "approved"
    form_page = html(handler.get(form_of(matter, "serve_reply")))
    assert "三号灯杆线路老化。" in form_page and "更正并替代" in form_page
    matter.at = timezone.now()
    matter.does("handler", "serve_reply")
    assert "以更正后的文书为准" in html(handler.get(old))
    case = html(handler.get(page_of(matter)))
    assert "已被更正" in case and "拟写更正文书" in case and "批准更正文书" in case


def test_who_has_no_part_in_a_paper_is_not_offered_to_correct_it(cast: Cast, desk: Desk) -> None:
    matter = replied(cast)
    old = notice_of(matter)
    assert "更正这份文书" not in html(desk("archivist").get(old))
    for name in ("archivist", "stranger"):
        desk(name).post(f"{old}correct/", REASON)
        assert state_of(matter).status == "issued"


@pytest.mark.parametrize("what", ["correct/", ""])
def test_a_correction_is_drafted_by_post_alone_and_by_who_signed_in(cast: Cast, desk: Desk, what: str) -> None:
    matter = replied(cast)
    answer = Client().post(f"{notice_of(matter)}{what}", REASON)
    assert answer.status_code == HTTPStatus.FOUND and "/login" in answer["Location"]
    assert desk("handler").get(f"{notice_of(matter)}correct/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_without_a_reason_nothing_is_drafted_and_the_page_says_so(cast: Cast, desk: Desk) -> None:
    matter = replied(cast)
    answer = desk("handler").post(f"{notice_of(matter)}correct/", {"reason": " "}, follow=True)
    assert "请写明更正的理由" in html(answer) and state_of(matter).status == "issued"
