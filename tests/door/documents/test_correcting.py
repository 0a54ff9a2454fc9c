"""An issued document with a slip in it is put right by another that names it: drafted, approved by a second person, numbered, served anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from huiyin import door
from huiyin.casework.history import documents, read_history
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case, DocumentRecord, Duty
from huiyin.documents.compose import content_of
from huiyin.documents.drafting.drafts import document_called
from huiyin.documents.service import how_served
from huiyin.insight import whatif
from huiyin.procedure.refusal import Code
from huiyin.rules.book.load import load
from tests.cast import DAY
from tests.documents.drafting import codes, edits, proposed, replaced, state_of, text_of, tries_to_edit
from tests.matters import BY_HAND, SHORTLY, Matter, execute, replay_equals_projection

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]


def replied(book: str = "national-2022") -> Matter:
    """A matter whose opinion was served, with a slip in it."""
    matter = proposed(book)
    matter.does("secretary" if book == "xx-bureau" else "head", "approve_opinion")
    matter.does("handler", "serve_reply")
    return matter


def issued(matter: Matter, kind: str = "reply") -> UUID:
    """The document of a kind that was issued last."""
    return [one.id for one in documents(read_history(matter.case, None)) if one.kind == kind][-1]


def corrects(
    matter: Matter, who: str = "handler", notice: UUID | None = None, reason: str = "地名写错。", decision: bool = False
) -> door.Accepted | door.Rejected:
    """What comes of drafting a correction."""
    wanted = door.DocumentCorrection(notice or issued(matter), reason, decision)
    outcome = door.correct_document(matter.id, wanted, matter.actor(who), matter.at)
    replay_equals_projection(matter.id)
    matter.at += SHORTLY
    return outcome


def approves(matter: Matter, who: str = "head", kind: str = "reply") -> door.Accepted | door.Rejected:
    """What comes of approving the correction as it stands."""
    document = state_of(matter, kind)
    outcome = door.approve_correction(matter.id, document.id, document.text.commitment, matter.actor(who), matter.at)
    replay_equals_projection(matter.id)
    matter.at += SHORTLY
    return outcome


def corrected(matter: Matter, approver: str = "head", **wanted: bool) -> UUID:
    """A correction that was drafted, changed and approved."""
    assert isinstance(corrects(matter, **wanted), door.Accepted)
    edits(matter, "handler", "线路老化。", "灯杆线路老化。")
    assert isinstance(approves(matter, approver), door.Accepted)
    return state_of(matter).id


@pytest.mark.parametrize(("book", "approver"), [("national-2022", "head"), ("xx-bureau", "secretary")])
def test_a_slip_is_corrected_by_a_new_paper_that_names_the_one_it_replaces(book: str, approver: str) -> None:
    matter = replied(book)
    first = issued(matter)
    new = corrected(matter, approver)
    matter.does("handler", "serve_reply")
    past = read_history(matter.case, None)
    found = {one.id: one for one in documents(past)}
    old, document = (content_of(found[id], past, "陈晓光") for id in (first, new))
    assert document.body[0].text == f"本信访处理意见书更正并替代{old.number}信访处理意见书，自送达之日起以本件为准。"
    assert any("灯杆线路老化" in block.text for block in document.body)
    assert not any("灯杆线路老化" in block.text for block in old.body)
    assert document.number != old.number and "〔2026〕" in document.number
    row = DocumentRecord.objects.get(id=new)
    assert (row.replaces, row.status) == (first, "issued")
    assert load_case(matter.case).state.stage == "replied"
    assert len(how_served(past, tuple(found.values()))) == 2


def test_the_time_for_review_runs_anew_from_the_service_of_the_correction_and_never_ends_earlier() -> None:
    matter = replied()
    duty = Duty.objects.get(case=matter.id, kind="conclude")
    matter.at += 7 * DAY
    corrected(matter)
    matter.does("handler", "serve_reply")
    assert Duty.objects.get(id=duty.id).due_at == duty.due_at + 7 * DAY


def test_a_window_does_not_run_out_while_a_correction_is_under_way() -> None:
    matter = replied()
    corrected(matter)
    matter.at += 40 * DAY
    refused = execute(matter.wish("registrar", "conclude"))
    assert isinstance(refused, door.Refused) and refused.refusal.code is Code.CORRECTION_FIRST
    matter.does("handler", "serve_reply")
    assert load_case(matter.case).state.stage == "replied"


def test_who_drafted_a_correction_does_not_approve_it() -> None:
    matter = replied()
    assert isinstance(corrects(matter, "head"), door.Accepted)
    assert codes(approves(matter, "head")) == ["same-person"]


@pytest.mark.parametrize("who", ["stranger", "reviewer", "registrar", "archivist"])
def test_who_has_no_part_in_a_paper_neither_corrects_nor_approves_it(who: str) -> None:
    matter = replied()
    assert codes(corrects(matter, who)) == ["not-yours"]
    corrects(matter)
    refused = approves(matter, who)
    assert codes(refused) == ["not-yours"]
    assert isinstance(refused, door.Rejected) and "批准" in refused.errors[0].message, "nothing is to be changed"


def test_a_correction_that_is_not_approved_is_not_served() -> None:
    matter = replied()
    corrects(matter)
    refused = execute(matter.wish("handler", "serve_reply"))
    assert isinstance(refused, door.Refused)


def test_a_correction_is_not_served_before_it_was_approved() -> None:
    matter = replied()
    matter.at += 3 * DAY
    corrected(matter)
    early = (matter.at - 2 * DAY).date().isoformat()
    outcome = execute(matter.wish("handler", "serve_reply", **{**BY_HAND, "served_on": early}))
    assert codes(outcome) == ["before-correction"]


def test_a_paper_is_corrected_once_and_its_correction_again() -> None:
    matter = replied()
    first = issued(matter)
    corrected(matter)
    assert codes(corrects(matter)) == ["not-open"]
    matter.does("handler", "serve_reply")
    assert codes(corrects(matter, notice=first)) == ["not-open"]
    assert isinstance(corrects(matter), door.Accepted)
    text = text_of(matter)
    assert sum("更正并替代" in block.text for block in text.body) == 1


def test_what_was_approved_of_a_correction_is_the_text_that_was_read() -> None:
    matter = replied()
    corrects(matter)
    read = state_of(matter)
    edits(matter, "handler", "线路老化。", "灯杆线路老化。")
    outcome = door.approve_correction(matter.id, read.id, read.text.commitment, matter.actor("head"), matter.at)
    assert codes(outcome) == ["stale"]


def test_a_change_after_the_approval_asks_for_another_and_leaves_the_case_where_it_is() -> None:
    matter = replied()
    corrected(matter)
    number = DocumentRecord.objects.get(id=state_of(matter).id).number
    edits(matter, "handler", "灯杆线路老化。", "三号灯杆线路老化。")
    assert state_of(matter).status == "drafted" and load_case(matter.case).state.stage == "replied"
    assert isinstance(approves(matter), door.Accepted)
    assert DocumentRecord.objects.get(id=state_of(matter).id).number == number


def test_the_sentence_that_names_what_is_replaced_and_no_heading_can_be_struck_out() -> None:
    matter = replied()
    corrects(matter)
    body = text_of(matter).body
    assert codes(tries_to_edit(matter, "handler", body[1:])) == ["lacking"]
    heading = next(at for at, block in enumerate(body) if block.heading)
    assert "lacking" in codes(tries_to_edit(matter, "handler", [*body[:heading], *body[heading + 2 :]]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("对您的请求：解释说明", "对您的请求：支持"),
        ("30日内", "60日内"),
        ("列入本月检修", "不列入本月检修"),
        ("江南", "江北"),
        ("列入本月检修。", "列入本月检修。本意见为终局意见。"),
        ("2026年3月2日", "2026年3月20日"),
    ],
)
def test_a_slip_changes_nothing_that_decides(old: str, new: str) -> None:
    matter = replied()
    matter.at += 40 * DAY
    matter.does("registrar", "conclude")
    corrects(matter)
    assert codes(tries_to_edit(matter, "handler", replaced(text_of(matter), old, new))) == ["lacking"]


def test_a_slip_that_came_to_decide_otherwise_is_not_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    matter = replied()
    corrects(matter)
    with monkeypatch.context() as without:
        without.setattr("huiyin.door.documents.editing.missing_in_correction", lambda *_asked: ())
        edits(matter, "handler", "解释说明", "支持")
    assert codes(approves(matter)) == ["lacking"]


def test_a_correction_of_the_decision_changes_it_while_the_petitioner_can_turn_against_it() -> None:
    matter = replied()
    corrects(matter, decision=True)
    edits(matter, "handler", "解释说明", "支持")
    assert isinstance(approves(matter), door.Accepted)


def test_an_ended_matter_has_slips_corrected_and_no_decision() -> None:
    matter = replied()
    matter.at += 40 * DAY
    matter.does("registrar", "conclude")
    assert codes(corrects(matter, decision=True)) == ["window-closed"]
    assert isinstance(corrects(matter), door.Accepted)
    assert "所作决定不变" in text_of(matter).body[0].text
    assert isinstance(approves(matter), door.Accepted)
    matter.does("handler", "serve_reply")
    state = load_case(matter.case).state
    assert state.ended and state.papers["reply"].status == "issued"
    matter.at += DAY
    matter.does("archivist", "archive")
    assert codes(corrects(matter)) == ["archived"]


def test_a_paper_that_nobody_drafted_and_no_step_serves_goes_out_corrected_with_its_approval() -> None:
    matter = replied()
    first = issued(matter, "acceptance")
    assert isinstance(corrects(matter, "intake", first), door.Accepted)
    assert isinstance(approves(matter, "intake", "acceptance"), door.Accepted)
    assert state_of(matter, "acceptance").status == "issued"
    past = read_history(matter.case, None)
    new = [one for one in documents(past) if one.kind == "acceptance"][-1]
    assert content_of(new, past, "陈晓光").body[0].text.startswith("本受理告知书更正")


def test_a_correction_needs_a_reason() -> None:
    matter = replied()
    assert codes(corrects(matter, reason=" ")) == ["missing"]


def test_a_void_correction_leaves_what_was_issued_as_it_was() -> None:
    matter = replied()
    first = issued(matter)
    corrected(matter)
    assert isinstance(
        door.void_document(matter.id, state_of(matter).id, "不需要更正。", matter.actor("head"), matter.at),
        door.Accepted,
    )
    matter.at += timedelta(minutes=1)
    replay_equals_projection(matter.id)
    assert issued(matter) == first
    assert isinstance(corrects(matter), door.Accepted)


def test_a_reader_finds_why_a_paper_was_corrected() -> None:
    matter = replied()
    new = corrected(matter)
    shown = document_called(load_case(matter.case), new)
    assert shown is not None and shown.correction == "地名写错。" and shown.versions[0].author


def test_a_served_correction_is_no_step_that_other_rules_would_have_to_allow() -> None:
    matter = replied()
    corrected(matter)
    matter.does("handler", "serve_reply")
    (item,) = whatif.replay(Case.objects.filter(id=matter.id), load("national-2022"), matter.at)
    assert item.fate == "replayed" and not item.differences
