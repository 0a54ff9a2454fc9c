"""The page that says of each clause where it is carried out and which tests show it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.html import escape

from huiyin.clauses.coverage import coverage, recorded_tests
from huiyin.clauses.removals.record import recorded
from huiyin.clauses.removals.removals import removals_of
from tests.cast import Cast
from tests.desk.conftest import Desk, html

pytestmark = pytest.mark.any_database

PAGE = "/desk/coverage/"


def clauses(page: str) -> list[str]:
    """The ids of the clauses on a page."""
    return re.findall(r'<article class="coverage-clause" id="([^"]+)"', page)


def of(page: str, clause: str) -> str:
    """What the page says about one clause."""
    found = re.search(rf'<article class="coverage-clause" id="{re.escape(clause)}".*?</article>', page, re.DOTALL)
    assert found, clause
    return found[0]


def test_all_clauses_are_there_with_where_they_live_and_what_shows_them(desk: Desk) -> None:
    page = html(desk("handler").get(PAGE))
    rows = coverage(recorded_tests())
    assert sorted(clauses(page)) == sorted(row.clause for row in rows)
    assert len(rows) == 219
    for row in rows:
        said = of(page, row.clause)
        assert all(f"{place.file}:{place.line}" in said for place in row.elements), row.clause
        assert all(test in said for test in row.tests), row.clause
        assert ("待建" in said) == (row.state == "awaited"), row.clause


def test_the_page_of_a_book_says_what_does_not_exist_yet_and_the_shelf_leads_here(desk: Desk) -> None:
    client = desk("handler")
    assert f'href="{PAGE}"' in html(client.get("/desk/rules/"))
    assert re.search("等待功能</span> 调解与和解", html(client.get("/desk/rules/national-2022/")))


def test_a_clause_read_in_favour_of_rights_says_so(desk: Desk) -> None:
    said = of(html(desk("handler").get(PAGE)), "s2-3.2.1b")
    assert "思想动态" in said and "不记录思想动态" in said and "规程表述" in said


def test_each_clause_says_what_was_taken_away_and_what_of_it_nobody_noticed(desk: Desk) -> None:
    page, rows = html(desk("handler").get(PAGE)), coverage(recorded_tests())
    found = recorded(rows)
    for row in rows:
        said, verdict = of(page, row.clause), found.get(row.clause)
        if verdict is None:
            assert ("尚未逐项去除验证" in said) == bool(removals_of(row)), row.clause
        elif verdict.unnoticed:
            assert "测试不够严" in said and f"去除 {verdict.removals} 处，测试发现 {verdict.noticed} 处" in said, (
                row.clause
            )
            assert all(f"<code>{escape(removal)}</code>" in said for removal in verdict.unnoticed), row.clause
        else:
            assert f"去除 {verdict.removals} 处，测试全部发现" in said, row.clause
    assert any(verdict.unnoticed for verdict in found.values())


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        ("book=company", "s3-4.1", "s0-0a"),
        ("kind=feature", "s1-A5", "s3-4.1"),
        ("q=报警", "s3-4.2.3d", "s3-5.1.2"),
        ("q=S1-C9A", "s1-C9a", "s1-C9b"),
        ("q=test_books_street.py", "s1-A3", "s1-C9b"),
        ("q=复查+company/matter.yaml", "s3-3.4.4b", "s1-C9b"),
    ],
)
def test_the_list_is_narrowed(query: str, some: str, none: str, desk: Desk) -> None:
    found = clauses(html(desk("handler").get(f"{PAGE}?{query}")))
    assert some in found
    assert none not in found


@pytest.mark.parametrize("query", ["book=nowhere", "kind=never", "book=%00", "q=%00", "q=%20%20"])
def test_nonsense_in_the_address_is_ignored(query: str, desk: Desk) -> None:
    assert len(clauses(html(desk("handler").get(f"{PAGE}?{query}")))) == 219


def test_the_list_is_narrowed_to_clauses_whose_tests_are_thin(desk: Desk) -> None:
    rows = coverage(recorded_tests())
    thin = {clause for clause, verdict in recorded(rows).items() if verdict.unnoticed}
    assert set(clauses(html(desk("handler").get(f"{PAGE}?kind=thin")))) == thin


def test_nothing_found_is_said(desk: Desk) -> None:
    page = html(desk("handler").get(f"{PAGE}?q=%3Cb%3E"))
    assert clauses(page) == []
    assert "没有符合条件的条款" in page
    assert "&lt;b&gt;" in page and "<b>&" not in page


def test_the_bars_add_up(desk: Desk) -> None:
    page = html(desk("handler").get(PAGE))
    bars = re.findall(r'<svg class="coverage-bar".*?</svg>', page, re.DOTALL)
    assert len(bars) == 6
    for bar in bars:
        widths = [float(width) for width in re.findall(r' width="([\d.]+)"', bar)]
        assert abs(sum(widths) - 100) < 0.1


def test_each_element_leads_to_where_its_book_is_shown(desk: Desk) -> None:
    client = desk("handler")
    links = {href.partition("#")[::2] for href in re.findall(r'href="(/desk/rules/[^"]+)"', html(client.get(PAGE)))}
    of_squads = {(page, anchor) for page, anchor in links if page.startswith("/desk/rules/squad-rules/")}
    assert len(of_squads) > 10
    shown = {page: html(client.get(page)) for page, _anchor in of_squads}
    assert [anchor for page, anchor in of_squads if anchor and f'id="{anchor}"' not in shown[page]] == []


def test_only_staff_read_it(cast: Cast) -> None:
    answer = Client().get(PAGE)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["Location"]
