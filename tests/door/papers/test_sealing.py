"""Approved papers are sealed by whoever keeps the seal before they go out, where their organ has one; or their scan is what goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from huiyin import door
from huiyin.casework.history import documents, read_history
from huiyin.casework.lists.papers import waiting_papers
from huiyin.casework.models import PaperRecord
from huiyin.casework.vocabulary import File
from huiyin.documents.addressee import covered
from huiyin.documents.compose import paper_of
from huiyin.documents.forms import handed_out, rendered
from huiyin.documents.seals import kept
from huiyin.documents.seals.signing import signatures_of
from tests.cast import DAY
from tests.documents.drafting import codes, drafted, edits, proposed, state_of
from tests.documents.making import paper as a_paper
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
    paper = state_of(matter)
    wanted = door.Sealing(paper.id, digest or paper.text.commitment, files, **how)
    outcome = door.seal_paper(matter.id, wanted, matter.actor(who), matter.at)
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
    return handed_out(paper_of(document, past, "陈晓光"), "pdf", document.issuer, matter.at).content


def test_where_an_organ_has_a_seal_nothing_approved_goes_out_without_it() -> None:
    matter = approved()
    assert codes(execute(matter.wish("handler", "serve_reply"))) == ["not-sealed"]
    assert codes(
        execute(matter.wish("handler", "post_reply", carrier="ems", tracking_no="1234567890123", posted_on="$today"))
    ) == ["not-sealed"]
    assert isinstance(seals(matter), door.Accepted)
    row = PaperRecord.objects.get(id=state_of(matter).id)
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
    assert PaperRecord.objects.get(id=state_of(matter).id).sealed_at is None
    assert codes(execute(matter.wish("handler", "serve_reply"))) == ["not-sealed"]


def test_an_expired_certificate_seals_nothing_and_says_so() -> None:
    matter = proposed()
    with_seal(matter, days=30)
    matter.at += 40 * DAY
    matter.does("head", "approve_opinion")
    assert codes(seals(matter)) == ["seal-expired"]


def test_the_scan_of_what_was_signed_is_what_goes_out() -> None:
    matter = approved()
    scan = printed(matter)
    assert isinstance(seals(matter, files=[File("扫描.pdf", scan)]), door.Accepted)
    matter.does("handler", "serve_reply")
    assert fetched(matter) == scan


def test_the_scan_of_another_paper_is_refused_and_nothing_is_kept() -> None:
    matter = approved()
    other = rendered(a_paper(), "pdf").content
    outcome = seals(matter, files=[File("扫描.pdf", other)])
    assert set(codes(outcome)) & {"another-text", "pages"}
    assert PaperRecord.objects.get(id=state_of(matter).id).sealed_at is None
    assert not matter.case.attachments.exists()


def test_the_list_names_what_waits_to_whoever_may_see_the_case() -> None:
    matter = approved()
    (line,) = waiting_papers(matter.actor("registrar"), "seal").items
    assert (line.case, line.digest) == (matter.case.number, state_of(matter).text.commitment)
    assert waiting_papers(matter.actor("stranger"), "seal").items == ()
    assert waiting_papers(matter.actor("reviewer"), "seal").items == ()
    seals(matter)
    assert waiting_papers(matter.actor("registrar"), "seal").items == ()
    assert text_of_pdf(printed(matter))
