"""The page of figures, and the matters behind one."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from huiyin.insight.statistics.shares import MIN_VOLUME
from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin

FAR_BACK = "/desk/statistics/?from={:%Y-%m-%d}&to={:%Y-%m-%d}"


@pytest.fixture
def cast(db: None, request: pytest.FixtureRequest) -> Cast:
    return make_cast(getattr(request, "param", "national-2022"))


@pytest.fixture
def enough(cast: Cast) -> list[Matter]:
    """As many as a share is told of, all but one examined in time."""
    now = timezone.now()
    made = [begin(cast, now - 40 * DAY + n * timedelta(minutes=1)) for n in range(MIN_VOLUME)]
    for matter in made[1:]:
        matter.does("intake", "accept")
    return made


def address(unit: str = "") -> str:
    now = timezone.localdate()
    return FAR_BACK.format(now - 60 * DAY, now) + (f"&unit={unit}" if unit else "")


@pytest.mark.clause("s3-3.5.2b")
def test_the_page_gives_each_indicator_its_share_and_the_matters_behind_it(desk: Desk, enough: list[Matter]) -> None:
    client = desk("intake")
    page = html(client.get(address()))
    assert f"{MIN_VOLUME - 1}/{MIN_VOLUME}" in page and "90.0%" in page and "60%–98%" in page
    assert "及时受理率" in page and "第二十二条第一款" in page
    (behind,) = re.findall(r'href="(/desk/statistics/timely_acceptance/[^"]*)"', page)
    listed = html(client.get(behind.replace("&amp;", "&")))
    assert enough[0].case.number in listed
    assert not any(matter.case.number in listed for matter in enough[1:])


def test_few_matters_have_no_share(desk: Desk, cast: Cast) -> None:
    begin(cast, timezone.now() - 40 * DAY)
    page = html(desk("intake").get(address()))
    assert "0/1" in page and "件数过少" in page and "0.0%" not in page


@pytest.mark.clause("s1-C5.2a")
def test_what_matters_were_about_stands_in_the_order_of_their_number(desk: Desk, cast: Cast) -> None:
    now = timezone.now()
    for n, kind in enumerate(("suggestion", "claim", "claim")):
        begin(cast, now - 5 * DAY + n * timedelta(minutes=1)).does("intake", "accept", kind=kind)
    page = html(desk("intake").get(address()))
    claim, suggestion = page.index("事项种类：申诉求决"), page.index("事项种类：建议意见")
    assert claim < suggestion
    assert re.search(r"事项种类：申诉求决</th><td class=\"mono\">2</td>", page)


def test_a_unit_narrows_everything_that_is_counted(desk: Desk, enough: list[Matter]) -> None:
    enough[1].does("intake", "assign")
    page = html(desk("intake").get(address("lj-fire")))
    assert '登记事项（件）</th><td class="mono">1</td>' in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-05-02&to=2026-05-01", "起始日期晚于截止日期"),
        ("from=2010-01-01&to=2026-05-01", "最长五年"),
        ("from=2190-01-01&to=2190-05-01", "还没有开始"),
        ("from=gestern&to=2026-05-01", "日期写法不对"),
        ("from=2026-02-31&to=2026-05-01", "日期写法不对"),
    ],
)
def test_days_that_cannot_be_counted_are_told_and_the_form_stays(
    desk: Desk, cast: Cast, query: str, words: str
) -> None:
    answer = desk("intake").get(f"/desk/statistics/?{query}")
    assert answer.status_code == 400
    assert words in html(answer) and 'name="from"' in html(answer)


@pytest.mark.clause("s1-C5.1b")
def test_an_office_sees_the_numbers_of_those_below_it_and_nothing_that_is_sealed(
    desk: Desk, enough: list[Matter], cast: Cast
) -> None:
    begin(cast, who="registrar", channel="visit", accused=("临江信访办",))
    page = html(desk("superior_registrar").get(address()))
    assert f'lj 机构</td><td data-label="登记" class="tight mono">{MIN_VOLUME}</td>' in page and "90.0%" in page
    assert enough[0].case.number not in page
    for who in ("superior_stranger", "intake", "outsider"):
        assert "下级机关" not in html(desk(who).get(address())), who


@pytest.mark.clause("s3-2.2.2b")
def test_the_report_says_in_word_and_pdf_what_the_page_says(desk: Desk, enough: list[Matter]) -> None:
    client = desk("intake")
    page = html(client.get(address()))
    (word, pdf) = re.findall(r'href="(/desk/statistics/report\.[^"]*)"', page)
    texts = [
        "".join(one.text for one in Document(BytesIO(content_of(client, word))).paragraphs),
        "".join(one.extract_text() for one in PdfReader(BytesIO(content_of(client, pdf))).pages),
    ]
    for text in texts:
        flat = "".join(text.split())
        assert f"登记信访事项{MIN_VOLUME}件" in flat
        assert f"及时受理率90.0%（{MIN_VOLUME}件中{MIN_VOLUME - 1}件）" in flat
    assert client.get("/desk/statistics/report.exe").status_code == 404


def test_the_figures_come_as_a_table_with_numbers(desk: Desk, enough: list[Matter]) -> None:
    client = desk("intake")
    workbook, text = re.findall(r'href="(/desk/statistics/table\.[^"]*)"', html(client.get(address())))
    lines = content_of(client, text).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("指标,达到,总数,比率") and f"及时受理率,{MIN_VOLUME - 1},{MIN_VOLUME},0.9,," in lines
    sheet = CalamineWorkbook.from_filelike(BytesIO(content_of(client, workbook))).get_sheet_by_index(0).to_python()
    assert sheet[1][:4] == ["及时受理率", MIN_VOLUME - 1, MIN_VOLUME, 0.9]


def content_of(client: Client, address: str) -> bytes:
    answer = client.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    content: bytes = answer.content
    return content


@pytest.mark.clause("s2-5.2.1")
@pytest.mark.parametrize("cast", ["science-bureau"], indirect=True)
def test_the_figures_of_an_office_that_ends_matters_for_good_tell_what_follows(desk: Desk) -> None:
    page = html(desk("intake").get(address()))
    assert all(words in page for words in ("终结后按期回访率", "承诺按期兑现率", "整改按期完成率"))
