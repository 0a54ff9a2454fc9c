"""A document is drafted, changed, sent back, approved and issued: the text that goes out is the one that was approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin import door
from huiyin.casework.history import documents, read_history
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import DocumentRecord, DocumentVersion, Notice, Text
from huiyin.casework.sealed.texts import read_texts
from huiyin.documents.compose import content_of
from huiyin.documents.content import Block
from huiyin.documents.drafting.text import DocumentText, bare_heading, below_heading
from huiyin.door.documents.writing import DocumentWriting
from huiyin.people import petitioners
from huiyin.procedure.documents.document_event import DocumentEdited
from huiyin.procedure.refusal import Code
from huiyin.rule_store.store import load
from huiyin.sealing.aead import open_sealed, seal
from tests.cast import make_cast
from tests.documents.drafting import (
    codes,
    drafted,
    edits,
    passage_with,
    proposed,
    replaced,
    state_of,
    text_of,
    tries_to_edit,
)
from tests.matters import BUREAU_ROAD, BY_HAND, ROAD, Matter, begin, execute, walk

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]


def paper(matter: Matter, kind: str = "reply"):
    past = read_history(matter.case, None)
    document = next(one for one in documents(past) if one.kind == kind)
    return content_of(document, past, "陈晓光")


@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
def test_the_paper_served_is_the_very_text_that_was_read_and_approved(book: str) -> None:
    matter = proposed(book)
    edits(matter, "handler", "列入本月检修。", "列入本月检修，六月底前完成。")
    matter.does("secretary" if book == "xx-bureau" else "head", "approve_opinion")
    approved = text_of(matter)
    matter.does("handler", "serve_reply")
    issued = paper(matter)
    assert issued.body == approved.body
    assert "列入本月检修，六月底前完成。" in [block.text for block in issued.body]
    assert state_of(matter).status == "issued"


def test_the_first_draft_is_worded_by_the_template_and_waits_for_approval() -> None:
    matter = proposed()
    shown = drafted(matter)
    assert (shown.status, shown.version, shown.number, shown.newest.author) == ("drafted", 1, "", "")
    words = "\n".join(block.text for block in text_of(matter).body)
    assert "一、您的投诉请求\n修好路灯。" in words
    assert "自收到本意见书之日起30日内，根据《信访工作条例》第三十五条的规定，向江南 机构请求复查" in words
    assert "{" not in words and "至20" not in words.partition("救济途径")[2]


def test_an_opinion_that_supports_says_by_when_without_a_day_that_only_the_service_fixes() -> None:
    matter = walk(begin(make_cast()), until="investigate")
    matter.does("handler", "propose_opinion", result="support", carry_out_by=None)
    assert "自收到之日起30天内" in "".join(block.text for block in text_of(matter).body).replace("日内", "天内")


def test_a_review_that_decides_anew_names_no_day_that_ran_from_the_first_opinion() -> None:
    matter = walk(begin(make_cast()), until="investigate")
    day = timezone.localdate(matter.at) + timedelta(days=20)
    matter.does("handler", "propose_opinion", result="support", carry_out_by=day.isoformat())
    for who, action in (("head", "approve_opinion"), ("handler", "serve_reply"), ("petitioner", "apply_review")):
        matter.goes_on(who, action)
    matter.does("reviewer", "decide_review", review_result="change", new_result="support", carry_out_by=None)
    assert below_heading(text_of(matter, "review_opinion"), "落实期限") == ["自收到之日起30日内。"]


def test_the_number_is_given_when_it_is_approved_and_stands_on_the_paper_that_goes_out() -> None:
    matter = proposed()
    matter.does("head", "approve_opinion")
    shown = drafted(matter)
    assert shown.number == paper(served(matter)).number == "〔2026〕3号"


def served(matter: Matter) -> Matter:
    matter.does("handler", "serve_reply")
    return matter


def test_what_is_sent_back_carries_what_was_said_at_its_passages() -> None:
    matter = proposed()
    place = passage_with(matter, "列入本月检修。")
    said = {place: "写明完成的日子。", (place[0], 999): "没有这一段。"}
    outcome = execute(replace(matter.wish("head", "return_opinion"), comments=said))
    assert isinstance(outcome, door.Accepted)
    shown = drafted(matter)
    assert shown.status == "returned"
    assert [(one.passage, one.text) for one in shown.newest.comments] == [(place[1], "写明完成的日子。")]


def test_a_text_changed_after_it_was_sent_back_is_laid_before_the_approver_again_as_it_is() -> None:
    matter = proposed()
    matter.does("head", "return_opinion")
    edits(matter, "handler", "列入本月检修。", "六月底前修好。")
    matter.does("handler", "propose_opinion")
    shown = drafted(matter)
    assert (shown.status, shown.version) == ("drafted", 2)
    assert "六月底前修好。" in [block.text for block in text_of(matter).body]


def test_a_new_opinion_is_worded_anew_and_what_stood_there_before_is_kept() -> None:
    matter = proposed()
    matter.does("head", "return_opinion")
    edits(matter, "handler", "列入本月检修。", "六月底前修好。")
    matter.does("handler", "propose_opinion", opinion="七月底前修好。")
    shown = drafted(matter)
    assert [version.number for version in shown.versions] == [1, 2, 3]
    assert "七月底前修好。" in [block.text for block in text_of(matter).body]


def test_what_was_changed_by_hand_outlives_a_new_answer_in_another_passage() -> None:
    matter = proposed()
    matter.does("head", "return_opinion")
    edits(matter, "handler", "线路老化。", "三号灯杆的线路老化。")
    matter.does("handler", "propose_opinion", opinion="七月底前修好。")
    words = [block.text for block in text_of(matter).body]
    assert "三号灯杆的线路老化。" in words and "七月底前修好。" in words and "列入本月检修。" not in words
    matter.does("head", "return_opinion")
    edits(matter, "handler", "有关规定。", "有关规定第三条。")
    matter.does("handler", "propose_opinion", opinion="八月底前修好。")
    words = [block.text for block in text_of(matter).body]
    assert {"三号灯杆的线路老化。", "有关规定第三条。", "八月底前修好。"} < {*words} and "七月底前修好。" not in words
    assert [version.number for version in drafted(matter).versions] == [1, 2, 3, 4, 5]


def test_a_passage_that_was_changed_by_hand_and_by_a_new_answer_stands_as_answered_and_what_was_lost_is_told() -> None:
    matter = proposed()
    matter.does("head", "return_opinion")
    edits(matter, "handler", "列入本月检修。", "六月底前修好。")
    matter.does("handler", "propose_opinion", opinion="七月底前修好。")
    shown = drafted(matter)
    assert [block.text for block in shown.overwritten(shown.newest)] == ["六月底前修好。"]
    assert shown.overwritten(shown.versions[1]) == ()


def test_who_changes_an_approved_text_has_it_approved_again_under_the_same_number() -> None:
    matter = proposed()
    matter.does("head", "approve_opinion")
    number = drafted(matter).number
    edits(matter, "handler", "列入本月检修。", "六月底前修好。")
    assert matter.case.stage == "proposed" and state_of(matter).status == "drafted"
    refused = matter.tries("handler", "serve_reply")
    assert isinstance(refused, door.Refused)
    assert isinstance(matter.tries("handler", "approve_opinion"), door.Refused)
    matter.does("head", "approve_opinion")
    assert drafted(matter).number == number
    matter.does("handler", "serve_reply")
    assert (
        Notice.objects.get(id=state_of(matter).id).number == DocumentRecord.objects.get(id=state_of(matter).id).number
    )


def test_under_the_bureaus_rules_too_a_changed_text_is_approved_again() -> None:
    matter = proposed("xx-bureau")
    matter.does("secretary", "approve_opinion")
    edits(matter, "handler", "列入本月检修。", "六月底前修好。")
    owed = {duty.kind for duty in load_case(matter.case).state.duties}
    assert "approve_opinion" in owed and "serve_reply" not in owed
    matter.does("secretary", "approve_opinion")
    matter.does("handler", "serve_reply")


def test_what_one_decides_alone_they_change_and_sign_in_one_step() -> None:
    matter = walk(begin(make_cast()), until="decide_review")
    assert state_of(matter, "review_opinion").status == "approved"
    edits(matter, "reviewer", "维持。", "维持原意见。", kind="review_opinion")
    assert state_of(matter, "review_opinion").status == "approved"
    assert codes(tries_to_edit(matter, "handler", [Block("改了。")], kind="review_opinion")) == ["not-yours"]
    matter.does("reviewer", "serve_review")
    assert "维持原意见。" in [block.text for block in paper(matter, "review_opinion").body]


def test_one_byte_changed_after_approval_and_it_does_not_go_out() -> None:
    matter = proposed()
    matter.does("head", "approve_opinion")
    row = Text.objects.select_related("petitioner__key").get(id=state_of(matter).text.id)
    key = petitioners.data_key(row.petitioner)
    plain = open_sealed(key, bytes(row.sealed), row.id.bytes)
    changed = plain.replace("列入本月检修。".encode(), "列入下月检修。".encode())
    assert changed != plain
    Text.objects.filter(id=row.id).update(sealed=seal(key, changed, row.id.bytes))
    outcome = door.execute(matter.wish("handler", "serve_reply"))
    assert codes(outcome) == ["paper-altered"]
    assert not Notice.objects.filter(id=state_of(matter).id).exists()


def test_two_editors_at_once_lose_nothing() -> None:
    matter = proposed()
    base, text = state_of(matter).version, text_of(matter)
    mine, theirs = replaced(text, "列入本月检修。", "我的文字。"), replaced(text, "列入本月检修。", "别人的文字。")
    assert isinstance(tries_to_edit(matter, "handler", theirs, base), door.Accepted)
    assert codes(tries_to_edit(matter, "handler", mine, base)) == ["stale"]
    assert "别人的文字。" in [block.text for block in text_of(matter).body]
    assert isinstance(tries_to_edit(matter, "handler", mine, base + 1), door.Accepted)
    assert [version.number for version in drafted(matter).versions] == [1, 2, 3]


def test_twenty_thousand_characters_are_kept_and_far_too_many_refused() -> None:
    matter = proposed()
    blocks = [*text_of(matter).body[:-1], Block("字" * 20_000), text_of(matter).body[-1]]
    assert isinstance(tries_to_edit(matter, "handler", blocks), door.Accepted)
    assert text_of(matter).chars > 20_000
    assert codes(tries_to_edit(matter, "handler", [*blocks, Block("字" * 60_000)])) == ["too-long"]


def test_what_the_law_asks_for_may_not_be_struck_out() -> None:
    matter = proposed()
    text = text_of(matter)
    without = [block for block in text.body if "线路老化" not in block.text]
    outcome = tries_to_edit(matter, "handler", without)
    assert codes(outcome) == ["lacking"]
    assert "认定的事实和理由" in outcome.errors[0].message and "第三十二条" in outcome.errors[0].message
    for word, lost in (("30日内", "若干日内"), ("江南 机构请求复查", "有关机关请求复查")):
        assert codes(tries_to_edit(matter, "handler", replaced(text_of(matter), word, lost))) == ["lacking"]


def without_passage(text: DocumentText, heading: str, *, with_heading: bool) -> list[Block]:
    """The paragraphs without those below a heading."""
    lost = set(below_heading(text, heading))
    assert lost
    return [
        block
        for block in text.body
        if block.text not in lost and not (with_heading and block.heading and bare_heading(block.text) == heading)
    ]


def supported(book: str) -> Matter:
    """A matter whose proposed opinion says 30 days and the organ above elsewhere than in its remedy as well."""
    road = BUREAU_ROAD if book == "xx-bureau" else ROAD
    matter = walk(begin(make_cast(book)), until="investigate", road=road)
    opinion = "修好路灯，情况抄送江南 机构。"
    matter.does("handler", "propose_opinion", result="support", carry_out_by=None, opinion=opinion)
    return matter


@pytest.mark.parametrize("with_heading", [True, False])
@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
def test_the_remedy_of_an_opinion_may_not_be_struck_out(book: str, with_heading: bool) -> None:
    matter = supported(book)
    left = without_passage(text_of(matter), "救济途径", with_heading=with_heading)
    words = "".join(block.text for block in left)
    assert "30日" in words.replace("天", "日") and "江南 机构" in words
    outcome = tries_to_edit(matter, "handler", left)
    assert codes(outcome) == ["lacking"]
    assert "“救济途径”" in outcome.errors[0].message
    assert "《信访工作条例》第三十五条" in outcome.errors[0].message and "《信访条例》" not in outcome.errors[0].message
    assert drafted(matter).version == 1


@pytest.mark.parametrize("heading", ["您的投诉请求", "认定的事实和理由", "处理意见", "法律法规依据", "救济途径"])
def test_no_passage_that_the_law_asks_for_is_struck_out_with_its_heading(heading: str) -> None:
    matter = supported("national-2022")
    left = without_passage(text_of(matter), heading, with_heading=True)
    assert codes(tries_to_edit(matter, "handler", left)) == ["lacking"]


@pytest.mark.parametrize("heading", ["认定的事实和理由", "意见", "法律法规依据", "救济途径"])
def test_no_passage_of_a_review_opinion_is_struck_out_with_its_heading(heading: str) -> None:
    matter = walk(begin(make_cast()), until="decide_review")
    left = without_passage(text_of(matter, "review_opinion"), heading, with_heading=True)
    outcome = tries_to_edit(matter, "reviewer", left, kind="review_opinion")
    assert "lacking" in codes(outcome) and all("《信访条例》" not in error.message for error in outcome.errors)


def test_under_the_law_of_2005_the_remedy_is_held_and_that_law_alone_is_cited() -> None:
    matter = begin(make_cast("national-2005"))
    matter.does("intake", "accept", kind=None, route=None)
    matter.does("intake", "assign")
    matter.does("handler", "propose_opinion", result="support", request=None, review_organ=None, carry_out_by=None)
    left = without_passage(text_of(matter), "救济途径", with_heading=True)
    outcome = tries_to_edit(matter, "handler", left)
    assert codes(outcome) == ["lacking"]
    assert outcome.errors[0].message == "《信访条例》第三十四条要求写明的“救济途径”不在文中，请补上"


def test_a_passage_that_no_law_asks_for_is_struck_out_with_its_heading_and_not_without() -> None:
    matter = supported("national-2022")
    left = without_passage(text_of(matter), "落实期限", with_heading=False)
    outcome = tries_to_edit(matter, "handler", left)
    assert codes(outcome) == ["hollow"] and "落实期限" in outcome.errors[0].message
    left = without_passage(text_of(matter), "落实期限", with_heading=True)
    assert isinstance(tries_to_edit(matter, "handler", left), door.Accepted)


@pytest.mark.parametrize("typed", ["{case.number}", "见{附件}", "}"])
def test_a_place_to_be_filled_in_cannot_come_into_a_text(typed: str) -> None:
    matter = proposed()
    outcome = tries_to_edit(matter, "handler", [*text_of(matter).body, Block(typed)])
    assert codes(outcome) == ["unfilled"]


def test_an_unchanged_text_is_no_new_version() -> None:
    matter = proposed()
    assert codes(tries_to_edit(matter, "handler", text_of(matter).body)) == ["nothing-changed"]


@pytest.mark.parametrize("who", ["archivist", "intake", "other_handler"])
def test_only_who_drafts_or_approves_it_changes_it(who: str) -> None:
    matter = proposed()
    if who in matter.cast.accounts:
        assert codes(tries_to_edit(matter, who, [Block("改了。")])) == ["not-yours"]


def test_a_paper_that_was_issued_is_never_changed() -> None:
    matter = served(walk(begin(make_cast()), until="approve_opinion"))
    assert codes(tries_to_edit(matter, "handler", [Block("改了。")])) == ["not-open"]


def test_a_void_paper_keeps_its_number_and_another_is_drafted() -> None:
    matter = proposed()
    matter.does("head", "approve_opinion")
    number, old = drafted(matter).number, state_of(matter).id
    outcome = door.void_document(matter.id, old, "写错了当事单位。", matter.actor("head"), matter.at)
    assert isinstance(outcome, door.Accepted)
    assert matter.case.stage == "proposed"
    row = DocumentRecord.objects.get(id=old)
    assert (row.status, drafted(matter).number) == ("voided", number)
    assert drafted(matter).reason == "写错了当事单位。"
    refused = matter.tries("head", "approve_opinion")
    assert isinstance(refused, door.Refused) and refused.refusal.code is Code.DOCUMENT_VOIDED
    matter.does("head", "return_opinion")
    matter.does("handler", "propose_opinion")
    matter.does("head", "approve_opinion")
    assert state_of(matter).id != old and drafted(matter).number != number
    matter.does("handler", "serve_reply")


def test_who_drafted_a_paper_does_not_void_it_and_nobody_without_a_reason() -> None:
    matter = proposed()
    document = state_of(matter).id
    assert codes(door.void_document(matter.id, document, "理由。", matter.actor("handler"), matter.at)) == ["not-yours"]
    assert codes(door.void_document(matter.id, document, " ", matter.actor("head"), matter.at)) == ["missing"]


def test_a_paper_of_a_matter_that_ends_otherwise_is_void() -> None:
    matter = proposed()
    matter.does("petitioner", "withdraw")
    assert DocumentRecord.objects.get(case=matter.id).status == "voided"


def test_a_suggestion_is_answered_by_a_paper_of_its_own() -> None:
    matter = begin(make_cast())
    matter.does("intake", "accept", kind="suggestion")
    for who, action in (("intake", "assign"), ("handler", "investigate")):
        matter.does(who, action)
    matter.does("handler", "propose_opinion", review_organ=None)
    assert {row.kind for row in DocumentRecord.objects.filter(case=matter.id)} == {"suggestion_reply"}
    matter.does("head", "approve_opinion")
    matter.does("handler", "answer_suggestion", **BY_HAND)
    assert paper(matter, "suggestion_reply").number == drafted(matter, "suggestion_reply").number


def test_texts_of_papers_lie_sealed_alone() -> None:
    matter = proposed()
    for row in Text.objects.filter(case=matter.id):
        assert "列入本月检修。".encode() not in bytes(row.sealed)
    for model in (DocumentRecord, DocumentVersion):
        assert all("列入本月检修" not in str(vars(row)) for row in model.objects.all())
    assert "列入本月检修。" in read_texts([state_of(matter).text.id])[state_of(matter).text.id]


def test_a_paper_that_replaces_an_issued_one_names_it() -> None:
    matter = walk(begin(make_cast("xx-bureau")), road=BUREAU_ROAD)
    old, number = state_of(matter).id, drafted(matter).number
    matter.at += timedelta(days=40)
    matter.does("system", "conclude")
    begin(matter.cast, at=matter.at).does("intake", "link_repeat", first_case=matter.case.number)
    matter.at += timedelta(days=1)
    matter.does("handler", "handle_again", reason="原答复不当。")
    for who, action in BUREAU_ROAD[-5:]:
        matter.does(who, action)
    shown = drafted(matter)
    assert (shown.replaces, shown.status) == (old, "issued") and shown.id != old
    assert DocumentRecord.objects.get(id=old).status == "issued"
    assert f"本信访处理意见书替代{number}信访处理意见书。" == text_of(matter).body[0].text


def test_a_text_that_lacks_what_the_law_asks_for_is_not_approved_however_it_came_about() -> None:
    matter = proposed()
    present, text = state_of(matter), text_of(matter)
    rules, state = load(matter.case.rulebook), load_case(matter.case).state
    writing = DocumentWriting(matter.case, rules, state, matter.actor("handler"), matter.at)
    short = writing.sealed(text.with_body(text.body[:1]).dumps())
    writing.add(DocumentEdited(present.id, present.version + 1, short, matter.actor("handler").person))
    writing.write()
    assert "lacking" in codes(execute(matter.wish("head", "approve_opinion")))
    assert state_of(matter).status == "drafted"
    matter.does("head", "return_opinion")
