"""Following a matter on the public pages, and acting on it."""

import re
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.casework import code_guesses
from huiyin.casework.models import Attachment, Case, Duty
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File
from huiyin.door import Accepted, ActionRequest, execute
from huiyin.people.models import AccessRecord
from huiyin.portal import tracking as pages
from tests.cast import Cast
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.portal.conftest import FORM, PETITION, hidden, html, open_matter


def act(client: Client, action: str, **fields: str) -> int:
    """The status of an action's form, sent as a browser would."""
    path = f"/track/matter/{action}/"
    form = client.get(path)
    sent = client.post(path, {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **fields})
    return sent.status_code


def test_receipt_and_code_open_the_matter(anyone: Client, matter: Matter) -> None:
    page = html(open_matter(anyone, matter))
    assert matter.case.number in page
    assert "已收到，正在审查" in page
    assert "临江信访办" in page


def test_the_page_shows_neither_name_nor_phone(anyone: Client, matter: Matter) -> None:
    page = html(open_matter(anyone, matter))
    assert "陈晓光" not in page
    assert "13800001111" not in page


def test_a_wrong_code_and_an_unknown_receipt_are_told_alike(anyone: Client, matter: Matter) -> None:
    wrong = anyone.post("/track/", {"receipt": matter.registered.receipt, "code": "AAAAAAAA"})
    unknown = anyone.post("/track/", {"receipt": "HY-2222-2222-2222", "code": matter.registered.code})
    assert wrong.status_code == unknown.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert str(wrong.context["error"]) == str(unknown.context["error"])


def test_after_ten_wrong_codes_a_wrong_one_is_held_back_and_the_right_one_opens(anyone: Client, matter: Matter) -> None:
    for _ in range(code_guesses.MAX_GUESSES["pair"]):
        anyone.post("/track/", {"receipt": matter.registered.receipt, "code": "AAAAAAAA"})
    pair = {"receipt": matter.registered.receipt, "code": matter.registered.code}
    held = anyone.post("/track/", {**pair, "code": "AAAAAAAA"})
    assert held.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert held.headers["Retry-After"] == held.headers[code_guesses.HELD_BACK] == "3"
    assert anyone.post("/track/", pair).status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("receipt", ["", "\0", "x" * 500])
def test_what_cannot_be_a_receipt_is_answered_calmly(db: None, anyone: Client, receipt: str) -> None:
    assert anyone.post("/track/", {"receipt": receipt, "code": "AAAAAAAA"}).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["/track/matter/", "/track/matter/supplement/", f"/track/matter/notices/{'0' * 8}-0000-0000-0000-{'0' * 12}/"],
)
def test_nothing_is_shown_before_a_receipt_was_opened(db: None, anyone: Client, path: str) -> None:
    assert anyone.get(path)["Location"] == "/track/"


def test_an_open_receipt_closes_by_itself_after_an_hour(
    anyone: Client, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_matter(anyone, matter)
    later = timezone.now() + timedelta(hours=1, minutes=1)

    class Later:
        @staticmethod
        def now() -> datetime:
            return later

    monkeypatch.setattr(pages, "timezone", Later)
    assert anyone.get("/track/matter/")["Location"] == "/track/"


@pytest.mark.parametrize("form", ["lower", "bare", "wide"])
def test_receipt_and_code_open_the_matter_however_they_are_typed(anyone: Client, matter: Matter, form: str) -> None:
    def typed(text: str) -> str:
        wide = "".join(chr(ord(char) + 0xFEE0) for char in text)
        return {"lower": text.lower(), "bare": text.replace("-", ""), "wide": wide}[form]

    pair = {"receipt": typed(matter.registered.receipt), "code": typed(matter.registered.code)}
    assert anyone.post("/track/", pair).status_code == HTTPStatus.FOUND


def test_leaving_closes_it_at_once(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    anyone.post("/track/close/")
    assert anyone.get("/track/matter/")["Location"] == "/track/"


def test_opening_a_second_receipt_closes_the_first(anyone: Client, cast: Cast, matter: Matter) -> None:
    other = begin(cast, timezone.now() - timedelta(days=1))
    open_matter(anyone, matter)
    page = html(open_matter(anyone, other))
    assert other.case.number in page
    assert matter.case.number not in page


def test_a_supplement_is_recorded_and_shown(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    assert act(anyone, "supplement", more="照片是周三拍的。") == HTTPStatus.FOUND
    assert "照片是周三拍的。" in html(anyone.get("/track/matter/"))


def test_a_photograph_can_be_added_later_and_the_office_can_open_it(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    form = anyone.get("/track/matter/supplement/")
    assert 'type="file"' in html(form)
    fields = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "more": "照片是周三拍的。"}
    note = SimpleUploadedFile("现场说明.txt", "水从井盖里冒出来。".encode())
    assert anyone.post("/track/matter/supplement/", {**fields, "files": note}).status_code == HTTPStatus.FOUND
    assert "现场说明.txt" in html(anyone.get("/track/matter/"))
    (kept,) = attachments.listed(matter.case)
    assert kept.name == "现场说明.txt"
    replay_equals_projection(matter.id)


@pytest.mark.parametrize(("reading", "status"), [("waiting", HTTPStatus.OK), ("withheld", HTTPStatus.NOT_FOUND)])
def test_their_own_file_is_opened_before_it_was_looked_through_and_not_once_it_is_withheld(
    anyone: Client, cast: Cast, reading: str, status: HTTPStatus
) -> None:
    matter = begin(cast, files=(File("说明.txt", b"17"),))
    Attachment.objects.update(reading=reading)
    open_matter(anyone, matter)
    own = Attachment.objects.get(case=matter.id)
    page = html(anyone.get("/track/matter/"))
    assert anyone.get(f"/track/matter/files/{own.id}/").status_code == status
    assert "说明.txt" in page and ("保密工作机构" in page) is (status == HTTPStatus.NOT_FOUND)


def test_a_file_that_lies_about_its_kind_is_refused_and_the_words_are_kept(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    lie = SimpleUploadedFile("照片.jpg", b"MZ" + bytes(100))
    sent = anyone.post("/track/matter/supplement/", {"more": "照片是周三拍的。", "files": lie, "_key": "k"})
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "照片是周三拍的。" in html(sent)
    assert "与扩展名" in html(sent)
    assert not Attachment.objects.exists()


def test_the_petitioner_withdraws_and_nothing_is_owed_any_more(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    assert act(anyone, "withdraw") == HTTPStatus.FOUND
    assert matter.case.ended_at is not None
    assert "现在由谁负责" not in html(anyone.get("/track/matter/"))


def test_rating_and_review_follow_the_reply(anyone: Client, matter: Matter) -> None:
    walk(matter, until="serve_reply")
    open_matter(anyone, matter)
    assert act(anyone, "rate", office_score="satisfied", unit_score="fair") == HTTPStatus.FOUND
    assert act(anyone, "apply_review", challenge="至今没有修好。") == HTTPStatus.FOUND
    assert matter.case.stage == "review"


def test_an_incomplete_form_comes_back_with_what_was_typed(anyone: Client, matter: Matter) -> None:
    walk(matter, until="serve_reply")
    open_matter(anyone, matter)
    sent = anyone.post("/track/matter/rate/", {"office_score": "satisfied", "remark": "还行。", "_key": "k"})
    assert sent.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还行。" in html(sent)
    assert 'href="#f-unit_score"' in html(sent)


def test_what_is_too_early_says_why_instead_of_offering_a_form(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    page = html(anyone.get("/track/matter/apply_review/"))
    assert "现在还不能" in page
    assert "<textarea" not in page


def test_a_form_that_something_overtook_keeps_what_was_typed(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    form = anyone.get("/track/matter/supplement/")
    matter.does("intake", "accept")
    fields = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "more": "照片是周三拍的。"}
    stale = anyone.post("/track/matter/supplement/", fields)
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "照片是周三拍的。" in html(stale)
    fields = {"_key": hidden(stale, "_key"), "_at_seq": hidden(stale, "_at_seq"), "more": "照片是周三拍的。"}
    assert anyone.post("/track/matter/supplement/", fields).status_code == HTTPStatus.FOUND


def test_sending_a_form_twice_acts_once(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    form = anyone.get("/track/matter/supplement/")
    fields = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "more": "照片是周三拍的。"}
    before = matter.case.seq
    assert anyone.post("/track/matter/supplement/", fields).status_code == HTTPStatus.FOUND
    once = matter.case.seq
    assert anyone.post("/track/matter/supplement/", fields).status_code == HTTPStatus.FOUND
    assert matter.case.seq == once > before


@pytest.mark.parametrize("action", ["accept", "decline", "assign", "submit", "conclude", "nonsense"])
def test_what_is_not_the_petitioners_to_do_is_not_found(anyone: Client, matter: Matter, action: str) -> None:
    open_matter(anyone, matter)
    before = matter.case.seq
    assert anyone.get(f"/track/matter/{action}/").status_code == HTTPStatus.NOT_FOUND
    assert anyone.post(f"/track/matter/{action}/", {}).status_code == HTTPStatus.NOT_FOUND
    assert matter.case.seq == before


def test_a_notice_is_a_page_and_reading_it_is_recorded(anyone: Client, matter: Matter) -> None:
    matter.does("intake", "accept")
    page = open_matter(anyone, matter)
    document = page.context["view"].documents[0]
    read = html(anyone.get(f"/track/matter/notices/{document.id}/"))
    assert "受理告知书" in read
    assert "陈晓光：" in read
    assert AccessRecord.objects.filter(purpose="notice", case=matter.id, account=None).exists()


def test_the_notice_of_another_matter_is_not_found(anyone: Client, cast: Cast, matter: Matter) -> None:
    other = begin(cast, timezone.now() - timedelta(days=1))
    other.does("intake", "accept")
    document = open_matter(anyone, other).context["view"].documents[0]
    open_matter(anyone, matter)
    assert anyone.get(f"/track/matter/notices/{document.id}/").status_code == HTTPStatus.NOT_FOUND


def test_a_sheet_to_a_unit_is_not_for_the_petitioner(anyone: Client, matter: Matter) -> None:
    walk(matter, until="assign")
    sheet = matter.case.notices.get(addressee="unit")
    page = open_matter(anyone, matter)
    assert "交办单" not in html(page)
    assert anyone.get(f"/track/matter/notices/{sheet.id}/").status_code == HTTPStatus.NOT_FOUND


def test_looking_changes_nothing(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    before = matter.case.seq
    for path in ("/track/", "/track/matter/", "/track/matter/supplement/"):
        assert anyone.get(path).status_code == HTTPStatus.OK
    assert matter.case.seq == before


@pytest.mark.parametrize("left", [{"p0-kind": "anonymous"}, {"p0-phone": "", "p0-address": ""}])
def test_every_notice_is_published_to_whoever_left_no_name_or_no_way_to_reach_them(
    cast: Cast, anyone: Client, left: dict[str, str]
) -> None:
    """Regulation Art. 23(2) spares service on them; reading it by receipt and code needs neither."""
    anyone.post(FORM, {**PETITION, **left})
    case = Case.objects.get()
    assert case.facts["name_clear"] == "no"
    reason = {"competent_organ": "住房和城乡建设局", "reason": "不属本机关职权"}
    request = ActionRequest(case.id, "decline", cast.actor("intake"), timezone.now(), reason)
    assert isinstance(execute(request), Accepted)
    page = html(anyone.get("/track/matter/"))
    assert "不属本机关职权告知书" in page
    link = re.findall(r'href="(/track/matter/notices/[^"]*)"', page)[0]
    assert "住房和城乡建设局" in html(anyone.get(link))


def test_while_nobody_is_found_to_decide_who_is_meant_it_is_not_said_to_be_the_petitioners_turn(
    anyone: Client, cast: Cast
) -> None:
    made = begin(cast, accused=("某位工作人员",))  # nobody here has accusations in custody
    open_matter(anyone, made)
    assert "确定您反映的人员和单位" in html(anyone.get("/track/matter/"))
    Duty.objects.filter(case=made.id, kind="identify_accused").update(unit=None)
    page = html(anyone.get("/track/matter/"))
    assert "由您决定" not in page and "正函请有权处理的机关派员" in page


def test_an_application_for_review_is_withdrawn_on_the_page_and_the_duties_come_back(
    cast: Cast, anyone: Client, matter: Matter
) -> None:
    walk(matter, "apply_review")
    assert "撤回复查申请" in html(open_matter(anyone, matter))
    assert act(anyone, "withdraw_review", note="已经与单位谈妥。") == HTTPStatus.FOUND
    assert matter.case.stage == "replied"
    assert {duty.kind for duty in Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None)} == {
        "conclude"
    }
    replay_equals_projection(matter.id)


def test_the_form_of_an_application_says_what_waits_and_what_goes_on(anyone: Client, matter: Matter) -> None:
    walk(matter, "serve_reply")
    open_matter(anyone, matter)
    assert "已经支持的请求照常落实" in html(anyone.get("/track/matter/apply_review/"))
