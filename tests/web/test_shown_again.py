"""Going back to a form that came back: it is asked for, never sent again."""

from __future__ import annotations

from typing import Final

import pytest
from django.test import Client

from huiyin.casework.models import Case, Submission
from huiyin.people.models import Account
from huiyin.web.models import StoredDraft
from tests.cast import Cast
from tests.matters import Matter, begin
from tests.portal.conftest import FORM, PETITION, anyone, cast, hidden, html, matter, open_matter  # noqa: F401

BROWSER: Final = {"Sec-Fetch-Mode": "navigate"}


def sent(client: Client, path: str, fields: dict[str, str]) -> str:
    """Where the answer to a form of a browser stands."""
    answer = client.post(path, fields, headers=BROWSER)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


@pytest.mark.usefixtures("cast")
def test_what_came_back_has_an_address_that_says_nothing_and_shows_everything(anyone: Client) -> None:  # noqa: F811
    there = sent(anyone, FORM, {**PETITION, "p0-name": ""})
    assert there == FORM + "?shown=1"
    for _visit in (1, 2):  # coming back to it
        page = anyone.get(there)
        assert page.status_code == 422
        assert PETITION["text"] in html(page)
    assert sent(anyone, FORM, {**PETITION, "p0-name": ""}) == FORM + "?shown=2"


@pytest.mark.usefixtures("cast")
def test_what_is_kept_is_sealed_and_nobody_elses(anyone: Client) -> None:  # noqa: F811
    there = sent(anyone, FORM, {**PETITION, "p0-name": ""})
    assert not any(PETITION["text"].encode() in bytes(row.typed) for row in StoredDraft.objects.all())
    assert Client().get(there).headers["Location"] == FORM
    anyone.force_login(Account.objects.get(username="intake"))
    assert anyone.get(there).headers["Location"] == FORM


def test_leaving_the_matter_closes_what_was_shown_of_it(anyone: Client, matter: Matter) -> None:  # noqa: F811
    open_matter(anyone, matter)
    path = "/track/matter/supplement/"
    there = sent(anyone, path, {"_draft": hidden(anyone.get(path), "_draft"), "more": ""})
    assert anyone.get(there).status_code == 422
    anyone.post("/track/close/")
    assert anyone.get(there).headers["Location"] == path


def test_a_program_gets_the_answer_itself(anyone: Client, cast: Cast) -> None:  # noqa: F811
    assert anyone.post(FORM, {**PETITION, "p0-name": ""}).status_code == 422


def test_a_page_of_staff_that_refuses_can_be_gone_back_to(anyone: Client, cast: Cast) -> None:  # noqa: F811
    anyone.force_login(cast.accounts["registrar"])
    there = sent(anyone, "/desk/register/", {"text": "门前的路灯不亮。"})
    assert "门前的路灯不亮。" in html(anyone.get(there))


@pytest.mark.usefixtures("cast")
def test_another_language_chosen_on_a_form_takes_along_what_is_typed(anyone: Client) -> None:  # noqa: F811
    blank = anyone.get(FORM)
    assert 'formaction="/submit/lj/?language=zh-hant"' in html(blank)
    there = sent(anyone, FORM + "?language=zh-hant", {**PETITION, "_draft": hidden(blank, "_draft")})
    page = html(anyone.get(there))
    assert '<html lang="zh-hant">' in page
    assert PETITION["text"] in page
    assert "error-summary" not in page  # it was not meant to be handed in
    assert not Submission.objects.exists()
    assert '<html lang="zh-hant">' in html(anyone.get("/"))


def test_a_page_of_staff_keeps_its_form_in_another_language_too(anyone: Client, matter: Matter, cast: Cast) -> None:  # noqa: F811
    anyone.force_login(cast.accounts["intake"])
    path = f"/desk/cases/{matter.case.number}/actions/decline/"
    page = html(anyone.get(path))
    assert f'formaction="{path}?language=en"' in page
    fields = {"_draft": hidden(anyone.get(path), "_draft"), "reason": "江边里三号楼的消火栓没有水"}
    page = html(anyone.get(sent(anyone, path + "?language=en", fields)))
    assert '<html lang="en">' in page
    assert "江边里三号楼的消火栓没有水" in page
    assert matter.case.stage == "registered"


def test_whoever_may_see_a_matter_no_longer_sees_what_came_back_of_it_neither(
    anyone: Client,  # noqa: F811
    matter: Matter,  # noqa: F811
    cast: Cast,  # noqa: F811
) -> None:
    anyone.force_login(cast.accounts["intake"])
    path = f"/desk/cases/{matter.case.number}/actions/decline/"
    there = sent(anyone, path, {"_draft": hidden(anyone.get(path), "_draft"), "reason": "由别的机关办理"})
    assert "由别的机关办理" in html(anyone.get(there))
    Case.objects.filter(id=matter.id).update(unresolved=True)
    assert anyone.get(there).status_code == 404


def test_what_came_back_of_one_receipt_is_gone_when_another_is_opened(
    anyone: Client,  # noqa: F811
    matter: Matter,  # noqa: F811
    cast: Cast,  # noqa: F811
) -> None:
    open_matter(anyone, matter)
    path = "/track/matter/supplement/"
    there = sent(anyone, path, {"_draft": hidden(anyone.get(path), "_draft"), "more": "", "also_accused": "某人"})
    assert "某人" in html(anyone.get(there))
    open_matter(anyone, begin(cast))
    assert anyone.get(there).headers["Location"] == path


@pytest.mark.usefixtures("cast")
def test_nobody_is_sent_to_another_host(anyone: Client) -> None:  # noqa: F811
    answer = anyone.get("/", {"shown": "1"}, PATH_INFO="//elsewhere.example/")
    assert answer.headers["Location"] == "/elsewhere.example/"


def test_so_do_the_pages_that_keep_no_draft(anyone: Client, matter: Matter) -> None:  # noqa: F811
    page = html(anyone.post("/track/?language=en", {"receipt": "HY-7K3M-9QRT-2WXY", "code": ""}))
    assert 'value="HY-7K3M-9QRT-2WXY"' in page and '<html lang="en">' in page
    open_matter(anyone, matter)
    page = html(anyone.post("/track/matter/contact/?language=zh-hant", {"phone": "139 0000 5678"}))
    assert 'value="139 0000 5678"' in page and '<html lang="zh-hant">' in page
    assert "error-summary" not in page
