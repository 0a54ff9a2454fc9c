"""Registering at the desk: nothing typed is lost, one contact makes one case, the receipt goes to who registered it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from huiyin.casework.models import Attachment, Case, CaseParty, Submission
from tests.cast import Cast
from tests.desk.conftest import Desk, hidden, html, page_of, shows_end_of_number
from tests.matters import Matter, begin

TEXT = "滨江路 8 号门前的路灯已经坏了两个星期,请派人修理。"


def typed(**changes: Any) -> dict[str, Any]:
    """A visit by one person, as a browser sends it."""
    return {
        "channel": "visit",
        "received_at": (timezone.localtime() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "headcount": "1",
        "p0-kind": "person",
        "p0-name": "陈晓光",
        "p0-phone": "138 0000 1111",
        "title": "滨江路路灯不亮",
        "text": TEXT,
        **changes,
    }


def person(number: int, name: str, **more: str) -> dict[str, str]:
    return {f"p{number}-kind": "person", f"p{number}-name": name, **{f"p{number}-{k}": v for k, v in more.items()}}


def test_a_registration_makes_a_case_and_a_receipt_to_print(desk: Desk) -> None:
    client = desk("registrar")
    answer = client.post("/desk/register/", typed())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/register/receipt/")
    submission = Submission.objects.get()
    page = html(client.get("/desk/register/receipt/"))
    assert submission.receipt in page and "查询码" in page and submission.case.number in page
    assert (submission.channel, submission.case.stage) == ("visit", "registered")


def test_the_query_code_is_shown_to_nobody_else(desk: Desk) -> None:
    desk("registrar").post("/desk/register/", typed())
    answer = desk("registrar").get("/desk/register/receipt/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/register/")


def test_what_is_wrong_is_named_and_everything_typed_is_kept(desk: Desk) -> None:
    later = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = desk("registrar").post(
        "/desk/register/",
        typed(
            received_at=later, headcount="0", text="", **{"p0-phone": "12", "more-reference_no": "江信转〔2026〕7 号"}
        ),
    )
    page = html(answer)
    assert answer.status_code == 422
    assert Case.objects.count() == 0
    for kept in (later, "陈晓光", 'value="12"', "滨江路路灯不亮", "江信转〔2026〕7 号", 'value="visit" checked'):
        assert kept in page
    assert 'href="#p0-phone">电话</a>' in page  # of one petitioner, not of the first
    nobody = typed(**{"p0-name": "", "p0-phone": ""})
    nameless = html(desk("registrar").post("/desk/register/", nobody))
    assert "填写姓名、电话或证件号码后" in nameless and "没有找到电话" not in nameless  # nobody was looked up
    linked = re.findall(r'<a\s+href="#([^"]+)"', page.partition('class="error-summary"')[2].partition("</section>")[0])
    assert linked == ["f-received_at", "f-headcount", "p0-phone", "f-text"]  # as they follow each other on the page
    for anchor in linked:
        assert f'id="{anchor}"' in page


@pytest.mark.parametrize("headcount", ["", "-1", "1.5", "很多", "100001", "0"])
def test_a_headcount_must_be_a_number_of_people(headcount: str, desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", typed(headcount=headcount))
    assert answer.status_code == 422
    assert 'href="#f-headcount"' in html(answer)
    assert f'value="{headcount}"' in html(answer)


@pytest.mark.parametrize("moment", ["昨天", "2026-02-30T09:00", "2026-13-01"])
def test_a_time_of_receipt_that_does_not_exist_is_refused(moment: str, desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", typed(received_at=moment))
    assert answer.status_code == 422
    assert 'href="#f-received_at"' in html(answer) and moment in html(answer)


def test_an_identity_number_with_a_wrong_check_digit_is_refused(desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", typed(**{"p0-id_number": "110101199003071234"}))
    assert answer.status_code == 422
    assert "校验不符" in html(answer)


@pytest.mark.clause("art-20.3")
def test_representatives_are_added_and_taken_away_without_losing_anything(desk: Desk) -> None:
    client = desk("registrar")
    page = html(client.post("/desk/register/", typed(_more="1")))
    assert 'name="p1-name"' in page and "陈晓光" in page and TEXT in page
    three = {**typed(headcount="12"), **person(1, "林一"), **person(2, "周二")}
    page = html(client.post("/desk/register/", {**three, "_drop": "1"}))
    assert "林一" not in page and "周二" in page and 'name="p2-name"' not in page
    five = {**three, **person(3, "吴三"), **person(4, "郑四")}
    assert 'name="_more"' not in html(client.post("/desk/register/", {**five, "_more": "1"}))
    assert client.post("/desk/register/", five).status_code == 302
    assert CaseParty.objects.count() == 5


def test_fewer_people_than_representatives_is_refused(desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", {**typed(), **person(1, "林一")})
    assert answer.status_code == 422
    assert "人数填的是 1，写了姓名的却有 2 人" in html(answer)


def test_an_anonymous_petition_needs_no_name(desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", typed(**{"p0-kind": "anonymous", "p0-name": "", "p0-phone": ""}))
    assert answer.status_code == 302
    assert Case.objects.get().facts["name_clear"] == "no"


def test_a_form_sent_twice_registers_once(desk: Desk) -> None:
    client = desk("registrar")
    key = hidden(client.get("/desk/register/"), "_key")
    moment = typed(_key=key)
    assert [client.post("/desk/register/", moment).status_code for _ in range(2)] == [302, 302]
    assert Case.objects.count() == 1
    changed = client.post("/desk/register/", {**moment, "text": "另一件事。"})
    assert changed.status_code == 422
    assert "已经登记过一次" in html(changed)


@pytest.mark.clause("art-30.3")
def test_whom_it_accuses_is_chosen_or_written_and_seals_it(cast: Cast, desk: Desk) -> None:
    answer = desk("registrar").post(
        "/desk/register/", typed(accused="同事 handler\n", accused_units=[str(cast.units["lj-logistics"].id)])
    )
    assert answer.status_code == 302
    case = Case.objects.get()
    assert case.sealed
    assert desk("co_handler").get(f"/desk/cases/{case.number}/").status_code == 404
    assert desk("handler").get(f"/desk/cases/{case.number}/").status_code == 404
    assert "密封" in html(desk("intake").get(f"/desk/cases/{case.number}/"))
    assert 'name="kept_from_handlers"' in html(desk("registrar").get("/desk/register/"))
    desk("registrar").post("/desk/register/", typed(kept_from_handlers="yes"))
    assert Case.objects.exclude(id=case.id).get().unresolved


def test_files_come_along_and_lying_ones_are_refused_by_name(desk: Desk) -> None:
    client = desk("registrar")
    good = SimpleUploadedFile("说明.txt", "第二盏灯也坏了".encode())
    lying = SimpleUploadedFile("照片.jpg", b"MZ\x90\x00 not a picture")
    answer = client.post("/desk/register/", {**typed(), "files": [good, lying]})
    assert answer.status_code == 422
    assert "附件“照片.jpg”" in html(answer)
    good.seek(0)
    assert client.post("/desk/register/", {**typed(), "files": [good]}).status_code == 302
    assert Attachment.objects.count() == 1


def test_matters_of_the_same_number_are_named_before_registering(desk: Desk, matter: Matter) -> None:
    part = html(
        desk("registrar").post("/desk/register/repeats/", {"p0-kind": "person", "p0-phone": "+86 138-0000-1111"})
    )
    assert page_of(matter) in part and "电话相同" in part
    assert "陈晓光" not in part and "13800001111" not in part
    none = html(desk("registrar").post("/desk/register/repeats/", {"p0-kind": "person", "p0-phone": "13900002222"}))
    assert "没有找到" in none


def test_a_repeat_that_one_may_not_see_is_not_named(cast: Any, desk: Desk) -> None:
    hidden_one = begin(cast, timezone.now() - timedelta(days=1), accused=("临江信访办",))
    part = html(desk("registrar").post("/desk/register/repeats/", {"p0-kind": "person", "p0-phone": "13800001111"}))
    assert hidden_one.case.number not in part


@pytest.mark.parametrize("name", ["handler", "head", "stranger", "reviewer"])
def test_who_does_not_register_reads_who_does(name: str, desk: Desk) -> None:
    client = desk(name)
    assert "/desk/register/" not in html(client.get("/desk/"))
    for answer in (client.get("/desk/register/"), client.post("/desk/register/", typed())):
        assert answer.status_code == 403
        assert "登记人" in html(answer)
    assert Case.objects.count() == 0


def test_what_was_typed_about_somebody_who_stays_unnamed_is_neither_kept_nor_found(desk: Desk) -> None:
    client = desk("registrar")
    client.post("/desk/register/", typed(**{"p0-kind": "anonymous", "p0-address": "滨江路 3 号"}))
    no = Case.objects.get().number
    page = html(client.get(f"/desk/cases/{no}/")) + html(client.post(f"/desk/cases/{no}/petitioners/"))
    assert not [words for words in ("陈晓光", "13800001111", "滨江路 3 号") if words in page]
    assert not shows_end_of_number(page, "1111")
    assert f"/desk/cases/{no}/" not in html(client.post("/desk/cases/", {"q": "13800001111"}, follow=True))
    assert f"/desk/cases/{no}/" not in html(client.post("/desk/cases/", {"q": "陈晓光"}, follow=True))


def test_the_receipt_to_hand_over_lists_what_was_registered(desk: Desk, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    client = desk("registrar")
    client.post("/desk/register/", typed(files=SimpleUploadedFile("说明.txt", "第二盏灯也坏了".encode())))
    page = html(client.get("/desk/register/receipt/"))
    assert TEXT in page and "说明.txt" in page


def test_what_only_a_referral_says_stands_under_its_own_heading_and_is_required_of_nobody_by_the_browser(
    desk: Desk,
) -> None:
    page = html(desk("registrar").get("/desk/register/"))
    section = page.partition("来件方式为“上级转来”的填写")[2].partition("</section>")[0]
    for name in ("source_organ", "reference_no", "source_due"):
        assert page.count(f'name="more-{name}"') == section.count(f'name="more-{name}"') == 1
    assert "required" not in section and section.count("选填") == 2


def test_a_letter_needs_nothing_that_only_a_referral_says_and_a_referral_only_who_sent_it(desk: Desk) -> None:
    unsaid = {"more-source_organ": "", "more-reference_no": "", "more-source_due": ""}
    assert desk("registrar").post("/desk/register/", typed(channel="letter", **unsaid)).status_code == 302
    referred = {**unsaid, "more-source_organ": "市信访局"}
    assert desk("registrar").post("/desk/register/", typed(channel="referral", **referred)).status_code == 302
    refused = desk("registrar").post("/desk/register/", typed(channel="referral", **unsaid))
    assert refused.status_code == 422 and 'href="#f-more-source_organ"' in html(refused)
