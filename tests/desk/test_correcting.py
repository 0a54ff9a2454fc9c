"""The registrar puts a registration right at the desk."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, hidden, html, page_of
from tests.matters import Matter, begin

FORM = {
    "title": "滨江路路灯损坏",
    "text": "滨江路 8 号门前的路灯坏了。",
    "channel": "visit",
    "headcount": "2",
    "p0-name": "陈晓光",
    "p0-phone": "13900002222",
    "p0-address": "临江市滨江路 8 号",
    "reason": "登记时写错。",
}


def sent(client: Client, matter: Matter, **changes: str) -> HttpResponse:
    address = f"{page_of(matter)}correct/"
    form = {**FORM, "_at_seq": hidden(client.get(address), "_at_seq"), **changes}
    answer: HttpResponse = client.post(address, form)
    return answer


def test_a_registration_is_corrected_and_the_page_tells_it(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    assert f"{page_of(matter)}correct/" in html(client.get(page_of(matter)))
    form = html(client.get(f"{page_of(matter)}correct/"))
    assert 'value="13800001111"' in form and "住址" in form and "返回事项" in form
    assert sent(client, matter).status_code == HTTPStatus.FOUND
    page = html(client.get(page_of(matter)))
    for said in ("更正登记", "滨江路路灯不亮 → 滨江路路灯损坏", "138****1111 → 139****2222", "登记时写错。"):
        assert said in page
    assert "<h1>滨江路路灯损坏</h1>" in page
    assert page_of(matter) in html(client.post("/desk/cases/", {"q": "13900002222"}, follow=True))


def test_what_is_wrong_comes_back_with_everything_that_was_typed(desk: Desk, matter: Matter) -> None:
    answer = sent(desk("registrar"), matter, **{"p0-phone": "12", "reason": ""})
    page = html(answer)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "电话号码不正确" in page and "不能为空，请填写内容" in page
    assert 'value="滨江路路灯损坏"' in page and 'value="12"' in page


@pytest.mark.parametrize("name", ["intake", "archivist", "discipline"])
def test_who_does_not_register_is_offered_no_correction(name: str, desk: Desk, matter: Matter) -> None:
    client = desk(name)
    assert f"{page_of(matter)}correct/" not in html(client.get(page_of(matter)))
    assert client.get(f"{page_of(matter)}correct/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{page_of(matter)}correct/", FORM).status_code == HTTPStatus.NOT_FOUND


def test_what_is_called_by_its_first_words_is_shown_with_that_name(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    assert sent(client, matter, title="", text="东街的井盖丢了。请修。").status_code == HTTPStatus.FOUND
    assert "按内容定为“东街的井盖丢了" in html(client.get(f"{page_of(matter)}correct/"))


def test_who_asked_to_be_known_to_the_custodian_alone_is_not_shown_and_not_changed(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - 2 * DAY, confidential=True)
    client = desk("registrar")
    page = html(client.get(f"{page_of(matter)}correct/"))
    assert "陈晓光" not in page and "p0-phone" not in page
    assert sent(client, matter).status_code == HTTPStatus.FOUND
    assert not html(client.post("/desk/cases/", {"q": "13900002222"}, follow=True)).count(page_of(matter))


def test_the_petitioners_page_tells_that_it_was_corrected(desk: Desk, matter: Matter) -> None:
    sent(desk("registrar"), matter)
    anyone = Client()
    anyone.post("/track/", {"receipt": matter.registered.receipt, "code": matter.registered.code})  # type: ignore[union-attr]
    page = html(anyone.get("/track/matter/"))
    assert "登记信息已更正：标题、反映的内容、来件方式、人数、电话" in page
    assert "登记时写错。" not in page


def test_a_letter_that_came_from_above_after_all_asks_who_sent_it_and_by_when(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    refused = sent(client, matter, channel="referral")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "来文机关" in html(refused) and matter.case.channel != "referral"
    due = (timezone.localdate() + 20 * DAY).isoformat()
    said = {"source_organ": "江南省信访局", "reference_no": "江信〔2026〕7号", "source_due": due}
    assert sent(client, matter, channel="referral", **said).status_code == HTTPStatus.FOUND
    (owed,) = matter.case.duties.filter(kind="report_to_source")
    assert timezone.localdate(owed.due_at).isoformat() == due
    page = html(client.get(page_of(matter)))
    assert "江南省信访局" in page and "江信〔2026〕7号" in page and "来文机关" in page
    assert list(verify([matter.id])) == []
    page = html(client.get(f"{page_of(matter)}correct/"))
    assert all(f'value="{entry}"' in page for entry in said.values()), "what is registered stands there"
    later = (timezone.localdate() + 30 * DAY).isoformat()
    put_right = {"source_organ": "江南省消防总局", "reference_no": "", "source_due": later, "representatives": "2"}
    assert sent(client, matter, channel="referral", **{**said, **put_right}).status_code == HTTPStatus.FOUND
    (owed,) = matter.case.duties.filter(kind="report_to_source")
    assert timezone.localdate(owed.due_at).isoformat() == later
    page = html(client.get(page_of(matter)))
    assert "江南省信访局 → 江南省消防总局" in page and "江信〔2026〕7号 → （空）" in page and "（空） → 2" in page
    refused = sent(client, matter, channel="referral", source_organ="")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "来文机关" in html(refused)
    assert list(verify([matter.id])) == []


def test_what_a_referral_says_is_not_taken_where_nothing_came_from_above(desk: Desk, matter: Matter) -> None:
    refused = sent(desk("registrar"), matter, source_organ="江南省信访局")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请留空" in html(refused)
