"""The page that the day begins with: what is owed, by whom, until when, under which clause."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.people.appointments import appoint
from tests.cast import FIRST_DAY, Cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.matters import Matter, begin, walk


def rows(page: str) -> list[str]:
    return re.findall(r'<article class="duty.*?</article>', page, re.DOTALL)


def counted(page: str) -> list[int]:
    """Overdue, today, this week, all."""
    return [int(number) for number in re.findall(r"<b>(\d+)</b>", page)]


def test_a_duty_says_what_is_owed_by_whom_until_when_and_why(desk: Desk, matter: Matter) -> None:
    (row,) = rows(html(desk("intake").get("/desk/")))
    due = timezone.localtime(matter.case.due_at)
    assert "审查并书面告知" in row and matter.case.number in row and "滨江路路灯不亮" in row
    assert "临江信访办" in row and "受理审查人" in row
    assert "第二十三条第二款" in row
    assert f"剩 {(due.date() - timezone.localdate()).days} 天" in row
    assert f"{due.date()} = 收到 " in row  # the derivation of the date


def test_several_ways_to_discharge_a_duty_are_offered_at_once(desk: Desk, matter: Matter) -> None:
    (row,) = rows(html(desk("intake").get("/desk/")))
    assert form_of(matter, "accept") in row and form_of(matter, "decline") in row


def test_a_duty_with_one_way_out_links_straight_to_it(desk: Desk, matter: Matter) -> None:
    walk(matter, "approve_opinion")
    (row,) = rows(html(desk("handler").get("/desk/")))
    assert f'btn-primary" href="{form_of(matter, "serve_reply")}"' in row


def test_what_the_book_only_agrees_on_stands_apart_from_the_law_of_a_duty(desk: Desk, matter: Matter) -> None:
    walk(matter, "propose_opinion")
    (row,) = rows(html(desk("head").get("/desk/")))
    assert '<span class="cite">第三十四条</span>' in row and '<span class="convention">办理约定一</span>' in row


def test_others_duties_are_not_among_mine(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    assert rows(html(client.get("/desk/"))) == []
    assert "您现在没有待办" in html(client.get("/desk/"))
    assert len(rows(html(client.get("/desk/?whose=unit")))) == 1
    (row,) = rows(html(client.get("/desk/?whose=all")))
    assert page_of(matter) in row
    assert "btn-primary" not in row


def test_what_is_owed_in_another_post_of_the_reader_is_told_with_the_way_there(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    begin(cast, timezone.now() - timedelta(days=60))
    appoint(cast.accounts["registrar"], cast.posts["intake"], FIRST_DAY)
    client = desk("registrar")
    for address in ("/desk/", "/desk/news/", "/desk/home/"):
        page = html(client.get(address))
        assert f"另一岗位“{cast.posts['intake'].title}”" in page and "有 2 件待办" in page and "1 件逾期" in page
        assert "您现在没有待办" not in page
    menu = html(client.get("/desk/cases/"))  # on every page the menu of posts asks for it
    (address,) = re.findall(r'hx-get="([^"]*/post/[^"]*)"', menu)
    counted_there, place = html(client.get(address)), f'id="owed-in-{cast.posts["intake"].id}"'
    assert place in menu and place in counted_there
    assert '<b class="bell-count">2</b>' in counted_there and re.search(r"2 件待办\s*，\s*1 件逾期", counted_there)
    answer = client.post("/desk/post/", {"post": str(cast.posts["intake"].id), "next": "/desk/"}, follow=True)
    assert len(rows(html(answer))) == 2 and "另一岗位" not in html(answer)


def test_the_most_overdue_comes_first_and_says_so_in_words(cast: Cast, desk: Desk) -> None:
    now = timezone.now()
    ages = (3, 60, 30)
    numbers = {age: begin(cast, now - timedelta(days=age)).case.number for age in ages}
    page = html(desk("intake").get("/desk/"))
    assert [next(age for age in ages if numbers[age] in row) for row in rows(page)] == [60, 30, 3]
    assert [("duty-late" in row, "逾期" in row) for row in rows(page)] == [(True, True), (True, True), (False, False)]
    assert counted(page)[0] == 2
    assert counted(page)[3] == 3
    assert len(rows(html(desk("intake").get("/desk/?when=overdue")))) == 2


def test_the_list_can_end_with_a_day(cast: Cast, desk: Desk) -> None:
    now = timezone.now()
    begin(cast, now - timedelta(days=3))
    begin(cast, now - timedelta(days=60))
    client = desk("intake")
    assert len(rows(html(client.get(f"/desk/?before={timezone.localdate()}")))) == 1
    assert len(rows(html(client.get("/desk/?before=2999-12-31")))) == 2
    assert len(rows(html(client.get("/desk/?before=2026-02-31")))) == 2  # no such day: no filter


@pytest.mark.parametrize("query", ["whose=everyone", "when=never", "after=xyz", "before=%00", "after=%FF%FE"])
def test_nonsense_in_the_address_is_ignored(query: str, desk: Desk, matter: Matter) -> None:
    answer = desk("intake").get(f"/desk/?{query}")
    assert answer.status_code == 200
    assert len(rows(html(answer))) == 1


def test_long_lists_go_on_page_by_page_without_gap_or_repetition(cast: Cast, desk: Desk) -> None:
    numbers = {begin(cast, timezone.now() - timedelta(days=2, minutes=n)).case.number for n in range(27)}
    client = desk("intake")
    first = html(client.get("/desk/"))
    following = re.search(r'href="(\?whose=mine[^"]*after=[^"]+)"', first)
    assert following
    second = html(client.get("/desk/" + following[1].replace("&amp;", "&")))
    seen = re.findall(r"LJ-\d{8}-\d{6}(?=</span>)", first + second)
    assert len(seen) == 27
    assert set(seen) == numbers
