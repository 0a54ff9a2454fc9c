"""Sealing at the desk: the list of what waits, one press for what was read, a scan on the page of the document."""

from __future__ import annotations

import io
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from huiyin.casework.models import DocumentRecord
from huiyin.documents.seals import kept
from tests.api.test_bad_input import PNG
from tests.cast import Cast
from tests.desk.conftest import Desk, hidden, html
from tests.desk.test_papers_on_their_way import address, proposed
from tests.documents.drafting import state_of
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of
from tests.matters import Matter

LIST = "/desk/papers/"


@pytest.fixture
def waiting(cast: Cast) -> Matter:
    """A matter whose opinion is approved and waits for the seal of its organ."""
    at = timezone.now()
    matter = proposed(cast)
    matter.does("head", "approve_opinion")
    matter.at = at - timedelta(hours=1)
    kept.add(cast.lj, pkcs12_of(certificate("临江 机构", at)), PASSWORD, at)
    return matter


def row_of(matter: Matter) -> DocumentRecord:
    return DocumentRecord.objects.get(id=state_of(matter).id)


def test_who_keeps_the_seal_presses_once_for_what_they_have_read(waiting: Matter, desk: Desk) -> None:
    keeper = desk("registrar")
    document = state_of(waiting)
    ticked = f"{document.id}:{document.text.commitment}"
    page = html(keeper.get(LIST))
    assert ticked in page and waiting.case.number in page and "给勾选的文书盖章" in page
    assert keeper.post(f"{LIST}seal/", {"paper": ["nonsense", f"{document.id}:00"]}).status_code == HTTPStatus.FOUND
    assert row_of(waiting).sealed_at is None
    answer = keeper.post(f"{LIST}seal/", {"paper": [ticked]}, follow=True)
    assert "已盖章 1 份" in html(answer) and "现在没有。" in html(answer)
    assert row_of(waiting).sealed_by == waiting.cast.accounts["registrar"]
    assert "文书盖章" in html(keeper.get(f"/desk/cases/{waiting.case.number}/"))


def test_who_does_not_keep_it_reads_the_list_and_seals_nothing(waiting: Matter, desk: Desk) -> None:
    document = state_of(waiting)
    head = desk("head")
    assert "给勾选的文书盖章" not in html(head.get(LIST))
    for name in ("head", "stranger"):
        desk(name).post(f"{LIST}seal/", {"paper": [f"{document.id}:{document.text.commitment}"]})
        assert row_of(waiting).sealed_at is None
    assert waiting.case.number not in html(desk("stranger").get(LIST))


def test_the_scan_of_the_signed_paper_is_handed_in_on_its_page(waiting: Matter, desk: Desk) -> None:
    keeper = desk("registrar")
    form = {"way": "hand", "digest": state_of(waiting).text.commitment}
    assert "上传签章后的扫描件" in html(keeper.get(address(waiting)))
    empty = keeper.post(f"{address(waiting)}seal/", form, follow=True)
    assert "请选择签章后的扫描件" in html(empty) and row_of(waiting).sealed_at is None
    wrong = SimpleUploadedFile("扫描.pdf", b"%PDF-1.7 nothing", "application/pdf")
    assert "扫描件打不开" in html(keeper.post(f"{address(waiting)}seal/", {**form, "scan": wrong}, follow=True))
    scan = keeper.get(f"{address(waiting)}paper.pdf").content
    good = SimpleUploadedFile("扫描.pdf", scan, "application/pdf")
    answer = keeper.post(f"{address(waiting)}seal/", {**form, "scan": good}, follow=True)
    assert "签章件已核对并存档" in html(answer) and row_of(waiting).scan is not None


def test_a_picture_is_confirmed_by_somebody_else_on_the_same_page(waiting: Matter, desk: Desk) -> None:
    keeper, head = desk("registrar"), desk("head")
    pages = len(PdfReader(io.BytesIO(keeper.get(f"{address(waiting)}paper.pdf").content)).pages)
    form = {"way": "hand", "digest": state_of(waiting).text.commitment}
    pictures = [SimpleUploadedFile(f"{page}.png", PNG, "image/png") for page in range(pages)]
    said = html(keeper.post(f"{address(waiting)}seal/", {**form, "scan": pictures}, follow=True))
    assert "须由另一人" in said and "确认签章件" not in said
    page = head.get(address(waiting))
    scan = hidden(page, "scan")
    assert "签章件待核对" in html(page) and scan in html(page) and "确认签章件" in html(page)
    sent = {"digest": form["digest"], "scan": scan}
    unread = head.post(f"{address(waiting)}compare/", sent, follow=True)
    assert "请先逐页核对" in html(unread) and row_of(waiting).sealed_at is None
    keeper.post(f"{address(waiting)}compare/", {**sent, "same": "on"})
    assert row_of(waiting).sealed_at is None
    assert head.post(f"{address(waiting)}compare/", {**sent, "scan": "x"}).status_code == HTTPStatus.NOT_FOUND
    done = head.post(f"{address(waiting)}compare/", {**sent, "same": "on"}, follow=True)
    assert "签章件已核对并存档" in html(done)
    assert row_of(waiting).sealed_by == waiting.cast.accounts["head"]
    story = html(keeper.get(f"/desk/cases/{waiting.case.number}/"))
    assert "上传文书签章件，待核对" in story and "核对文书签章件，与签发的文书一致" in story


def test_nobody_seals_without_having_signed_in(waiting: Matter) -> None:
    document = state_of(waiting)
    answer = Client().post(f"{LIST}seal/", {"paper": [f"{document.id}:{document.text.commitment}"]})
    assert answer.status_code == HTTPStatus.FOUND and "/login" in answer["Location"]
    assert row_of(waiting).sealed_at is None
