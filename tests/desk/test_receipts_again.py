"""A petitioner who lost the query code, or never got one, gets a new one at the counter; the one before opens nothing more."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.casework import receipts, tracking
from huiyin.casework.models import CodeIssue, Submission
from huiyin.ledger.models import Row
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter, replay_equals_projection

SENT = {"proof": "id-card", "void": "yes"}


def contact(matter: Matter) -> Submission:
    return Submission.objects.get(case_id=matter.id)


def again(matter: Matter) -> str:
    return f"{page_of(matter)}receipts/{contact(matter).id}/"


def shown_code(page: HttpResponse) -> str:
    found = re.search(r"查询码</span><b>(\w{8})</b>", html(page))
    assert found is not None
    return found.group(1)


def test_the_page_of_the_case_leads_to_a_new_code_and_the_old_one_is_void(desk: Desk, matter: Matter) -> None:
    client, receipt = desk("registrar"), contact(matter).receipt
    assert f'href="{again(matter)}"' in html(client.get(page_of(matter)))
    shown = client.post(again(matter), SENT, follow=True)
    code = shown_code(shown)
    assert "<h1>已补发</h1>" in html(shown) and "再登记一件" not in html(shown)  # nothing was registered
    assert code != receipts.code_of(receipt)
    assert tracking.open_receipt(receipt, code) is not None
    assert tracking.open_receipt(receipt, receipts.code_of(receipt)) is None
    replay_equals_projection(matter.id)


def test_a_browser_that_was_opened_with_the_old_code_is_closed(desk: Desk, matter: Matter, client: Client) -> None:
    receipt = contact(matter).receipt
    client.post("/track/", {"receipt": receipt, "code": receipts.code_of(receipt)})
    assert client.get("/track/matter/").status_code == 200
    desk("registrar").post(again(matter), SENT)
    assert client.get("/track/matter/").status_code == 302


def test_only_the_session_that_gave_it_out_can_print_it_and_no_longer_once_another_was_given_out(
    desk: Desk, matter: Matter
) -> None:
    first, second = desk("registrar"), desk("registrar")
    first.post(again(matter), SENT)
    assert first.get("/desk/register/receipt/").status_code == 200
    assert second.get("/desk/register/receipt/").status_code == 302
    second.post(again(matter), SENT)
    assert second.get("/desk/register/receipt/").status_code == 200
    assert first.get("/desk/register/receipt/").status_code == 302


@pytest.mark.parametrize("who", ["intake", "handler", "head", "stranger", "outsider", "reviewer"])
def test_nobody_else_gives_it_out_or_is_led_there(desk: Desk, matter: Matter, who: str) -> None:
    client = desk(who)
    assert client.get(again(matter)).status_code == 404
    assert client.post(again(matter), SENT).status_code == 404
    assert "补发回执和查询码" not in html(client.get(page_of(matter)))
    assert not CodeIssue.objects.exists()


@pytest.mark.parametrize("sent", [{"void": "yes"}, {"proof": "id-card"}, {"proof": "a smile", "void": "yes"}])
def test_without_papers_nothing_is_given_out(desk: Desk, matter: Matter, sent: dict[str, str]) -> None:
    refused = desk("registrar").post(again(matter), sent)
    assert refused.status_code == 422
    assert ("checked" in html(refused)) is ("void" in sent or "id-card" in sent.values())  # what was ticked stays
    assert not CodeIssue.objects.exists()


def test_that_it_was_given_out_is_on_record_and_the_code_is_nowhere(
    desk: Desk, matter: Matter, caplog: pytest.LogCaptureFixture
) -> None:
    code = shown_code(desk("registrar").post(again(matter), SENT, follow=True))
    made = CodeIssue.objects.get()
    assert (made.number, made.proof) == (1, "id-card")
    assert not any(code in row.body for row in Row.objects.all())
    assert code not in caplog.text
