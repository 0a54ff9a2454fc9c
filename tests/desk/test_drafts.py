"""Nothing that staff typed or chose is lost: when a form comes back, when the session has ended, when a post is gone."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Attachment, Case
from huiyin.casework.sealed import attachments
from huiyin.people.models import Holding
from huiyin.web.drafts import form_drafts
from huiyin.web.models import StoredDraft
from huiyin.web.page_access import USED_KEY, USED_WITHIN
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html
from tests.desk.test_registration_page import typed
from tests.matters import Matter

FORM = "/desk/register/"
SCAN = b"%PDF-1.4\n1 0 obj\n"


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


def scan(name: str = "来信扫描件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, SCAN)


def _own_token(client: Client) -> str:
    """The token of a blank form: that of the form itself, below the drafts that are offered."""
    page = html(client.get(FORM))
    found = re.search(r'name="_draft" value="([^"]*)"', page[page.index('id="filled-in"') :])
    assert found is not None
    return found[1]


def test_a_scan_is_kept_when_a_registration_comes_back(desk: Desk) -> None:
    client = desk("registrar")
    token = hidden(client.get(FORM), "_draft")
    page = client.post(FORM, typed(text="", files=scan(), _draft=token))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "来信扫描件.pdf" in html(page)
    client.post(FORM, typed(_draft=token))
    assert [attachments.read_file(row).content for row in Attachment.objects.all()] == [SCAN]


def test_what_is_sent_after_the_session_has_ended_is_offered_after_signing_in(desk: Desk, cast: Cast) -> None:
    client = desk("registrar")
    token = hidden(client.get(FORM), "_draft")
    client.logout()
    answer = client.post(FORM, typed(_draft=token, files=scan()))
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert token not in answer.headers["Location"]
    client.force_login(cast.accounts["registrar"])
    assert "接着填" in html(client.get(FORM))
    page = client.post(FORM, {"_draft": token, "_resume": "1"})
    assert "滨江路路灯不亮" in html(page) and "来信扫描件.pdf" in html(page)
    client.post(FORM, typed(_draft=token))
    assert Case.objects.count() == Attachment.objects.count() == 1
    assert "接着填" not in html(client.get(FORM))


def test_drafts_are_told_apart_and_each_opens_itself(desk: Desk) -> None:
    client = desk("registrar")
    for text, channel in (("滨江路的路灯坏了。", "call"), ("东街的井盖丢了。", "letter"), ("西街很吵。", "visit")):
        secret = {"confidential": "on"} if channel == "visit" else {}
        client.post(FORM, typed(text=text, title="", channel=channel, _keep="1", _draft=_own_token(client), **secret))
    page, offers = html(client.get("/desk/drafts/")), html(client.get(FORM))
    for shown in (page, offers):
        assert "来电 · 陈** · 滨江路的路灯坏了" in shown and "来信 · 陈** · 东街的井盖丢了" in shown
        assert "来访 · 西街很吵" in shown and "陈晓光" not in shown
    first = page[page.index("东街") :]
    token = re.search(r'name="_draft" value="([^"]*)"', first)
    assert token is not None
    assert "东街的井盖丢了" in html(client.post(FORM, {"_draft": token[1], "_resume": "1"}))
    assert "东街" not in html(desk("intake").get("/desk/drafts/"))


def test_a_form_in_which_only_the_way_in_was_chosen_is_no_draft_to_go_on_with(desk: Desk) -> None:
    client = desk("registrar")
    blank = dict.fromkeys(typed(), "") | {"channel": "call", "headcount": "1", "p0-kind": "person"}
    for more in ({"_keep": "1"}, {"files": scan()}):
        client.post(FORM, {**blank, **more, "_draft": _own_token(client)})
        for page in (FORM, "/desk/drafts/"):
            assert ('name="_resume"' in html(client.get(page))) is ("files" in more), page


def test_an_action_in_which_something_was_only_chosen_is_no_draft_to_go_on_with(desk: Desk, matter: Matter) -> None:
    client, form = desk("intake"), form_of(matter, "accept")
    token = hidden(client.get(form), "_draft")
    for words in ("", "由承办单位核实后书面答复。"):
        client.post(form, {"_draft": token, "kind": "claim", "route": words, "_keep": "1"})
        for page in (form, "/desk/drafts/"):
            assert ('name="_resume"' in html(client.get(page))) is bool(words), page
    resumed = html(client.post(form, {"_draft": token, "_resume": "1"}))
    assert re.search(r'value="claim"\s+checked', resumed), "what was chosen beside is kept"


def test_whoever_signs_in_instead_is_shown_nothing_of_it(desk: Desk, cast: Cast) -> None:
    client = desk("registrar")
    token = hidden(client.get(FORM), "_draft")
    client.logout()
    client.post(FORM, typed(_draft=token))
    client.force_login(cast.accounts["superior_registrar"])
    assert "接着填" not in html(client.get(FORM))
    assert "滨江路路灯不亮" not in html(client.post(FORM, {"_draft": token, "_resume": "1"}))


def test_what_a_script_kept_is_offered_to_its_owner_wherever_they_sign_in(desk: Desk) -> None:
    client = desk("registrar")
    kept = client.post(FORM, typed(_draft=hidden(client.get(FORM), "_draft"), _keep="1"))
    assert kept.status_code == HTTPStatus.NO_CONTENT
    page = desk("registrar").get(FORM)
    assert "接着填" in html(page)
    assert "接着填" not in html(desk("superior_registrar").get(FORM))
    resumed = desk("registrar").post(FORM, {"_draft": page.context["draft"]["offers"][0].token, "_resume": "1"})
    assert "滨江路路灯不亮" in html(resumed)


def test_an_action_keeps_its_files_and_what_was_typed(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    path = form_of(matter, "decline")
    token = hidden(client.get(path), "_draft")
    client.post(path, {"_draft": token, "reason": "不属本机关职权", "_keep": "1"})
    assert "不属本机关职权" in html(client.post(path, {"_draft": token, "_resume": "1"}))


def test_what_is_sent_by_whoever_holds_no_post_any_more_is_kept(desk: Desk, cast: Cast) -> None:
    client = desk("registrar")
    token = hidden(client.get(FORM), "_draft")
    Holding.objects.filter(account=cast.accounts["registrar"]).update(until=timezone.localdate() - timedelta(days=1))
    assert client.post(FORM, typed(_draft=token)).status_code == HTTPStatus.FORBIDDEN
    Holding.objects.filter(account=cast.accounts["registrar"]).update(until=None)
    assert "接着填" in html(client.get(FORM))


def test_drafts_of_staff_are_kept_for_a_week(desk: Desk) -> None:
    client = desk("registrar")
    client.post(FORM, typed(_draft=hidden(client.get(FORM), "_draft"), _keep="1"))
    assert form_drafts.sweep(timezone.now() + form_drafts.KEPT_OF_STAFF - timedelta(hours=1)) == 0
    assert form_drafts.sweep(timezone.now() + form_drafts.KEPT_OF_STAFF + timedelta(hours=1)) == 1
    assert not StoredDraft.objects.exists()


def test_a_session_lasts_from_when_it_was_last_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client: Client = desk("registrar")
    client.get("/desk/")
    assert USED_KEY not in client.session
    later = timezone.now() + USED_WITHIN
    monkeypatch.setattr(timezone, "now", lambda: later)
    client.get("/desk/")
    assert client.session[USED_KEY] == later.isoformat()


def test_ones_drafts_are_listed_with_their_end_and_thrown_away(desk: Desk, cast: Cast, matter: Matter) -> None:
    client, form = desk("intake"), form_of(matter, "accept")
    client.post(form, {"_draft": hidden(client.get(form), "_draft"), "route": "由承办单位核实。", "_keep": "1"})
    page = html(client.get("/desk/drafts/"))
    assert f'href="{form}"' in page and matter.case.number in page
    assert "7 日后自动删除" in page and "由承办单位核实" not in page
    assert "没有草稿" in html(desk("head").get("/desk/drafts/"))
    mine = StoredDraft.objects.get(form=form)
    assert desk("head").post(f"/desk/drafts/{mine.id}/remove/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"/desk/drafts/{mine.id}/remove/").status_code == HTTPStatus.FOUND
    assert form not in html(client.get("/desk/drafts/")) and not StoredDraft.objects.filter(id=mine.id).exists()


def test_nothing_is_left_of_a_draft_whose_case_was_closed_to_its_writer(desk: Desk, cast: Cast, matter: Matter) -> None:
    client, form = desk("intake"), form_of(matter, "accept")
    before = html(client.get("/desk/drafts/"))
    client.post(form, {"_draft": hidden(client.get(form), "_draft"), "route": "由承办单位核实。", "_keep": "1"})
    matter.does("petitioner", "supplement", more="举报同事 intake 索要好处。")
    after = html(client.get("/desk/drafts/"))
    assert "没有草稿" in before and "没有草稿" in after
    assert matter.case.number not in after and "remove/" not in after
