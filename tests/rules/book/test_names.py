"""A name that leads nowhere is told with the one that was perhaps meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import RulebookFlawed, load, load_file
from huiyin.rules.book.names import nearest_name
from huiyin.rules.book.references import dangling
from huiyin.rules.book.texts import CodedText

BOOK = """\
rulebook: own
version: "1"
title: {zh: 本单位办法}
extends: national-2022
effective: 2026-07-01
"""


def expected_instead(tmp_path: Path, more: str) -> str:
    """What is expected instead, of the only flaw of a book with ``more`` in it."""
    path = tmp_path / "own.yaml"
    path.write_text(BOOK + more, encoding="utf-8")
    try:
        (flaw,) = dangling(load_file(path))
    except RulebookFlawed as error:
        (flaw,) = error.flaws
    assert isinstance(flaw.why, CodedText)
    return flaw.why.expected("zh-hans")


@pytest.mark.parametrize(
    ("more", "near"),
    [
        ("procedures: {matter: {actions: {accept: {to: acepted}}}}\n", "accepted"),
        ("procedures: {matter: {duties: {handle: {of: handlr}}}}\n", "handler"),
        ("procedures: {matter: {duties: {handle: {limit: handlin}}}}\n", "handling"),
        ("procedures: {matter: {actions: {accept: {notice: [acceptanc]}}}}\n", "acceptance"),
        ("procedures: {matter: {actions: {accept: {not_befor: {}}}}}\n", "not_before"),
        ("role: {}\n", "roles"),
    ],
)
def test_the_nearest_name_is_suggested(more: str, near: str, tmp_path: Path) -> None:
    assert f"最接近的是 {near}" in expected_instead(tmp_path, more)


def test_a_book_that_is_not_there_is_told_with_the_one_that_is_called_almost_so() -> None:
    with pytest.raises(RulebookFlawed) as refused:
        load("xx-bureu")
    assert "最接近的是 xx-bureau" in refused.value.flaws[0].why.expected("zh-hans")


def test_nothing_is_suggested_for_what_is_like_no_name(tmp_path: Path) -> None:
    assert nearest_name("qqqq", ["accepted", "registered"]) is None
    assert nearest_name("anything", []) is None
    assert "最接近" not in expected_instead(tmp_path, "procedures: {matter: {actions: {accept: {to: qqqq}}}}\n")
