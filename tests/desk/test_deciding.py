"""Deciding on what somebody else laid before one: read, sent back with reasons, laid there again, signed."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

from django.test import Client
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.desk.test_papers_on_their_way import proposed, takes
from tests.documents.drafting import passage_with
from tests.matters import BUREAU_ROAD, Matter, begin, walk


def signed_in(matter: Matter, name: str) -> Client:
    client = Client()
    client.force_login(matter.cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def comment_at(matter: Matter, words: str) -> str:
    """The name of the box beside the passage that holds ``words``."""
    document, at = passage_with(matter, words)
    return f"_comment-{document.hex}-{at}"


def chosen(page: str, name: str) -> list[str]:
    """What is chosen among the buttons or in the list of a field, by its label."""
    field = page.partition(f'id="f-{name}')[2].partition('class="field')[0]
    return re.findall(r"(?:selected|checked)[^>]*>(?:<[^>]*>)*\s*([^<]*[^<\s])", field)


def test_the_text_to_be_signed_stands_before_the_petition_and_what_was_done_and_the_decision_after_all(
    cast: Cast, desk: Desk
) -> None:
    page = html(desk("head").get(form_of(proposed(cast), "approve_opinion")))
    places = [
        page.index(words) for words in ("列入本月检修。", "路灯已经坏了两个星期", "灯杆线路老化。", "decision-bar")
    ]
    assert places == sorted(places)
    bar = page[places[-1] :]
    assert "批准处理意见" in bar and "退回重办" in bar


def test_what_was_said_at_passages_goes_along_to_the_form_that_sends_the_paper_back(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    name = comment_at(matter, "线路老化")
    begun = html(desk("head").get(form_of(matter, "approve_opinion")))
    assert f'name="{name}"' in begun
    page = html(
        desk("head").post(form_of(matter, "return_opinion"), {name: "写明哪一段线路。", "_over": "return_opinion"})
    )
    assert f'name="{name}"' in page and ">写明哪一段线路。</textarea>" in page
    assert matter.case.stage == "proposed"


def test_a_paper_is_not_signed_with_something_said_against_it(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    name = comment_at(matter, "线路老化")
    answer = takes(desk("head"), matter, "approve_opinion", **{name: "写明哪一段线路。"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = html(answer)
    assert "您在文书上写了意见" in page and ">写明哪一段线路。</textarea>" in page
    assert matter.case.stage == "proposed"


def test_what_was_said_at_a_passage_is_kept_with_the_draft_of_the_form(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    name, client = comment_at(matter, "线路老化"), desk("head")
    form = form_of(matter, "return_opinion")
    token = hidden(client.get(form), "_draft")
    assert (
        client.post(form, {"_draft": token, "_keep": "1", name: "写明哪一段线路。"}).status_code
        == HTTPStatus.NO_CONTENT
    )
    page = html(client.post(form, {"_draft": token, "_resume": "1"}))
    assert ">写明哪一段线路。</textarea>" in page


def test_what_came_back_is_marked_with_the_reason_and_the_form_begins_as_it_was_filled_in(
    cast: Cast, desk: Desk
) -> None:
    matter = proposed(cast)
    assert "您上次填写的内容已带入" not in html(desk("handler").get(form_of(matter, "propose_opinion")))
    takes(
        desk("head"),
        matter,
        "return_opinion",
        reason="请写明修好的日期。",
        **{comment_at(matter, "线路老化"): "哪一段？"},
    )
    page = html(desk("handler").get(form_of(matter, "propose_opinion")))
    assert "退回重办" in page and "请写明修好的日期。" in page and "哪一段？" in page
    assert "您上次填写的内容已带入" in page
    assert ">列入本月检修。</textarea>" in page and ">修好路灯。</textarea>" in page


def test_who_decides_again_sees_what_has_changed_since_and_why_it_was_sent_back(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    takes(desk("head"), matter, "return_opinion", reason="请写明修好的日期。")
    matter.does("handler", "propose_opinion", opinion="列入本月检修，六月底前修好。")
    page = html(desk("head").get(form_of(matter, "approve_opinion")))
    assert "现在重新报来" in page and "请写明修好的日期。" in page
    assert "，六月底前修好</ins>" in page.partition("退回以后改了什么")[0]  # of the form
    assert "，六月底前修好</ins>" in page.partition("退回以后改了什么")[2]  # of the document


def test_a_proposal_without_a_paper_is_read_as_one_and_the_signing_form_begins_with_it(db: None) -> None:
    matter = walk(
        begin(make_cast("xx-bureau"), timezone.now() - timedelta(days=2)), until="fill_form", road=BUREAU_ROAD
    )
    page = html(signed_in(matter, "secretary").get(form_of(matter, "sign_ordinary")))
    assert "交防火处办理。" in page.partition('class="paper paper-form"')[2].partition("</section>")[0]
    assert chosen(page, "signed_unit") == ["临江防火处"]
    assert "退回重填审批单" in page.partition("decision-bar")[2]


def test_a_form_that_was_sent_back_begins_as_it_was_filled_in(db: None) -> None:
    matter = walk(
        begin(make_cast("xx-bureau"), timezone.now() - timedelta(days=2)), until="fill_form", road=BUREAU_ROAD
    )
    matter.does("secretary", "return_form", reason="请说明依据。")
    page = html(signed_in(matter, "inspection").get(form_of(matter, "fill_form")))
    assert "请说明依据。" in page and ">交防火处办理。</textarea>" in page
    assert chosen(page, "proposed_unit") == ["临江防火处"]


def test_a_reviewer_reads_what_was_contested_beside_the_opinion_under_review(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="apply_review")
    page = html(desk("reviewer").get(form_of(matter, "decide_review")))
    before = page.partition('id="filled-in"')[0]
    assert "至今没有修好。" in before and "列入本月检修。" in before.partition("信访人不服的文书")[2]
    assert "灯杆线路老化。" in page  # what was done
    folded = page.partition("更早的，共")[2].partition("</ol>")[0]
    assert re.findall(r"^ (\d+) 步", folded) == [str(folded.count("<li"))]


def test_who_writes_an_answer_reads_what_is_to_be_answered_before_what_was_done(desk: Desk, matter: Matter) -> None:
    walk(matter, until="investigate")
    beside = html(desk("handler").get(form_of(matter, "propose_opinion"))).partition("<aside")[2]
    assert beside.index("路灯已经坏了两个星期") < beside.index('class="story')


def test_a_stranger_decides_nothing(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    assert desk("stranger").get(form_of(matter, "approve_opinion")).status_code == HTTPStatus.NOT_FOUND
    assert "decision-bar" in html(desk("head").get(form_of(matter, "approve_opinion")))
    assert hidden(desk("head").get(form_of(matter, "approve_opinion")), "_at_seq") == str(matter.case.seq)
    assert page_of(matter) in html(desk("head").get(form_of(matter, "approve_opinion")))


def test_what_was_typed_on_approving_is_the_reason_where_one_sends_back_instead(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    back = form_of(matter, "return_opinion")
    page = html(desk("head").post(back, {"approval": "线路图没有附上。", "_over": "1"}))
    assert ">线路图没有附上。</textarea>" in page
    page = html(desk("head").post(back, {"approval": "线路图没有附上。", "reason": "请补充依据。", "_over": "1"}))
    assert ">请补充依据。</textarea>" in page and "线路图" not in page.partition('id="f-reason"')[2][:200]
