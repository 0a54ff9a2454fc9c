"""Pure: how a text falls into articles."""

from __future__ import annotations

import pytest

from huiyin.readiness.articles import articles_of

pytestmark = pytest.mark.any_database


def labels(text: str) -> list[str]:
    return [article.label for article in articles_of(text)]


def test_articles_begin_where_a_line_says_so_and_not_where_one_is_cited() -> None:
    text = "前言\n第一条　依照第三十条办理。\n  第二条 内容\n第二条之一：又\n第二条规定的除外"
    found = articles_of(text)
    assert [(one.place, one.label) for one in found] == [(1, ""), (2, "第一条"), (3, "第二条"), (4, "第二条之一")]
    assert found[1].text == "依照第三十条办理。"
    assert found[3].text.endswith("第二条规定的除外")


def test_without_articles_it_is_parts_and_without_these_paragraphs() -> None:
    assert labels("一、目的\n为了……\n二、范围\n……") == ["第一部分", "第二部分"]
    assert labels("全体人员注意。\n\n下周开会。") == ["第1段", "第2段"]
    assert labels("") == []


def test_no_text_is_lost() -> None:
    text = "第一章\n第一条　甲\n第二章\n第二条　乙"
    assert (
        "".join(one.label + one.text for one in articles_of(text)).replace("\n", "") == "第一章第一条甲第二章第二条乙"
    )
