"""Papers to be served, at the desk: each way with its proof, what fails, and the lists and prints around it."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from huiyin import worker
from huiyin.casework.lists import issued
from huiyin.casework.models import Case, Notice
from huiyin.casework.sealed.attachments import MAX_FILE_BYTES
from huiyin.dispatch import bundles
from huiyin.dispatch.models import Bundle, Piece
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import AccessRecord
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html
from tests.matters import Matter, begin, walk

LISTS = ("due", "proof", "today")


def day(days_ago: int = 0) -> str:
    return (timezone.localdate() - timedelta(days=days_ago)).isoformat()


def approved_at(cast: Cast, days_ago: int) -> Matter:
    """A matter whose opinion was approved so many days ago."""
    matter = walk(begin(cast, timezone.now() - timedelta(days=days_ago)), "approve_opinion")
    matter.at = timezone.now() - timedelta(hours=1)
    return matter


@pytest.fixture
def approved(cast: Cast) -> Matter:
    return approved_at(cast, 5)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("回证.txt", "已签收".encode())


BY_HAND = {"service_place": "接待室", "signed_by": "陈晓光"}
WAYS = {
    "in_person": BY_HAND,
    "household": {"service_place": "家中", "received_by": "陈母", "relation": "母亲"},
    "refused": {"service_place": "家中", "refusal": "拒收", "witness_one": "社区甲", "witness_two": "社区乙"},
    "post": {"carrier": "ems", "tracking_no": "1234567890123", "posted_on": day(2)},
}


def sends(client: Client, matter: Matter, action: str, **typed: object) -> tuple[int, str]:
    """The form, sent as a browser would: the status and the page."""
    form = client.get(form_of(matter, action))
    given = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **typed}
    answer = client.post(form_of(matter, action), given)
    return answer.status_code, html(answer)


@pytest.mark.parametrize("mode", WAYS)
def test_each_way_is_recorded_with_its_proof_and_the_time_runs_from_it(mode: str, desk: Desk, approved: Matter) -> None:
    entries = {"mode": mode, "served_on": day(1), "service_proof": scan(), **WAYS[mode]}
    status, page = sends(desk("handler"), approved, "serve_reply", **entries)
    assert status == 302, page
    assert approved.case.stage == "replied"
    assert approved.case.duties.get(kind="conclude").derivation["start"] == day(1)


@pytest.mark.parametrize("mode", WAYS)
def test_no_way_is_recorded_without_its_proof(mode: str, desk: Desk, approved: Matter) -> None:
    status, page = sends(desk("handler"), approved, "serve_reply", mode=mode, served_on=day(1), **WAYS[mode])
    assert status == 422
    assert "f-service_proof-error" in page
    assert approved.case.stage == "approved"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"tracking_no": "   "}, "tracking_no"),
        ({"tracking_no": "1"}, "tracking_no"),
        ({"served_on": day(3)}, "served_on"),  # delivered before it was posted
        ({"posted_on": day(9)}, "posted_on"),  # posted before it was approved
        ({"posted_on": ""}, "posted_on"),
        ({"served_on": "2099-01-01"}, "served_on"),
        ({"signed_by": "张三"}, "signed_by"),  # of another way
    ],
)
def test_what_contradicts_the_way_of_service_is_refused(
    changed: dict[str, str], field: str, desk: Desk, approved: Matter
) -> None:
    entries = {"mode": "post", "served_on": day(1), "service_proof": scan(), **WAYS["post"], **changed}
    status, page = sends(desk("handler"), approved, "serve_reply", **entries)
    assert status == 422
    assert f"f-{field}-error" in page or "此处没有这一项" in page
    assert approved.case.stage == "approved"


def test_two_witnesses_are_two_people_however_a_name_is_written(desk: Desk, approved: Matter) -> None:
    twice = {**WAYS["refused"], "witness_two": "社　区 甲"}
    entries = {"mode": "refused", "served_on": day(1), "service_proof": scan(), **twice}
    status, page = sends(desk("handler"), approved, "serve_reply", **entries)
    assert status == 422 and "f-witness_two-error" in page and "另一个人" in page
    assert approved.case.stage == "approved"


def test_nothing_is_served_before_it_is_approved(desk: Desk, cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "propose_opinion")
    for action in ("serve_reply", "post_reply", "send_reply", "confirm_reply_service"):
        assert "事项现在处于" in html(
            desk("handler" if action != "confirm_reply_service" else "head").get(form_of(matter, action))
        )


def test_a_proof_that_is_too_large_is_refused_and_nothing_is_recorded(desk: Desk, approved: Matter) -> None:
    large = SimpleUploadedFile("回证.pdf", b"%PDF-1.7\n" + bytes(MAX_FILE_BYTES))
    entries = {"mode": "in_person", "served_on": day(), "service_proof": large, **BY_HAND}
    status, page = sends(desk("handler"), approved, "serve_reply", **entries)
    assert status == 422
    assert "单个附件最多 20 MB" in page
    assert approved.case.stage == "approved"


def test_a_case_says_how_each_of_its_papers_was_served(desk: Desk, approved: Matter) -> None:
    approved.does("handler", "serve_reply")
    page = html(desk("handler").get(f"/desk/cases/{approved.case.number}/"))
    assert f"送达：直接送达 · {timezone.localdate(approved.at)} · 送达回证.txt" in page


def test_a_label_that_cannot_be_printed_is_told(cast: Cast, desk: Desk) -> None:
    nameless = begin(cast, timezone.now() - timedelta(days=5), petitioners=(PetitionerFields(name="白云"),))
    walk(nameless, "approve_opinion")
    client = desk("handler")
    assert client.post("/desk/service/labels/", {"duty": serving(nameless)}).status_code == 303
    assert "没有留地址的、要求保密的不打印" in html(client.get("/desk/service/"))


def test_a_service_entered_late_needs_a_second_person(desk: Desk, cast: Cast) -> None:
    matter = approved_at(cast, 40)
    entries = {"served_on": day(30), "service_proof": scan(), **BY_HAND}
    status, page = sends(desk("handler"), matter, "serve_reply", mode="in_person", **entries)
    assert status == 422
    assert "须由另一人核对凭证后办理" in page
    entries["service_proof"] = scan()
    status, page = sends(
        desk("head"), matter, "confirm_reply_service", confirmed_mode="in_person", confirm_why="回证属实。", **entries
    )
    assert status == 302, page
    assert matter.case.duties.get(kind="conclude").derivation["start"] == day(30)


def test_a_public_notice_counts_only_when_its_days_have_run_out(desk: Desk, cast: Cast) -> None:
    matter = approved_at(cast, 60)
    entries = {
        "confirmed_mode": "announced",
        "announced_on": day(40),
        "announced_where": "本局公告栏",
        "confirm_why": "两次退回，查无地址。",
    }
    status, _page = sends(desk("head"), matter, "confirm_reply_service", served_on=day(11), **entries)
    assert status == 422
    status, page = sends(desk("head"), matter, "confirm_reply_service", served_on=day(10), **entries)
    assert status == 302, page


def test_what_comes_back_is_owed_again_until_it_is_delivered(desk: Desk, approved: Matter) -> None:
    client = desk("handler")
    assert sends(client, approved, "post_reply", carrier="ems", tracking_no="EA123456789CN", posted_on=day(2))[0] == 302
    assert open_kinds(approved.case) == {"serve_reply", "prove_reply"}
    assert sends(client, approved, "record_failed_service", failed_how="returned", failed_on=day())[0] == 302
    assert open_kinds(approved.case) == {"serve_reply", "serve_reply_again"}
    entries = {"mode": "in_person", "served_on": day(), "service_proof": scan(), **BY_HAND}
    assert sends(client, approved, "serve_reply", **entries)[0] == 302
    assert not open_kinds(approved.case) & {"serve_reply", "prove_reply", "serve_reply_again"}


def open_kinds(case: Case) -> set[str]:
    return set(case.duties.filter(discharged_at=None, withdrawn_at=None).values_list("kind", flat=True))


def test_a_paper_moves_through_the_lists(desk: Desk, approved: Matter) -> None:
    client, number = desk("handler"), approved.case.number
    shown = lambda: {which for which in LISTS if number in html(client.get(f"/desk/service/?list={which}"))}  # noqa: E731
    assert shown() == {"due"}
    sends(client, approved, "post_reply", carrier="ems", tracking_no="EA123456789CN", posted_on=day(3))
    assert shown() == {"proof"}
    assert "已 3 天" in html(client.get("/desk/service/?list=proof"))
    sends(client, approved, "record_failed_service", failed_how="returned", failed_on=day())
    assert shown() == {"due"}
    sends(client, approved, "post_reply", carrier="ems", tracking_no="EA223456789CN", posted_on=day())
    assert shown() == {"proof", "today"}


def test_what_was_served_today_is_listed_with_its_way(desk: Desk, approved: Matter) -> None:
    handler, number = desk("handler"), approved.case.number
    sends(handler, approved, "serve_reply", mode="in_person", served_on=day(), service_proof=scan(), **BY_HAND)
    for client, whose in ((handler, ""), (handler, "&whose=all"), (desk("head"), "&whose=all")):
        page = html(client.get(f"/desk/service/?list=today{whose}"))
        assert number in page and "直接送达" in page and "已送达" in page
        assert "今天还没有送达或者交寄文书" not in page
    assert 'name="duty"' not in html(handler.get("/desk/service/?list=today"))
    assert number not in html(desk("outsider").get("/desk/service/?list=today&whose=all"))


def test_what_was_served_yesterday_went_not_out_today(desk: Desk, approved: Matter) -> None:
    approved.at = timezone.now() - timedelta(days=1)
    approved.does("handler", "serve_reply")
    assert "今天还没有送达或者交寄文书" in html(desk("handler").get("/desk/service/?list=today&whose=all"))


def test_papers_that_nobody_serves_stand_in_the_list_of_the_day_on_which_they_were_issued(
    desk: Desk, cast: Cast
) -> None:
    begun = begin(cast, timezone.now() - timedelta(days=2))
    today = "/desk/service/?list=today"
    begun.at = timezone.now() - timedelta(days=1)
    begun.does("intake", "accept")
    assert "受理告知书" not in html(desk("registrar").get(today))
    begun.at = timezone.now()
    begun.does("intake", "assign")
    other = begin(cast, timezone.now() - timedelta(days=2))
    other.at = timezone.now()
    other.does("intake", "accept")
    page = html(desk("registrar").get(today))
    assert page.count("受理告知书") == 1 and other.case.number in page
    notice = Notice.objects.get(case=other.id, kind="acceptance")
    assert f"/desk/notices/{notice.id}/" in page and f"{notice.number}号" in page
    assert other.case.number not in html(desk("outsider").get(today))


def test_papers_that_some_step_serves_take_no_room_in_the_list_of_the_day(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, approved: Matter
) -> None:
    monkeypatch.setattr(issued, "MAX_LISTED", 1)
    other = begin(cast, timezone.now() - timedelta(days=2))
    other.at = timezone.localtime().replace(hour=12, minute=0)
    approved.at = other.at + timedelta(minutes=1)
    other.does("intake", "accept")
    approved.does("handler", "serve_reply")
    assert Notice.objects.latest("issued_at", "id").case_id == approved.id
    (document,) = issued.issued_today(cast.actor("registrar"), approved.at)
    assert document.notice.case_id == other.id


def test_a_paper_that_was_owed_twice_went_out_once(desk: Desk, approved: Matter) -> None:
    client = desk("handler")
    sends(client, approved, "post_reply", carrier="ems", tracking_no="EA123456789CN", posted_on=day(3))
    sends(client, approved, "record_failed_service", failed_how="returned", failed_on=day())
    twice = {"duty": [serving(approved), serving(approved, "serve_reply_again")]}
    assert text_of(client.post("/desk/service/labels/", twice).content).count("滨江路8号") == 1
    place = client.post("/desk/service/bundles/", twice).headers["Location"]
    assert "共 1 份" in html(client.get(place)), "and is printed once"
    sends(client, approved, "serve_reply", mode="in_person", served_on=day(), service_proof=scan(), **BY_HAND)
    page = html(client.get("/desk/service/?list=today"))
    assert page.count(f"/desk/cases/{approved.case.number}/") == 1


def test_an_address_on_file_closes_the_way_of_publication_until_a_service_has_failed(
    desk: Desk, approved: Matter
) -> None:
    client = desk("handler")
    assert "凭查询码公布" not in html(client.get(form_of(approved, "serve_reply")))
    status, _page = sends(client, approved, "serve_reply", mode="unreachable", served_on=day(), unreachable_why="无人")
    assert (status, approved.case.stage) == (422, "approved")
    sends(client, approved, "record_failed_service", failed_how="unknown", failed_on=day())
    assert "凭查询码公布" in html(client.get(form_of(approved, "serve_reply")))
    status, page = sends(client, approved, "serve_reply", mode="unreachable", served_on=day())
    assert status == 422 and "f-unreachable_why-error" in page
    token = hidden(client.get(form_of(approved, "serve_reply")), "_draft")
    kept = {"mode": "in_person", "service_proof": scan(), "_draft": token, **BY_HAND}
    status, page = sends(client, approved, "serve_reply", **kept)
    assert status == 422 and "回证.txt" in page
    otherwise = {"mode": "unreachable", "served_on": day(), "unreachable_why": "两次上门无人。", "_draft": token}
    status, page = sends(client, approved, "serve_reply", **otherwise, service_proof=scan())
    assert status == 422 and "f-service_proof-error" in page, "what is handed in where it does not belong is not lost"
    status, page = sends(client, approved, "serve_reply", **otherwise)
    assert status == 302, "a proof of another way that was chosen first hinders nothing"


def serving(approved: Matter, kind: str = "serve_reply") -> str:
    return str(approved.case.duties.get(kind=kind).id)


def text_of(content: bytes) -> str:
    """What a file says; names may break between any two characters."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_labels_are_printed_for_who_owes_the_service_and_reading_is_recorded(
    cast: Cast, desk: Desk, approved: Matter
) -> None:
    answer = desk("handler").post("/desk/service/labels/", {"duty": serving(approved)})
    assert answer.headers["Content-Type"] == "application/pdf"
    said = text_of(answer.content)
    assert "陈晓光" in said and "滨江路8号" in said
    record = AccessRecord.objects.get()
    assert (record.account, record.case, record.purpose) == (cast.accounts["handler"], approved.id, "label")


@pytest.mark.parametrize("name", ["registrar", "head", "colleague", "stranger", "outsider", "reviewer"])
def test_nobody_else_prints_labels_papers_or_records(name: str, desk: Desk, approved: Matter) -> None:
    client, duty = desk(name), serving(approved)
    if name == "colleague":
        return  # of the unit that owes it
    assert client.post("/desk/service/labels/", {"duty": duty}).status_code == 303
    assert client.post("/desk/service/bundles/", {"duty": duty}).status_code == 303
    assert client.post(f"/desk/service/{duty}/record.pdf").status_code == 404
    assert AccessRecord.objects.count() == 0
    assert not Bundle.objects.exists()


def test_who_is_accused_sees_none_of_it(cast: Cast, desk: Desk, approved: Matter) -> None:
    duty = serving(approved)
    approved.does("petitioner", "supplement", also_accused="临江防火处")
    client = desk("handler")
    for which in LISTS:
        assert approved.case.number not in html(client.get(f"/desk/service/?list={which}&whose=all"))
    assert client.post("/desk/service/labels/", {"duty": duty}).status_code == 303
    assert client.post(f"/desk/service/{duty}/record.pdf").status_code == 404
    assert AccessRecord.objects.count() == 0


def test_the_record_of_service_is_printed_before_the_paper_is_served(desk: Desk, approved: Matter) -> None:
    answer = desk("handler").post(f"/desk/service/{serving(approved)}/record.pdf")
    said = text_of(answer.content)
    assert "送达回证" in said and "信访处理意见书" in said and "陈晓光" in said
    assert approved.case.stage == "approved"


def test_the_papers_of_a_day_are_one_file_with_a_cover(cast: Cast, desk: Desk, approved: Matter) -> None:
    other = approved_at(cast, 6)
    client = desk("handler")
    asked = client.post("/desk/service/bundles/", {"duty": [serving(approved), serving(other), "no-id"]})
    assert asked.status_code == 302
    place = asked.headers["Location"]
    assert "已排好 0 份，共 2 份" in html(client.get(place))
    assert client.get(f"{place}papers.pdf").status_code == 404
    at = timezone.now()
    while worker.do_jobs(at):
        pass
    assert "下载 PDF" in html(client.get(place))
    said = text_of(client.get(f"{place}papers.pdf").content)
    assert "发文清单" in said and "共2份" in said
    assert approved.case.number in said and other.case.number in said
    assert said.count("列入本月检修") == 2
    assert desk("colleague").get(f"{place}papers.pdf").status_code == 404


def test_what_was_served_meanwhile_is_named_on_the_cover_and_not_printed(
    cast: Cast, desk: Desk, approved: Matter
) -> None:
    client = desk("handler")
    place = client.post("/desk/service/bundles/", {"duty": serving(approved)}).headers["Location"]
    approved.does("handler", "serve_reply")
    while worker.do_jobs(timezone.now()):
        pass
    said = text_of(client.get(f"{place}papers.pdf").content)
    assert "已不待送达" in said and "列入本月检修" not in said


def test_a_bundle_is_gone_for_whom_one_of_its_cases_comes_to_accuse(desk: Desk, approved: Matter) -> None:
    client = desk("handler")
    place = client.post("/desk/service/bundles/", {"duty": serving(approved)}).headers["Location"]
    while worker.do_jobs(timezone.now()):
        pass
    assert client.get(f"{place}papers.pdf").status_code == 200
    approved.does("petitioner", "supplement", also_accused="同事 handler")
    assert client.get(place).status_code == client.get(f"{place}papers.pdf").status_code == 404


def test_a_bundle_is_sealed_where_it_is_kept_and_gone_after_a_day(desk: Desk, approved: Matter) -> None:
    desk("handler").post("/desk/service/bundles/", {"duty": serving(approved)})
    while worker.do_jobs(timezone.now()):
        pass
    assert not bytes(Piece.objects.get().content).startswith(b"%PDF")
    assert bundles.forget(timezone.now() + timedelta(hours=23)) == 0
    assert bundles.forget(timezone.now() + timedelta(hours=25)) == 1
    assert not Piece.objects.exists()
