"""Nothing typed or handed in is lost on the public pages, with a script or without."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Attachment, Case, Submission
from huiyin.casework.sealed import attachments
from huiyin.portal.opened import FOR, SLIDES
from huiyin.web.drafts import draft_files, form_drafts
from huiyin.web.models import DraftFile, StoredDraft
from tests.cast import Cast
from tests.matters import Matter
from tests.portal.conftest import FORM, PETITION, hidden, html, open_matter

NOTE = "水从井盖里冒出来。".encode()


@pytest.fixture(autouse=True)
def _own_store(db: None, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


def note(name: str = "现场说明.txt", content: bytes = NOTE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def fresh(client: Client, path: str = FORM) -> dict[str, str]:
    """The hidden token of a form that was just opened."""
    return {"_draft": hidden(client.get(path), "_draft")}


def again(page: HttpResponse) -> dict[str, str]:
    return {"_draft": hidden(page, "_draft")}


def handed_in() -> list[tuple[str, bytes]]:
    return [(file.name, file.content) for file in map(attachments.read_file, Attachment.objects.order_by("id"))]


@pytest.mark.parametrize("press", [{"_more": "1"}, {"_find": "1", "find": "防火"}, {"text": ""}])
def test_a_file_chosen_without_a_script_is_kept_when_the_form_comes_back(
    cast: Cast, anyone: Client, press: dict[str, str]
) -> None:
    page = anyone.post(FORM, {**PETITION, **fresh(anyone), **press, "files": note()})
    assert "现场说明.txt" in html(page) and 'name="_remove"' in html(page)
    anyone.post(FORM, {**PETITION, **again(page)})
    assert handed_in() == [("现场说明.txt", NOTE)]


def test_a_file_is_taken_out_again_without_a_script(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, {**PETITION, **fresh(anyone), "_more": "1", "files": note()})
    row = DraftFile.objects.get()
    page = anyone.post(FORM, {**PETITION, **again(page), "_remove": str(row.id)})
    assert page.status_code == HTTPStatus.OK and PETITION["text"] in html(page)
    anyone.post(FORM, {**PETITION, **again(page)})
    assert handed_in() == []
    assert not default_storage.exists(f"{row.place}.0")


def test_a_file_that_cannot_be_kept_is_named_with_the_reason(cast: Cast, anyone: Client) -> None:
    sent = {**PETITION, **fresh(anyone), "_more": "1", "files": [note(), note("照片.jpg", b"MZ")]}
    page = html(anyone.post(FORM, sent))
    assert "“照片.jpg”没有收下：文件内容与扩展名jpg不符" in re.sub(r"\s+", "", page)
    assert [file.checked for file in DraftFile.objects.all()] == [True]


def test_what_waits_is_sealed_under_the_key_ring_and_then_under_the_key_of_the_case(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, {**PETITION, **fresh(anyone), "text": "井盖", "p0-phone": "12", "files": note()})
    row, file = StoredDraft.objects.get(), DraftFile.objects.get()
    with default_storage.open(f"{file.place}.0") as stored:
        assert NOTE not in stored.read()
    assert "井盖" not in repr(bytes(row.typed)) and json.dumps("井盖").encode() not in bytes(row.typed)
    anyone.post(FORM, {**PETITION, **again(page)})
    row.refresh_from_db()
    assert bytes(row.typed) == b"" and row.sent_at is not None
    assert handed_in() == [("现场说明.txt", NOTE)]


def test_the_files_of_a_form_open_with_its_token_alone(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, {**PETITION, **fresh(anyone), "_more": "1", "files": note()})
    other = Client()
    assert "现场说明.txt" not in html(other.post(FORM, {**PETITION, **fresh(other), "_more": "1"}))
    assert "现场说明.txt" not in html(anyone.get(FORM))


def test_a_form_sent_twice_since_its_answer_was_lost_gets_the_same_receipt(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, {**PETITION, **fresh(anyone), "_more": "1", "files": note()})
    sent = {**PETITION, **again(page)}
    anyone.post(FORM, sent)
    assert anyone.post(FORM, sent).status_code == HTTPStatus.FOUND
    assert Case.objects.count() == 1


def begin(client: Client, token: dict[str, str], content: bytes, name: str = "井盖.txt") -> HttpResponse:
    start = {"_begin": "1", "_input": "files", "name": name, "size": str(len(content)), "mark": "1"}
    return client.post(FORM, {**token, **start})


def piece(client: Client, token: dict[str, str], where: dict[str, Any], content: bytes) -> HttpResponse:
    offset = where["received"]
    part = SimpleUploadedFile("piece", content[offset : offset + where["piece"]])
    return client.post(FORM, {**token, "_piece": where["id"], "offset": str(offset), "piece": part})


def test_a_script_sends_a_file_in_pieces_and_goes_on_where_it_was_cut_off(cast: Cast, anyone: Client) -> None:
    content, token = b"x" * (draft_files.PIECE_BYTES + 7), fresh(anyone)
    where = begin(anyone, token, content).json()
    assert piece(anyone, token, where, content).json()["received"] == draft_files.PIECE_BYTES
    piece(anyone, token, where, content)  # the answer to it was lost: sent once more, and not kept twice
    where = begin(anyone, token, content).json()
    assert where["received"] == draft_files.PIECE_BYTES
    assert "井盖.txt" in html(piece(anyone, token, where, content))
    anyone.post(FORM, {**PETITION, **token})
    assert handed_in() == [("井盖.txt", content)]


def test_a_script_is_told_at_once_what_is_wrong_with_a_file(cast: Cast, anyone: Client) -> None:
    token = fresh(anyone)
    assert "不接受这种文件" in begin(anyone, token, b"MZ", "a.exe").json()["message"]
    start = {"_begin": "1", "_input": "files", "name": "a.txt", "mark": "", "size": str(21 * 1024 * 1024)}
    assert "单个附件最多" in anyone.post(FORM, {**token, **start}).json()["message"]
    lie = begin(anyone, token, b"MZ", "a.jpg").json()
    answer = piece(anyone, token, lie, b"MZ")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "不符" in answer.json()["message"]
    assert not DraftFile.objects.exists()


def test_a_form_holds_no_more_than_a_petition_may(cast: Cast, anyone: Client) -> None:
    token = fresh(anyone)
    for number in range(10):
        piece(anyone, token, begin(anyone, token, b"x", f"{number}.txt").json(), b"x")
    assert "附件最多 10 个" in begin(anyone, token, b"x", "11.txt").json()["message"]


def test_drafts_of_strangers_are_limited_by_sender_as_petitions_are(cast: Cast, anyone: Client, settings: Any) -> None:
    settings.HUIYIN_SUBMISSIONS_PER_ADDRESS = 2
    answers = [anyone.post(FORM, {**PETITION, **fresh(anyone), "_keep": "1"}).status_code for _ in range(3)]
    assert answers == [HTTPStatus.NO_CONTENT, HTTPStatus.NO_CONTENT, HTTPStatus.TOO_MANY_REQUESTS]


def test_what_waits_of_one_sender_has_a_limit(cast: Cast, anyone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_files, "MAX_SENDER_BYTES", 10)
    token, other = fresh(anyone), fresh(anyone)
    where, elsewhere = begin(anyone, token, b"x" * 8).json(), begin(anyone, other, b"x" * 8).json()
    assert piece(anyone, token, where, b"x" * 8).status_code == HTTPStatus.OK
    assert "等着提交的附件太多" in piece(anyone, other, elsewhere, b"x" * 8).json()["message"]
    assert "等着提交的附件太多" in begin(anyone, fresh(anyone), b"x" * 8).json()["message"]


def test_what_is_only_announced_takes_no_room_from_others(
    cast: Cast, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "MAX_SENDER_BYTES", 10)
    token = fresh(anyone)
    for number in range(10):
        assert "id" in begin(anyone, token, b"x" * 8, f"{number}.txt").json()
    neighbour = Client()
    theirs = fresh(neighbour)
    assert piece(neighbour, theirs, begin(neighbour, theirs, b"x" * 8).json(), b"x" * 8).status_code == HTTPStatus.OK


def test_files_that_were_announced_count_among_those_of_the_form_for_some_minutes(cast: Cast, anyone: Client) -> None:
    token, other = fresh(anyone), fresh(anyone)
    start = {"_begin": "1", "_input": "files", "mark": "", "size": str(19 * 1024 * 1024)}
    told = [anyone.post(FORM, {**token, **start, "name": f"{number}.txt"}).json() for number in range(4)]
    assert ["id" in one for one in told] == [True, True, True, False] and "60 MB" in told[-1]["message"]
    wheres = [begin(anyone, other, b"x", f"{number}.txt").json() for number in range(11)]
    assert "附件最多 10 个" in wheres.pop()["message"]
    DraftFile.objects.update(added_at=timezone.now() - draft_files.ANNOUNCED_FOR)
    wheres.append(begin(anyone, other, b"x", "11.txt").json())
    answers = [piece(anyone, other, where, b"x") for where in wheres]
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 10 + [HTTPStatus.UNPROCESSABLE_ENTITY]
    assert DraftFile.objects.filter(checked=True).count() == 10


def test_beginning_a_file_opens_no_more_names_than_a_form_can_hold(
    cast: Cast, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = fresh(anyone)
    for number in range(25):
        begin(anyone, token, b"x", f"{number}.txt")
        DraftFile.objects.update(added_at=timezone.now() - draft_files.ANNOUNCED_FOR)
    opened: list[bytes] = []
    real = draft_files.open_sealed
    monkeypatch.setattr(draft_files, "open_sealed", lambda *given: opened.append(given[2]) or real(*given))
    assert "id" in begin(anyone, token, b"x", "more.txt").json()
    assert len(opened) <= 10


def test_what_a_script_kept_comes_back_by_the_token_and_by_nothing_else(cast: Cast, anyone: Client) -> None:
    token = fresh(anyone)
    assert anyone.post(FORM, {**PETITION, **token, "_keep": "1"}).status_code == HTTPStatus.NO_CONTENT
    assert PETITION["text"] not in html(anyone.get(FORM))
    page = anyone.post(FORM, {**token, "_resume": "1"})
    assert PETITION["text"] in html(page) and hidden(page, "_key") == PETITION["_key"]
    anyone.post(FORM, {**token, "_discard": "1"})
    assert not StoredDraft.objects.exists()
    assert PETITION["text"] not in html(anyone.post(FORM, {**token, "_resume": "1"}))


def test_a_draft_is_swept_a_day_after_it_was_last_changed(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, {**PETITION, **fresh(anyone), "_more": "1", "files": note()})
    place = DraftFile.objects.get().place
    assert form_drafts.sweep(timezone.now() + form_drafts.KEPT - timedelta(minutes=1)) == 0
    assert form_drafts.sweep(timezone.now() + form_drafts.KEPT + timedelta(minutes=1)) == 1
    assert not default_storage.exists(f"{place}.0")


def test_a_form_without_a_mark_against_forgery_comes_back_with_a_button_that_sends_it(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})
    page = strict.post(FORM, {**PETITION, **fresh(strict), "csrfmiddlewaretoken": "x", "files": note()})
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert f'action="{FORM}"' in html(page) and PETITION["text"] in html(page)
    sent = dict(re.findall(r'<input\s+type="hidden"\s+name="([^"]*)"\s+value="([^"]*)"', html(page)))
    assert strict.post(FORM, {**sent}).status_code == HTTPStatus.FOUND
    assert handed_in() == [("现场说明.txt", NOTE)]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", ""])
def test_what_another_site_sends_is_not_put_behind_a_button(cast: Cast, origin: str) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Origin": origin} if origin else {})
    page = html(strict.post(FORM, PETITION))
    assert "<form" not in page.split("<main")[1] and PETITION["text"] not in page


def test_an_open_receipt_stays_open_while_it_is_used(
    anyone: Client, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_matter(anyone, matter)
    began = timezone.now()
    for later in (FOR - SLIDES, 2 * (FOR - SLIDES)):
        monkeypatch.setattr(timezone, "now", lambda later=later: began + later)
        assert anyone.get("/track/matter/").status_code == HTTPStatus.OK
    monkeypatch.setattr(timezone, "now", lambda: began + 4 * FOR)
    assert anyone.get("/track/matter/").status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("path", [FORM, "/track/matter/supplement/"])
def test_without_a_script_a_form_is_put_aside_and_gone_on_with_in_the_same_browser_alone(
    cast: Cast, anyone: Client, matter: Matter, path: str
) -> None:
    open_matter(anyone, matter)
    typed = {**PETITION, "more": PETITION["text"], "files": note()}
    assert 'name="_later"' in html(anyone.get(path))
    anyone.post(path, {**typed, **fresh(anyone, path), "_later": "1"})
    assert Submission.objects.count() == 1
    page = anyone.get(path)
    assert "接着填" in html(page) and PETITION["text"] not in html(page)
    (offer,) = page.context["draft"]["offers"]
    back = html(anyone.post(path, {"_draft": offer.token, "_resume": "1"}))
    assert PETITION["text"] in back and "现场说明.txt" in back
    other = Client()
    open_matter(other, matter)
    assert not other.get(path).context["draft"]["offers"]
    typed.pop("files")
    anyone.post(path, {**typed, "_draft": offer.token})
    assert not anyone.get(path).context["draft"]["offers"]


def test_what_was_sent_after_the_receipt_had_closed_is_there_when_it_is_open_again(
    cast: Cast, anyone: Client, matter: Matter
) -> None:
    open_matter(anyone, matter)
    path = "/track/matter/supplement/"
    token = fresh(anyone, path)
    anyone.post("/track/close/")
    page = anyone.post(path, {**token, "more": "又坏了一盏", "files": note()})
    assert page.status_code == HTTPStatus.UNAUTHORIZED and "您填写的内容都还在" in html(page)
    back = anyone.post("/track/", {"receipt": matter.registered.receipt, "code": matter.registered.code})
    assert back.headers["Location"] == path
    assert "接着填" in html(anyone.get(path))
    page = anyone.post(path, {**token, "_resume": "1"})
    assert "又坏了一盏" in html(page) and "现场说明.txt" in html(page)


def test_what_one_receipt_was_to_be_sent_is_not_shown_under_another(cast: Cast, anyone: Client, matter: Matter) -> None:
    anyone.post(FORM, PETITION)
    own = Submission.objects.exclude(id=matter.registered.submission.id).get()
    path = "/track/matter/supplement/"
    token = fresh(anyone, path)
    assert anyone.post(path, {**token, "more": "只给自己看", "_keep": "1"}).status_code == HTTPStatus.NO_CONTENT
    open_matter(anyone, matter)
    assert not anyone.get(path).context["draft"]["offers"]
    assert "只给自己看" not in html(anyone.post(path, {**token, "_resume": "1"}))
    assert own.id != matter.registered.submission.id
