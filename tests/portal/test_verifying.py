"""Whoever holds a document finds out whether it is genuine, and nothing that does not stand on it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, DocumentRecord
from huiyin.documents.drafting.drafts import signed_text
from huiyin.documents.seals.verification import grouped
from huiyin.door import Accepted, DocumentCorrection, approve_correction, correct_document, void_document
from tests.documents.drafting import state_of
from tests.documents.making import bare, text_of_docx, text_of_pdf
from tests.matters import Matter, walk
from tests.portal.conftest import html, open_matter


@pytest.fixture
def approved(matter: Matter) -> Matter:
    """A matter whose opinion was approved."""
    walk(matter, "approve_opinion")
    matter.at = timezone.now() - timedelta(hours=1)
    return matter


def place(matter: Matter) -> str:
    """Where the QR code of the opinion leads."""
    kept = signed_text(state_of(matter).id)
    assert kept is not None
    return urlsplit(kept.verify).path


def test_the_address_on_a_paper_leads_to_what_the_register_says(anyone: Client, approved: Matter) -> None:
    there = place(approved)
    assert "送达情况还没有登记" in html(anyone.get(there))
    approved.does("handler", "serve_reply")
    page = html(anyone.get(there))
    row = DocumentRecord.objects.get(id=state_of(approved).id)
    assert "这份文书是真的" in page and row.issuer.name in page and f"〔{row.period}〕{row.number}号" in page
    assert grouped(state_of(approved).text.commitment) in page
    for secret in ("方小满", "陈晓光", "处理意见书", approved.case.number, "路灯"):
        assert secret not in page.partition("<form")[0]


def test_the_digits_are_enough_however_they_are_typed(anyone: Client, approved: Matter) -> None:
    digits = grouped(state_of(approved).text.commitment)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in digits)
    pasted = f" https://xinfang.example{place(approved)}\u200b"
    for typed in (
        digits,
        digits.lower().replace("-", " "),
        digits.replace("-", "—"),
        f"\u200b{digits}\u2069",
        wide,
        digits.replace("0", "O").replace("1", "l"),
        pasted,
    ):
        assert "这份文书是真的" in html(anyone.get("/verify/", {"code": typed}))
    assert "核验码" in html(anyone.get("/verify/"))


@pytest.mark.parametrize("code", ["0" * 16, "abc", "处理意见书", "%", "'; --", "0" * 500])
def test_what_no_register_has_is_not_there(anyone: Client, approved: Matter, code: str) -> None:
    answer = anyone.get("/verify/", {"code": code})
    assert answer.status_code == HTTPStatus.NOT_FOUND and "查不到这份文书" in html(answer)


def test_another_organ_or_number_beside_the_right_digits_is_not_there(anyone: Client, approved: Matter) -> None:
    _verify, issuer, number, digits = place(approved).strip("/").split("/")
    for wrong in (f"jn/{number}/{digits}", f"{issuer}/2026-99/{digits}", f"{issuer}/{number}/{digits[:8]}"):
        assert anyone.get(f"/verify/{wrong}/").status_code == HTTPStatus.NOT_FOUND


def test_a_replaced_paper_says_so_and_leads_to_the_one_that_holds(anyone: Client, approved: Matter) -> None:
    approved.does("handler", "serve_reply")
    first = place(approved)
    wanted = DocumentCorrection(state_of(approved).id, "地名写错。")
    assert isinstance(correct_document(approved.id, wanted, approved.actor("handler"), approved.at), Accepted)
    document = state_of(approved)
    approve_correction(approved.id, document.id, document.text.commitment, approved.actor("head"), approved.at)
    approved.does("handler", "serve_reply")
    page = html(anyone.get(first))
    assert "已经更正" in page and place(approved) in page
    assert "这份文书是真的" in html(anyone.get(place(approved)))


def test_a_void_paper_says_so(anyone: Client, approved: Matter) -> None:
    there = place(approved)
    void_document(approved.id, state_of(approved).id, "写错了人。", approved.actor("head"), approved.at)
    assert "这份文书已经作废" in html(anyone.get(there))


def test_a_text_whose_approval_lapsed_is_no_paper(anyone: Client, approved: Matter) -> None:
    there = place(approved)
    DocumentRecord.objects.filter(id=state_of(approved).id).update(status="drafted")
    assert anyone.get(there).status_code == HTTPStatus.NOT_FOUND


def test_a_paper_of_a_sealed_case_is_told_in_the_same_words(anyone: Client, approved: Matter) -> None:
    Case.objects.filter(id=approved.id).update(sealed=True)
    DocumentRecord.objects.filter(id=state_of(approved).id).update(series="sealed-papers")
    page = html(anyone.get(place(approved)))
    assert "专" not in page.partition("<form")[0].partition("<main")[2] and "sealed" not in place(approved)


def test_every_form_of_the_paper_bears_the_address(anyone: Client, approved: Matter) -> None:
    approved.does("handler", "serve_reply")
    open_matter(anyone, approved)
    base = f"/track/matter/notices/{state_of(approved).id}/"
    there = bare(place(approved))
    assert place(approved) in html(anyone.get(base))
    assert there in text_of_pdf(anyone.get(f"{base}paper.pdf").content)
    assert there in text_of_docx(anyone.get(f"{base}paper.docx").content)
