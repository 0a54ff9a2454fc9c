"""An office whose superior does not use the system: its own desk hands a review over and records its outcome, and never decides it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.documents.compose import content_of
from huiyin.people.models import Organisation, Post
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.matters import Matter, begin, replay_equals_projection, walk

SUPERIOR = "江南省局（纸质往来）"
ADDRESS = "江南市解放路1号"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def alone(cast: Cast) -> Cast:
    """临江 without any superior in the installation."""
    Organisation.objects.filter(id=cast.lj.id).update(superior=None, superior_name=SUPERIOR, superior_address=ADDRESS)
    return cast


@pytest.fixture
def review(alone: Cast) -> Matter:
    """A matter whose petitioner has just applied for review."""
    return walk(begin(alone, timezone.now() - timedelta(days=2)), until="apply_review")


def paper(name: str = "函.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def send(client: Client, matter: Matter, action: str, **fields: object) -> HttpResponse:
    page = client.get(form_of(matter, action))
    key = hidden(page, "_key") if 'name="_key"' in html(page) else "a-key-of-this-form"
    return client.post(form_of(matter, action), {"_key": key, **fields})


def today() -> str:
    return timezone.localdate().isoformat()


def handed_over(matter: Matter, client: Client) -> None:
    done = send(client, matter, "hand_over_review", handed_to=SUPERIOR, handed_on=today(), handing_proof=[paper()])
    assert done.status_code == 302, html(done)


def recorded(matter: Matter, client: Client) -> HttpResponse:
    return send(
        client,
        matter,
        "record_review",
        paper_no="江南复字〔2026〕7 号",
        paper_date=today(),
        paper_copy=[paper("复查意见.pdf")],
        review_result="uphold",
        facts_found="同前。",
        basis="有关规定。",
        opinion="维持原处理意见。",
        organ_mode="post",
        served_on=today(),
    )


def followed(matter: Matter) -> str:
    client = Client()
    pair = {"receipt": matter.registered.receipt, "code": matter.registered.code}  # type: ignore[union-attr]
    return html(client.post("/track/", pair, follow=True))


@pytest.mark.parametrize("who", ["registrar", "intake", "handler", "head", "archivist"])
def test_nobody_of_the_office_complained_of_decides_its_own_review(desk: Desk, review: Matter, who: str) -> None:
    fields = {"review_result": "uphold", "facts_found": "同前。", "basis": "有关规定。", "opinion": "维持。"}
    refused = desk(who).post(form_of(review, "decide_review"), {"_key": "k", **fields})
    assert refused.status_code in (403, 404, 422)
    assert review.case.stage == "review"


def test_the_desk_hands_the_application_over_and_the_petitioner_sees_who_has_it_since_when(
    desk: Desk, review: Matter
) -> None:
    before = followed(review)
    assert f"{today()} 已转交" not in before
    assert f"{SUPERIOR}（待转交）" in before
    handed_over(review, desk("registrar"))
    replay_equals_projection(review.id)
    page = followed(review)
    assert SUPERIOR in page
    assert f"{today()} 已转交" in page
    assert "（待转交）" not in page
    assert "复查申请转交告知书" in page


def test_the_letter_goes_to_the_organ_by_name_and_needs_no_receipt_before_it_is_written(
    desk: Desk, review: Matter
) -> None:
    registrar = desk("registrar")
    assert f'value="{SUPERIOR}"' in html(registrar.get(form_of(review, "hand_over_review")))
    sent = send(registrar, review, "hand_over_review", handed_to=SUPERIOR, handed_on=today())
    assert sent.status_code == 302, html(sent)
    past = read_history(review.case, None)
    letter = next(one for one in documents(past) if one.kind == "review_transmittal")
    assert content_of(letter, past, "有关机关、单位").addressee == SUPERIOR
    review.at = timezone.now()
    review.does("petitioner", "withdraw_review")
    past = read_history(review.case, None)
    recalled = next(one for one in documents(past) if one.kind == "review_recalled")
    assert content_of(recalled, past, "有关机关、单位").addressee == SUPERIOR


def test_where_the_organ_above_is_stands_on_the_opinion_and_beside_the_remedy(alone: Cast) -> None:
    named = "江南 机构"  # as the walk enters it in the opinion
    Organisation.objects.filter(id=alone.lj.id).update(superior_name=named)
    matter = walk(begin(alone, timezone.now() - timedelta(days=2)), until="serve_reply")
    past = read_history(matter.case, None)
    opinion = next(one for one in documents(past) if one.kind == "reply")
    written = " ".join(block.text for block in content_of(opinion, past, "").body)
    assert f"向{named}（地址：{ADDRESS}）请求复查" in written
    assert ADDRESS in followed(matter)


@pytest.mark.parametrize("sealed", [False, True])
def test_worklist_and_page_of_the_desk_say_with_whom_the_review_is_since_when(
    desk: Desk, alone: Cast, sealed: bool
) -> None:
    accused = {"accused_units": frozenset({alone.units["lj-training"].id})} if sealed else {}
    review = walk(begin(alone, timezone.now() - timedelta(days=2), **accused), until="apply_review")
    registrar = desk("registrar")
    assert "等它的结果" not in html(registrar.get("/desk/"))
    handed_over(review, registrar)
    for page in (registrar.get("/desk/"), registrar.get(page_of(review))):
        assert f"{today()} 已转交{SUPERIOR}，等它的结果" in html(page)


def test_the_outcome_is_recorded_from_the_other_organs_paper(desk: Desk, review: Matter) -> None:
    handed_over(review, desk("registrar"))
    without = send(
        desk("registrar"), review, "record_review", review_result="uphold", organ_mode="post", served_on=today()
    )
    assert without.status_code == 422
    assert recorded(review, desk("registrar")).status_code == 302
    replay_equals_projection(review.id)
    assert review.case.stage == "reviewed"
    page = followed(review)
    assert "复查结果告知书（据上级机关文书登记）" in page
    assert "复查意见书<" not in page
    assert "申请复核" in page


def test_whoever_accepted_the_matter_does_not_record_what_was_decided_on_it(
    desk: Desk, alone: Cast, review: Matter
) -> None:
    handed_over(review, desk("registrar"))
    Post.objects.filter(id=alone.posts["intake"].id).update(roles=["intake", "registrar"])
    assert recorded(review, desk("intake")).status_code == 422
    assert review.case.stage == "review"
