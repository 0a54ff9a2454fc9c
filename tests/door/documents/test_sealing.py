"""Approved documents are sealed by whoever keeps the seal before they go out, where their organ has one; or their scan is what goes out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from huiyin import door
from huiyin.casework.history import documents, read_history
from huiyin.casework.lists.documents import waiting_documents
from huiyin.casework.models import DocumentRecord
from huiyin.casework.sealed.attachments import read_file
from huiyin.casework.vocabulary import File
from huiyin.documents.addressee import covered
from huiyin.documents.comparing import signed_copy
from huiyin.documents.comparing.scan_reading import _pages as signed_pages
from huiyin.documents.compose import content_of
from huiyin.documents.forms import handed_out, rendered
from huiyin.documents.seals import kept
from huiyin.documents.seals.signing import signatures_of
from huiyin.door.documents import sealing
from tests.api.test_bad_input import PNG
from tests.cast import DAY
from tests.documents.drafting import codes, drafted, edits, proposed, state_of
from tests.documents.making import paper as a_document
from tests.documents.making import text_of_pdf
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of
from tests.matters import Matter, execute, replay_equals_projection

pytestmark = pytest.mark.django_db


def with_seal(matter: Matter, days: int = 3650) -> None:
    """The organisation of a matter gets a certificate."""
    made = pkcs12_of(certificate("临江 机构", matter.at, days=days))
    kept.add(matter.case.organisation, made, PASSWORD, matter.at)


def approved(*, sealing: bool = True) -> Matter:
    """A matter whose opinion is approved and waits for its seal."""
    matter = proposed()
    matter.does("head", "approve_opinion")
    if sealing:
        with_seal(matter)
    return matter


def seals(
    matter: Matter, who: str = "registrar", files: Sequence[File] = (), digest: str = "", **how: bool
) -> door.Accepted | door.Rejected:
    """What comes of sealing the opinion."""
    document = state_of(matter)
    wanted = door.Sealing(document.id, digest or document.text.commitment, files, **how)
    outcome = door.seal_document(matter.id, wanted, matter.actor(who), matter.at)
    replay_equals_projection(matter.id)
    matter.at += timedelta(minutes=5)
    return outcome


def printed(matter: Matter) -> bytes:
    """The opinion as it is printed to be signed."""
    shown = drafted(matter)
    content = shown.content(covered(shown, matter.case, matter.actor("registrar"), matter.at))
    assert content is not None
    return rendered(content, "pdf").content


def fetched(matter: Matter) -> bytes:
    """The issued opinion as it leaves the office."""
    past = read_history(matter.case, None)
    document = next(one for one in documents(past) if one.kind == "reply")
    return handed_out(content_of(document, past, "陈晓光"), "pdf", document.issuer, matter.at).content


def test_where_an_organ_has_a_seal_nothing_approved_goes_out_without_it() -> None:
    matter = approved()
    assert codes(execute(matter.wish("handler", "serve_reply"))) == ["not-sealed"]
    assert codes(
        execute(matter.wish("handler", "post_reply", carrier="ems", tracking_no="1234567890123", posted_on="$today"))
    ) == ["not-sealed"]
    assert isinstance(seals(matter), door.Accepted)
    row = DocumentRecord.objects.get(id=state_of(matter).id)
    assert (row.sealed_by, row.scan) == (matter.cast.accounts["registrar"], None)
    matter.does("handler", "serve_reply")
    assert len(signatures_of(fetched(matter), kept.certificates())) == 1


def test_where_it_has_none_papers_go_out_as_they_did() -> None:
    matter = approved(sealing=False)
    assert codes(seals(matter)) == ["no-seal"]
    matter.does("handler", "serve_reply")


@pytest.mark.parametrize("who", ["handler", "head", "archivist", "stranger", "reviewer"])
def test_who_does_not_keep_the_seal_of_the_organ_seals_nothing(who: str) -> None:
    assert codes(seals(approved(), who)) in (["no-keeper"], ["not-yours"])


def test_only_what_is_approved_is_sealed_and_once() -> None:
    matter = proposed()
    with_seal(matter)
    assert codes(seals(matter)) == ["not-open"]
    matter.does("head", "approve_opinion")
    assert isinstance(seals(matter), door.Accepted)
    assert codes(seals(matter)) == ["sealed"]


def test_what_is_sealed_is_the_text_that_was_read() -> None:
    assert codes(seals(approved(), digest="00" * 32)) == ["stale"]


def test_a_change_of_the_text_takes_the_seal_off() -> None:
    matter = approved()
    seals(matter)
    edits(matter, "handler", "线路老化。", "灯杆线路老化。")
    matter.does("head", "approve_opinion")
    assert DocumentRecord.objects.get(id=state_of(matter).id).sealed_at is None
    assert codes(execute(matter.wish("handler", "serve_reply"))) == ["not-sealed"]


def test_an_expired_certificate_seals_nothing_and_says_so() -> None:
    matter = proposed()
    with_seal(matter, days=30)
    matter.at += 40 * DAY
    matter.does("head", "approve_opinion")
    assert codes(seals(matter)) == ["seal-expired"]


def test_the_scan_of_what_was_signed_is_what_goes_out_and_is_read_beside_before_the_case_is_locked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matter = approved()
    scan = printed(matter)
    order: list[str] = []

    def noted(module: ModuleType, name: str) -> None:
        done = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given: (order.append(name), done(*given))[1])

    def here(*_given: object) -> None:
        raise AssertionError("read in the process that answers pages")

    noted(signed_copy, "take_apart_in_turn")
    noted(sealing, "on_held_case")
    with monkeypatch.context() as reading:
        reading.setattr(PdfReader, "__init__", here)
        assert isinstance(seals(matter, files=[File("扫描.pdf", scan)]), door.Accepted)
    assert order == ["take_apart_in_turn", "on_held_case"]
    matter.does("handler", "serve_reply")
    assert fetched(matter) == scan


def test_the_scan_of_another_paper_is_refused_and_nothing_is_kept() -> None:
    matter = approved()
    other = rendered(a_document(), "pdf").content
    outcome = seals(matter, files=[File("扫描.pdf", other)])
    assert set(codes(outcome)) & {"another-text", "pages"}
    assert DocumentRecord.objects.get(id=state_of(matter).id).sealed_at is None
    assert not matter.case.attachments.exists()


def typeset(matter: Matter, *replaced: tuple[str, str], leave_out: str = "") -> bytes:
    """A page as if it were the approved opinion, with other words in it, or without the paragraphs that say ``leave_out``."""
    shown = drafted(matter)
    content = shown.content(covered(shown, matter.case, matter.actor("registrar"), matter.at))
    assert content is not None
    body = content.body
    for old, new in replaced:
        assert any(old in block.text for block in body)
        body = tuple(replace(block, text=block.text.replace(old, new)) for block in body)
    kept_blocks = tuple(block for block in body if not leave_out or leave_out not in block.text)
    return rendered(replace(content, body=kept_blocks), "pdf").content


@pytest.mark.parametrize(
    ("changed", "leave_out"),
    [
        ([("解释说明", "不予支持")], ""),
        ([("列入本月检修。", "列入本月检修。本意见为终局意见。")], ""),
        ([("30日内", "5日内")], ""),
        ([], "请求复查"),
        ([("列入本月检修。", "不列入本月检修。")], ""),
        ([("江南", "江北")], ""),
    ],
)
def test_a_scan_that_decides_otherwise_than_the_paper_is_refused(
    changed: list[tuple[str, str]], leave_out: str
) -> None:
    matter = approved(sealing=False)
    scan = typeset(matter, *changed, leave_out=leave_out)
    assert set(codes(seals(matter, files=[File("扫描.pdf", scan)]))) & {"another-text", "pages"}
    assert not matter.case.attachments.exists()


def test_a_scan_that_does_something_when_it_is_opened_is_refused() -> None:
    matter = approved(sealing=False)
    for name, action in (("/JavaScript", "/JS"), ("/URI", "/URI")):
        writer = PdfWriter(clone_from=io.BytesIO(printed(matter)))
        said = {NameObject("/S"): NameObject(name), NameObject(action): TextStringObject("x")}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(said)
        made = io.BytesIO()
        writer.write(made)
        assert codes(seals(matter, files=[File("扫描.pdf", made.getvalue())])) == ["active"]


def pictured(matter: Matter) -> list[File]:
    """Photographs of the pages, as many as the opinion has; of what, no program can read."""
    pages = len(PdfReader(io.BytesIO(printed(matter))).pages)
    return [File(f"{page}.png", PNG) for page in range(pages)]


def compares(matter: Matter, who: str) -> door.Accepted | door.Rejected:
    """What comes of confirming the picture that was handed in."""
    document, row = state_of(matter), DocumentRecord.objects.get(id=state_of(matter).id)
    assert row.scan is not None
    outcome = door.compare_scan(
        matter.id, door.ScanComparison(document.id, document.text.commitment, row.scan), matter.actor(who), matter.at
    )
    replay_equals_projection(matter.id)
    matter.at += timedelta(minutes=5)
    return outcome


def test_a_picture_goes_out_only_when_somebody_else_has_compared_it() -> None:
    matter = approved()
    assert isinstance(seals(matter, files=pictured(matter)), door.Accepted)
    row = DocumentRecord.objects.get(id=state_of(matter).id)
    assert row.sealed_at is None and row.scan is not None
    assert codes(execute(matter.wish("handler", "serve_reply"))) == ["not-sealed"]
    assert codes(compares(matter, "registrar")) == ["same-person"]
    for who in ("stranger", "reviewer", "archivist"):
        assert codes(compares(matter, who)) == ["not-yours"]
    assert isinstance(compares(matter, "head"), door.Accepted)
    matter.does("handler", "serve_reply")
    assert fetched(matter) == read_file(matter.case.attachments.get(id=row.scan)).content


def test_who_approved_a_paper_does_not_hand_in_its_picture() -> None:
    matter = approved(sealing=False)
    approver = matter.actor("head").person
    keeper = replace(matter.actor("registrar"), person=approver)
    document = state_of(matter)
    outcome = door.seal_document(
        matter.id, door.Sealing(document.id, document.text.commitment, pictured(matter)), keeper, matter.at
    )
    assert codes(outcome) == ["same-person"]


def test_a_picture_that_nobody_compared_is_not_what_goes_out() -> None:
    matter = approved(sealing=False)
    seals(matter, files=pictured(matter))
    matter.does("handler", "serve_reply")
    assert "请求复查" in text_of_pdf(fetched(matter))


def test_a_picture_behind_the_right_words_is_compared_by_somebody_too() -> None:
    matter = approved(sealing=False)
    writer = PdfWriter(clone_from=io.BytesIO(printed(matter)))
    picture = signed_pages([("png", PNG)])
    writer.pages[0].merge_page(PdfReader(io.BytesIO(picture)).pages[0])
    made = io.BytesIO()
    writer.write(made)
    assert isinstance(seals(matter, files=[File("扫描.pdf", made.getvalue())]), door.Accepted)
    assert DocumentRecord.objects.get(id=state_of(matter).id).sealed_at is None


def test_another_picture_handed_in_meanwhile_is_not_confirmed_with_the_first() -> None:
    matter = approved(sealing=False)
    seals(matter, files=pictured(matter))
    document = state_of(matter)
    first = DocumentRecord.objects.get(id=document.id).scan
    assert first is not None
    seals(matter, files=pictured(matter))
    wanted = door.ScanComparison(document.id, document.text.commitment, first)
    assert codes(door.compare_scan(matter.id, wanted, matter.actor("head"), matter.at)) == ["stale"]


def test_the_list_names_what_waits_to_whoever_may_see_the_case() -> None:
    matter = approved()
    (line,) = waiting_documents(matter.actor("registrar"), "seal").items
    assert (line.case, line.digest) == (matter.case.number, state_of(matter).text.commitment)
    assert waiting_documents(matter.actor("stranger"), "seal").items == ()
    assert waiting_documents(matter.actor("reviewer"), "seal").items == ()
    seals(matter)
    assert waiting_documents(matter.actor("registrar"), "seal").items == ()
    assert text_of_pdf(printed(matter))
