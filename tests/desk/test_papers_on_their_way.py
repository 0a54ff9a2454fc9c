"""A document before it is issued, at the desk: read, changed, sent back with what is said at its passages, approved, voided."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.door import Accepted, Correction, correct_registration
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.desk.test_who_sees_what import STRANGERS
from tests.documents.drafting import drafted, passage_with, state_of, text_of
from tests.matters import BUREAU_ROAD, ROAD, Matter, begin, walk


def proposed(cast: Cast, book: str = "national-2022") -> Matter:
    road = BUREAU_ROAD if book == "xx-bureau" else ROAD
    return walk(begin(cast, timezone.now() - timedelta(days=2)), until="propose_opinion", road=road)


def address(matter: Matter) -> str:
    return f"{page_of(matter)}papers/{state_of(matter).id}/"


def form_from(page: str) -> dict[str, str]:
    """What a browser would send of the form of a text, nothing changed."""
    form = {
        name: re.sub(r"&#x27;|&quot;", '"', text)
        for name, text in re.findall(r'<textarea[^>]*name="(text-\d+)"[^>]*>([^<]*)</textarea>', page)
    }
    kinds = re.findall(r'name="(kind-\d+)".*?<option value="(\w+)" selected', page, re.DOTALL)
    found = dict(re.findall(r'name="(base|parts)" value="(\d+)"', page))
    return {**form, **dict(kinds), **found}


def saved(client: Client, matter: Matter, old: str, new: str) -> HttpResponse:
    form = form_from(html(client.get(f"{address(matter)}edit/")))
    form = {name: text.replace(old, new) for name, text in form.items()}
    answer: HttpResponse = client.post(f"{address(matter)}edit/", form)
    return answer


def takes(client: Client, matter: Matter, action: str, **fields: str) -> HttpResponse:
    seq = hidden(client.get(form_of(matter, action)), "_at_seq")
    answer: HttpResponse = client.post(form_of(matter, action), {"_at_seq": seq, **fields})
    return answer


@pytest.mark.any_database
@pytest.mark.parametrize(("book", "approver"), [("national-2022", "head"), ("xx-bureau", "secretary")])
def test_the_whole_way_of_an_opinion_through_the_pages(db: None, book: str, approver: str) -> None:
    matter = proposed(make_cast(book), book)

    def client(name: str) -> Client:
        found = Client()
        found.force_login(matter.cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
        return found

    handler, head = client("handler"), client(approver)
    page = html(handler.get(page_of(matter)))
    assert "信访处理意见书" in page and "待审签" in page and address(matter) in page
    assert saved(handler, matter, "列入本月检修。", "列入本月检修，六月底前完成。").status_code == HTTPStatus.FOUND
    page = html(head.get(form_of(matter, "approve_opinion")))
    assert "六月底前完成。" in page.partition('id="filled-in"')[0]
    back = html(head.get(form_of(matter, "return_opinion")))
    document, at = passage_with(matter, "线路老化")
    name = f"_comment-{document.hex}-{at}"
    assert f'name="{name}"' in back
    sent = takes(head, matter, "return_opinion", reason="请补充。", **{name: "写明哪一段线路。"})
    assert sent.status_code == HTTPStatus.FOUND
    page = html(handler.get(f"{address(matter)}edit/"))
    assert "写明哪一段线路。" in page and "退回修改" in page
    assert saved(handler, matter, "线路老化。", "三号灯杆线路老化。").status_code == HTTPStatus.FOUND
    page = html(handler.get(f"{address(matter)}edit/"))
    assert "<ins>三号灯杆</ins>" in page
    matter.does("handler", "propose_opinion")
    assert takes(head, matter, "approve_opinion", approval="同意。").status_code == HTTPStatus.FOUND
    shown = html(handler.get(address(matter)))
    assert "已签发" in shown and drafted(matter).number in shown
    matter.at = timezone.now()
    matter.does("handler", "serve_reply")
    issued = html(handler.get(f"/desk/notices/{state_of(matter).id}/"))
    assert "三号灯杆线路老化。" in issued and "六月底前完成。" in issued and drafted(matter).number in issued


def test_a_draft_says_so_and_bears_neither_number_nor_day(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    page = html(desk("handler").get(address(matter)))
    assert '<p class="paper-mark">审签稿</p>' in page and '<p class="paper-number"></p>' in page
    assert "年　　月　　日" in page
    for form in ("pdf", "docx"):
        assert desk("handler").get(f"{address(matter)}paper.{form}").status_code == HTTPStatus.OK


def test_two_editors_at_once_are_shown_both_texts(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    handler, head = desk("handler"), desk("head")
    mine = form_from(html(handler.get(f"{address(matter)}edit/")))
    assert saved(head, matter, "列入本月检修。", "负责人的文字。").status_code == HTTPStatus.FOUND
    mine = {name: text.replace("列入本月检修。", "承办人的文字。") for name, text in mine.items()}
    answer = handler.post(f"{address(matter)}edit/", mine)
    page = html(answer)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "承办人的文字。" in page and "<ins>负责</ins>" in page.partition('id="paper-text"')[0]
    assert "负责人的文字。" in [block.text for block in text_of(matter).body]
    again = form_from(page)
    assert handler.post(f"{address(matter)}edit/", again).status_code == HTTPStatus.FOUND
    assert "承办人的文字。" in [block.text for block in text_of(matter).body]
    assert drafted(matter).version == 3


def test_a_paragraph_is_put_in_and_another_taken_out_without_javascript(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    handler = desk("handler")
    form = form_from(html(handler.get(f"{address(matter)}edit/")))
    last = int(form["parts"]) - 1
    more = form_from(html(handler.post(f"{address(matter)}edit/", {**form, "insert": "0"})))
    assert int(more["parts"]) == last + 2 and more["text-1"] == "" and more["text-2"] == form["text-1"]
    more |= {"text-1": "新加的一段。"}
    assert handler.post(f"{address(matter)}edit/", more).status_code == HTTPStatus.FOUND
    assert text_of(matter).body[1].text == "新加的一段。"
    form = form_from(html(handler.get(f"{address(matter)}edit/"))) | {"kind-1": "removed"}
    assert handler.post(f"{address(matter)}edit/", form).status_code == HTTPStatus.FOUND
    assert "新加的一段。" not in [block.text for block in text_of(matter).body]


def test_what_the_law_asks_for_comes_back_with_everything_that_was_typed(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    answer = saved(desk("handler"), matter, "认定的事实和理由", "其他")
    page = html(answer)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "《信访工作条例》第三十二条第一款" in page and ">其他</textarea>" in page
    assert drafted(matter).version == 1


def test_an_approved_text_that_is_changed_goes_back_and_the_page_says_so_before(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    takes(desk("head"), matter, "approve_opinion", approval="同意。")
    assert "改动文字后审签失效" in html(desk("handler").get(f"{address(matter)}edit/"))
    saved(desk("handler"), matter, "列入本月检修。", "六月底前修好。")
    page = html(desk("head").get(page_of(matter)))
    assert matter.case.stage == "proposed" and "文书改动，审签失效，须重新审签" in page


def test_who_decides_alone_is_told_that_saving_signs_anew(cast: Cast, desk: Desk) -> None:
    reviewer = desk("reviewer")
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="decide_review")
    place = f"{page_of(matter)}papers/{state_of(matter, 'review_opinion').id}/"
    page = html(reviewer.get(f"{place}edit/"))
    assert "保存即为您重新审签，文号不变" in page and "审签失效" not in page
    form = {name: text.replace("维持。", "维持原意见。") for name, text in form_from(page).items()}
    answer = reviewer.post(f"{place}edit/", form)
    assert answer.status_code == HTTPStatus.FOUND
    page = html(reviewer.get(place))
    assert "已保存为新的一稿，并已重新审签" in page and "已签发" in page


def test_what_was_changed_by_hand_and_is_worded_anew_is_told_on_its_pages(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    matter.does("head", "return_opinion")
    saved(desk("handler"), matter, "列入本月检修。", "六月底前修好。")
    saved(desk("handler"), matter, "线路老化。", "三号灯杆线路老化。")
    matter.does("handler", "propose_opinion", opinion="七月底前修好。")
    note = "以下手工改过的段落，已按新填写的内容重写"
    for name, place in (("handler", address(matter)), ("head", form_of(matter, "approve_opinion"))):
        told = html(desk(name).get(place)).partition(note)[2].partition("</section>")[0]
        assert "六月底前修好。" in told and "三号灯杆" not in told
    assert note not in html(desk("handler").get(f"{address(matter)}?version=2"))


def test_what_serves_an_approved_paper_shows_the_approved_text_alone(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    saved(desk("handler"), matter, "列入本月检修。", "六月底前修好。")
    takes(desk("head"), matter, "approve_opinion", approval="同意。")
    page = html(desk("handler").get(form_of(matter, "serve_reply")))
    assert "六月底前修好。" in page.partition('id="drafts"')[0]
    for shown in (page.partition('id="drafts"')[2].partition("办理经过")[0], previewed(desk("handler"), matter)):
        assert "列入本月检修。" not in shown and "预览" not in shown


def previewed(client: Client, matter: Matter) -> str:
    """What stands beside the form while it is filled in."""
    return html(client.post(f"{form_of(matter, 'serve_reply')}preview/", {}))


def test_a_void_paper_stays_with_its_number_and_reason(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    takes(desk("head"), matter, "approve_opinion", approval="同意。")
    number = drafted(matter).number
    answer = desk("head").post(f"{address(matter)}void/", {"reason": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk("head").post(f"{address(matter)}void/", {"reason": "写错了单位。"}).status_code == HTTPStatus.FOUND
    page = html(desk("handler").get(address(matter)))
    assert "已作废" in page and number in page and "写错了单位。" in page


@pytest.mark.parametrize("name", STRANGERS)
def test_who_has_nothing_to_do_with_the_matter_finds_no_draft(name: str, cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    for place in ("", "edit/", "paper.pdf"):
        assert desk(name).get(f"{address(matter)}{place}").status_code == HTTPStatus.NOT_FOUND
    for place in ("edit/", "void/"):
        assert desk(name).post(f"{address(matter)}{place}", {}).status_code == HTTPStatus.NOT_FOUND


def test_whoever_is_accused_sees_no_draft(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    place = address(matter)
    assert desk("handler").get(place).status_code == HTTPStatus.OK
    said = Correction("信访人补充了姓名。", accused=("同事 handler",))
    assert isinstance(correct_registration(matter.id, said, cast.actor("registrar"), matter.at), Accepted)
    for path in (place, f"{place}edit/", f"{place}paper.docx"):
        assert desk("handler").get(path).status_code == HTTPStatus.NOT_FOUND


def test_a_paper_of_another_matter_is_not_found_under_this_one(cast: Cast, desk: Desk) -> None:
    one, other = proposed(cast), proposed(cast)
    mixed = f"{page_of(one)}papers/{state_of(other).id}/"
    assert desk("handler").get(mixed).status_code == HTTPStatus.NOT_FOUND
    assert desk("handler").post(f"{mixed}edit/", {"base": "1"}).status_code == HTTPStatus.NOT_FOUND
