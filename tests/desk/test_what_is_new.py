"""A worklist says what is new, which of several duties of a kind is which, and which of them wait for somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html as lxml_html

from huiyin.casework.lists.duties import duties_of
from tests.cast import make_cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.desk.test_duties_page import rows
from tests.desk.test_nobody_left import desk as desk_of
from tests.matters import BUREAU_ROAD, Matter, begin, walk

NEW = "有新情况"


@pytest.fixture
def handled(matter: Matter) -> Matter:
    """A matter that the handler has begun to look into."""
    return walk(matter, until="investigate")


def test_a_supplement_is_marked_until_it_is_read(desk: Desk, handled: Matter) -> None:
    client = desk("handler")
    assert NEW not in html(client.get("/desk/"))
    handled.does("petitioner", "supplement")
    (row,) = rows(html(client.get("/desk/")))
    assert NEW in row and "补充材料" in row
    assert client.post(f"{page_of(handled)}seen/").status_code == 302
    assert NEW not in html(client.get("/desk/"))


def test_what_came_before_a_case_was_theirs_is_not_new_to_who_never_opened_it(desk: Desk, matter: Matter) -> None:
    walk(matter, until="assign")
    client = desk("handler")
    (row,) = rows(html(client.get("/desk/")))
    assert NEW not in row, "that it was given to them is told by the duty itself"
    assert rows(html(client.get("/desk/?state=new"))) == []
    matter.does("petitioner", "supplement")
    page = html(client.get("/desk/?state=new"))
    (row,) = rows(page)
    assert "没有办过、阅过的，是成为您单位待办之后发生的" in page
    assert NEW in row and "补充材料" in row and "成为您单位待办之后" in row
    assert "成为您单位待办之后的新情况" in html(client.get(page_of(matter)))


def test_steps_that_lay_a_case_before_somebody_are_no_news_beside_the_duty(desk: Desk, matter: Matter) -> None:
    walk(matter, until="assign")
    desk("head").post(f"{page_of(matter)}seen/")
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion")
    (row,) = rows(html(desk("head").get("/desk/")))
    assert NEW not in row
    matter.does("petitioner", "supplement")
    (row,) = rows(html(desk("head").get("/desk/")))
    assert NEW in row and "您上次办理或者阅看之后" in row


def test_a_returned_opinion_is_marked_until_it_is_acted_upon(desk: Desk, handled: Matter) -> None:
    handled.does("handler", "propose_opinion")
    handled.does("head", "return_opinion")
    client = desk("handler")
    (row,) = rows(html(client.get("/desk/")))
    assert NEW in row and "退回重办" in row
    handled.does("handler", "propose_opinion")
    handled.does("head", "return_opinion")
    handled.does("handler", "investigate")
    assert NEW not in html(client.get("/desk/"))


def test_what_is_new_is_so_to_each_reader_of_the_owing_unit_alone(desk: Desk, handled: Matter) -> None:
    handled.does("petitioner", "supplement")
    desk("handler").post(f"{page_of(handled)}seen/")
    assert NEW in html(desk("colleague").get("/desk/"))
    assert NEW not in html(desk("registrar").get("/desk/?whose=all"))


def supervise(matter: Matter, demand: str, days: int) -> None:
    day = (timezone.localdate(matter.at) + timedelta(days=days)).isoformat()
    matter.does("archivist", "supervise", trigger="evasion", demand=demand, reply_by=day)


@pytest.mark.clause("art-40")
def test_two_supervisions_stand_side_by_side_and_the_form_settles_the_one_that_was_chosen(
    desk: Desk, handled: Matter
) -> None:
    supervise(handled, "请说明进展。", 9)
    supervise(handled, "请说明为何没有告知。", 5)
    client = desk("handler")
    asked = [row for row in rows(html(client.get("/desk/"))) if "书面反馈督办" in row]
    assert ["请说明为何没有告知。" in asked[0], "请说明进展。" in asked[1]] == [True, True]
    later = max(handled.case.duties.filter(kind="answer_supervision"), key=lambda duty: duty.due_at)
    address = form_of(handled, "answer_supervision")
    assert chosen(client.get(f"{address}?duty={later.id}").content) == [str(later.id)]
    assert chosen(client.get(address).content) == [], "nobody but the reader says which"
    entries = {"adopted": "all", "response": "已经告知。"}
    refused = client.post(address, entries)
    assert refused.status_code == 422 and "请选择完成的是哪一项" in html(refused)
    assert client.post(address, {**entries, "_duty": str(later.id)}).status_code == 302
    assert handled.case.duties.get(discharged_at__isnull=False, kind="answer_supervision").id == later.id
    assert "答复的是" in html(client.get(page_of(handled)))


def chosen(page: bytes) -> list[str]:
    """Which of several duties a form holds for the one that it settles."""
    return [str(one) for one in lxml_html.fromstring(page).xpath("//input[@name='_duty'][@checked]/@value")]


BODIES = ("城东街道办事处", "某市信访局")


@pytest.mark.django_db
@pytest.mark.clause("s0-3.4d")
def test_each_body_outside_that_was_asked_is_awaited_until_it_has_answered_itself() -> None:
    made = walk(begin(make_cast("xx-bureau"), timezone.now() - timedelta(days=2)), "assign", BUREAU_ROAD)
    by = (timezone.localdate() + timedelta(days=5)).isoformat()
    for name in BODIES:
        about = {"outside_body": "street", "outside_purpose": "会商", "outside_shared": "诉求摘要", "outside_by": by}
        made.does("head", "ask_outside", outside_name=name, **about)
    second = made.case.duties.filter(kind="obtain_outside").order_by("opened_at", "id").last()
    client, address = desk_of(made.cast, "head"), form_of(made, "record_outside_answer")
    assert client.post(address, {"_duty": str(second.id), "outside_answer": "同意派员。"}).status_code == 302
    page = html(client.get(page_of(made)))
    (awaited,) = (row for row in rows(page) if "取得外部单位的意见" in row)
    assert [name in awaited for name in BODIES] == [True, False], "who has not answered is still awaited, and named"
    assert "城东街道办事处" in html(client.get(address)), "the form says whose answer it takes down"
    (answer,) = lxml_html.fromstring(page).xpath("//li[starts-with(@id, 'step-')][.//dd[.='同意派员。']]")
    assert [name in answer.text_content() for name in BODIES] == [False, True], "the step says who answered"


def test_what_waits_for_another_unit_says_so_and_is_not_overdue(desk: Desk, matter: Matter) -> None:
    walk(matter, until="serve_rereview")
    at = matter.at + timedelta(days=15)
    waiting = next(row for row in duties_of(matter.case, at) if row.kind == "conclude_final")
    assert [(one.kind, one.unit) for one in waiting.waits_for] == [("carry_out", "临江防火处")]
    assert not waiting.overdue
    row = next(row for row in rows(html(desk("registrar").get(page_of(matter)))) if "复核终结" in row)
    assert "等待临江防火处：落实支持的请求" in row and "逾期" not in row
    matter.does("handler", "record_execution")
    still = next(row for row in duties_of(matter.case, at) if row.kind == "conclude_final")
    assert still.waits_for == () and still.overdue
