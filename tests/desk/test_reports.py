"""Reports on the work: put up from the page of figures, returned or signed, and what becomes of them then."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from huiyin.audit.verify import verify
from huiyin.documents.seals import kept
from huiyin.documents.seals.signing import signatures_of
from huiyin.insight.models import ReportScan, WorkReport
from huiyin.people.models import AdministrativeAct
from tests.api.test_bad_input import PNG
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html
from tests.documents.making import bare, text_of_pdf
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of
from tests.matters import Matter, begin

FORM = "/desk/statistics/reports/put-up/"


@pytest.fixture
def days() -> dict[str, str]:
    """Sixty days that are over."""
    today = timezone.localdate()
    return {"from": str(today - 60 * DAY), "to": str(today - DAY)}


@pytest.fixture
def matters(cast: Cast) -> list[Matter]:
    return [begin(cast, timezone.now() - 20 * DAY + n * timedelta(minutes=1)) for n in range(2)]


def put_up(client: Client, days: dict[str, str], **more: str) -> str:
    answer = client.post(FORM, days | more)
    assert answer.status_code == 302, html(answer)
    return str(answer["Location"])


def decide(client: Client, report: str, decision: str, reason: str = "") -> HttpResponse:
    answer: HttpResponse = client.post(f"{report}decide/", {"decision": decision, "reason": reason})
    return answer


def papers(client: Client, report: str) -> list[str]:
    word, pdf = (client.get(f"{report}paper.{form}") for form in ("docx", "pdf"))
    assert word["Content-Disposition"].startswith("attachment") and pdf["Content-Disposition"].startswith("attachment")
    read = Document(BytesIO(word.content))
    (shown,) = [one._inline.docPr.get("descr") for one in read.inline_shapes][:1]
    assert shown.startswith("登记事项的来源（件）：网上信访") and "<meter" in html(client.get(report))
    texts = (
        "".join(one.text for one in read.paragraphs),
        "".join(one.extract_text() for one in PdfReader(BytesIO(pdf.content)).pages),
    )
    return ["".join(text.split()) for text in texts]


@pytest.mark.clause("s2-5.2.1", "art-41")
def test_a_report_is_returned_with_reasons_put_up_again_signed_and_stays_as_it_was_signed(
    desk: Desk, cast: Cast, matters: list[Matter], days: dict[str, str]
) -> None:
    writer, leader = desk("archivist"), desk("head")
    matters[0].does("intake", "accept")
    matters[0].does("intake", "assign")
    page = html(writer.get("/desk/statistics/", days))
    (link,) = re.findall(r'href="(/desk/statistics/reports/put-up/[^"]*)"', page)
    assert cast.accounts["head"].display_name in html(writer.get(link.replace("&amp;", "&")))

    first = put_up(writer, days, remarks="夏季来访多，建议增加接待窗口。")
    assert "1 份情况报告等您签发" in html(leader.get("/desk/"))
    assert "等您签发" not in html(writer.get("/desk/")) and "签发并编号" not in html(writer.get(first))
    assert "送审稿" in html(leader.get(first)) and "签发并编号" in html(leader.get(first))
    assert "请写明退回的理由" in html(decide(leader, first, "return"))
    assert decide(leader, first, "return", "请写明分析").status_code == 302
    assert "情况报告有 1 份已退回" in html(writer.get("/desk/")) and "请写明分析" in html(writer.get(first))
    assert "已经签发或者退回" in html(decide(leader, first, "sign"))

    id = first.split("/")[-2]
    assert "夏季来访多" in html(writer.get(FORM, days | {"revises": id}))
    second = put_up(writer, days, revises=id, remarks="夏季来访多。\n建议增加接待窗口。")
    assert "已退回</a>" not in html(writer.get("/desk/")) and second in html(leader.get(first))
    assert decide(leader, second, "sign").status_code == 302
    number = f"报〔{timezone.localdate().year}〕1号"
    for text in (before := papers(writer, second)):
        assert (
            number in text
            and "登记信访事项2件" in text
            and "交办单1份" in text
            and "建议增加接待窗口。" in text
            and "送审稿" not in text
        )
    above = html(desk("superior_registrar").get(second))
    assert "情况报告" in above and first not in above and first in html(writer.get(second))
    begin(cast, timezone.now() - 10 * DAY)
    cast.accounts["head"].__class__.objects.filter(id=cast.accounts["head"].id).update(display_name="另名")
    assert papers(writer, second) == before
    assert number in html(writer.get("/desk/statistics/reports/"))
    acts = AdministrativeAct.objects.filter(change__endswith="_report").order_by("at", "id")
    assert [one.change for one in acts] == ["put_up_report", "return_report", "put_up_report", "sign_report"]


@pytest.mark.clause("s2-5.2.1")
def test_the_organ_above_is_told_of_a_report_and_takes_note_of_it(desk: Desk, cast: Cast, days: dict[str, str]) -> None:
    writer, leader, overseer = desk("archivist"), desk("head"), desk("superior_registrar")
    report = put_up(writer, days)
    assert "下级报来" not in html(overseer.get("/desk/")) and decide(leader, report, "sign").status_code == 302
    assert "下级报来 1 份情况报告" in html(overseer.get("/desk/")) and "下级报来" not in html(leader.get("/desk/"))
    assert "由上一级能查看本机关全部事项的人收阅" in html(decide(leader, report, "note"))
    assert "收阅" not in html(writer.get(report)) and "上级已批注" not in html(writer.get("/desk/"))
    assert overseer.post(f"{report}decide/", {"decision": "note", "note": "增设窗口的建议请即办理"}).status_code == 302
    assert "已经收阅" in html(decide(overseer, report, "note")) and "下级报来" not in html(overseer.get("/desk/"))
    assert "有 1 份上级已批注" in html(writer.get("/desk/")) and "增设窗口的建议请即办理" in html(writer.get(report))
    assert AdministrativeAct.objects.filter(change="note_report").count() == 1


def test_whoever_holds_a_signed_report_verifies_it_as_a_document(desk: Desk, cast: Cast, days: dict[str, str]) -> None:
    report, anyone = put_up(desk("intake"), days), Client()
    assert "/verify/" not in html(desk("head").get(report))
    assert decide(desk("head"), report, "sign").status_code == 302
    (address,) = re.findall(r'href="[^"]*(/verify/[^"]*)"', html(desk("head").get(report)))
    page, year = html(anyone.get(address)), timezone.localdate().year
    assert "这份文书是真的" in page and cast.lj.name in page and f"〔{year}〕1号" in page
    assert "情况报告" not in page and "送达情况" not in page
    digits = address.rstrip("/").split("/")[-1]
    assert "这份文书是真的" in html(anyone.get("/verify/", {"code": digits.upper()}))
    assert address.rstrip("/") in bare(text_of_pdf(desk("head").get(f"{report}paper.pdf").content))
    for wrong in (address.replace(f"{year}-1", f"{year}-2"), address.replace(digits, "0" * 16)):
        assert anyone.get(wrong).status_code == 404


def test_a_report_counts_what_all_its_readers_may_see_and_is_seen_by_right(
    desk: Desk, cast: Cast, matters: list[Matter], days: dict[str, str]
) -> None:
    begin(cast, timezone.now() - 15 * DAY, who="registrar", channel="visit", accused=("临江训练处",))
    report = put_up(desk("intake"), days)
    leader, overseer = desk("head"), desk("archivist")
    assert '登记事项（件）</th><td class="mono">3</td>' in html(overseer.get("/desk/statistics/", days))
    assert all("登记信访事项2件" in text for text in papers(overseer, report))
    assert all(desk(who).get(report).status_code == 404 for who in ("handler", "outsider", "superior_registrar"))
    assert decide(leader, report, "sign").status_code == 302
    assert desk("superior_registrar").get(report).status_code == 200
    assert all(desk(who).get(report).status_code == 404 for who in ("handler", "outsider", "superior_stranger"))
    assert desk("handler").get(FORM, days).status_code == 404


def test_a_signed_report_is_sealed_by_who_keeps_the_seal_and_every_pdf_of_it_bears_it(
    desk: Desk, cast: Cast, days: dict[str, str]
) -> None:
    report = put_up(desk("intake"), days)
    leader, keeper = desk("head"), desk("registrar")
    assert "由保管印章的人盖章" in html(decide(keeper, report, "seal"))
    assert decide(leader, report, "sign").status_code == 302
    assert "没有在有效期内的电子印章证书" in html(decide(keeper, report, "seal"))
    assert "盖电子印章" not in html(keeper.get(report)) and report not in html(keeper.get("/desk/papers/"))

    kept.add(cast.lj, pkcs12_of(certificate("临江 机构", timezone.now())), PASSWORD, timezone.now())
    assert signatures_of(leader.get(f"{report}paper.pdf").content) == ()
    assert report in html(keeper.get("/desk/papers/")) and "盖电子印章" in html(keeper.get(report))
    assert "由保管印章的人盖章" in html(decide(leader, report, "seal")) and "盖电子印章" not in html(leader.get(report))
    assert decide(keeper, report, "seal").status_code == 302
    assert "已经盖章" in html(decide(keeper, report, "seal")) and report not in html(keeper.get("/desk/papers/"))
    for reader in (leader, desk("superior_registrar")):
        (seal,) = signatures_of(reader.get(f"{report}paper.pdf").content, kept.certificates())
        assert seal.good and "临江 机构" in seal.signer and "已盖章" in html(reader.get(report))
    assert AdministrativeAct.objects.filter(change="seal_report", by=cast.accounts["registrar"]).count() == 1
    assert [finding for finding in verify() if finding.kind == "wrong"] == []


def test_a_report_signed_by_hand_goes_out_as_its_scan_once_somebody_else_compared_it(
    desk: Desk, cast: Cast, days: dict[str, str]
) -> None:
    report, leader, keeper = put_up(desk("intake"), days), desk("head"), desk("registrar")
    assert decide(leader, report, "sign").status_code == 302
    printed = leader.get(f"{report}paper.pdf").content
    assert "上传签章件" in html(keeper.get(report)) and "上传签章件" not in html(leader.get(report))
    assert "由保管印章的人盖章" in html(hands_in(leader, report, printed))
    assert "审签的文书是 2 页" in html(hands_in(keeper, report, PNG))
    assert hands_in(keeper, report, PNG, PNG).status_code == 302
    assert leader.get(f"{report}paper.pdf").content == printed and "确认签章件" not in html(keeper.get(report))
    (waiting,) = re.findall(r'name="scan" value="([^"]*)"', html(leader.get(report)))
    confirm = {"decision": "compare", "scan": waiting}
    assert "请先逐页核对" in html(leader.post(f"{report}scan/", confirm))
    assert "由上传人以外" in html(keeper.post(f"{report}scan/", confirm | {"same": "on"}))
    assert desk("superior_registrar").get(f"{report}scan/")["Content-Type"] == "application/pdf"
    assert leader.post(f"{report}scan/", confirm | {"same": "on"}).status_code == 302
    assert leader.get(f"{report}scan/").status_code == 404 and "已盖章" in html(leader.get(report))
    scan = PdfReader(BytesIO(desk("superior_registrar").get(f"{report}paper.pdf").content))
    assert len(scan.pages) == 2 and not scan.pages[0].extract_text().strip()
    assert "已经盖章" in html(hands_in(keeper, report, PNG, PNG))
    assert [finding for finding in verify() if finding.kind == "wrong"] == []


def test_what_is_printed_as_the_report_is_the_report_at_once(desk: Desk, days: dict[str, str]) -> None:
    report, leader, keeper = put_up(desk("intake"), days), desk("head"), desk("registrar")
    assert decide(leader, report, "sign").status_code == 302
    printed = leader.get(f"{report}paper.pdf").content
    assert hands_in(keeper, report, printed).status_code == 302
    assert "已盖章" in html(leader.get(report)) and ReportScan.objects.get().compared_by is None


def hands_in(client: Client, report: str, *pages: bytes) -> HttpResponse:
    """What comes of handing in a scan: one PDF, or pictures."""
    kind = "png" if pages[0] == PNG else "pdf"
    files = [SimpleUploadedFile(f"{number}.{kind}", page) for number, page in enumerate(pages)]
    answer: HttpResponse = client.post(f"{report}scan/", {"scan": files})
    return answer


def test_what_cannot_be_put_up_or_signed_is_refused_in_words(desk: Desk, cast: Cast, days: dict[str, str]) -> None:
    today = timezone.localdate()
    intake, leader = desk("intake"), desk("head")
    assert "还没有结束" in html(intake.post(FORM, days | {"to": str(today)}))
    assert "起始日期晚于截止日期" in html(intake.post(FORM, {"from": days["to"], "to": days["from"]}))
    assert intake.post(FORM, days | {"to": "gestern"}).status_code == 404
    assert "除您以外没有审批文书的人" in html(leader.post(FORM, days))
    report = put_up(intake, days)
    assert "正在等待签发" in html(intake.post(FORM, days))
    assert all("另一人签发" in html(decide(one, report, "sign")) for one in (intake, desk("registrar")))
    assert decide(leader, report, "sign").status_code == 302
    assert "已经签发或者退回" in html(decide(leader, report, "return", "晚了"))
    assert "已有签发的报告" in html(intake.get(FORM, days))
    WorkReport.objects.update(paper={"title": "改过", "body": []})
    assert any("insight_workreport" in str(finding) for finding in verify() if finding.kind == "wrong")
