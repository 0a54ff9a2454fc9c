"""Spellings, phrases and passages, without a database."""

from __future__ import annotations

import pytest

from huiyin.search.words import MAX_PHRASES, PassagePiece, fold, passage, phrases, stands_in


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("噪声", "夜间施工噪声很大"),
        ("噪聲", "夜间施工噪声很大"),
        ("噪声", "夜間施工噪聲很大"),
        ("施工 噪声", "夜间施工噪声很大"),
        ("夜间施工", "夜间,施工"),
        ("夜间施工", "夜间\n施工"),
        ("ＡＢＣ１２", "合同编号 abc12"),
        ("“施工噪声”", "施工噪声"),
        ("「施工噪声", "施工噪声"),
    ],
)
def test_a_text_is_found_in_whatever_spelling(typed: str, text: str) -> None:
    assert stands_in(phrases(typed), fold(text))


@pytest.mark.parametrize(
    ("typed", "text"),
    [("噪音", "夜间施工噪声很大"), ("施工 路灯", "夜间施工噪声很大"), ("“施工很大”", "夜间施工噪声很大")],
)
def test_what_is_not_there_is_not_found(typed: str, text: str) -> None:
    assert not stands_in(phrases(typed), fold(text))


def test_words_apart_are_found_apart_and_quoted_ones_together() -> None:
    text = fold("夜间施工,噪声很大")
    assert stands_in(phrases("很大 夜间"), text)
    assert not stands_in(phrases("“很大 夜间”"), text)


@pytest.mark.parametrize("typed", ["", "灯", "，。", '""', "“", " \u3000 ", "\u202d"])
def test_less_than_two_signs_are_no_question(typed: str) -> None:
    assert phrases(typed) == ()


def test_more_phrases_than_a_question_has_are_left_out() -> None:
    assert len(phrases(" ".join(f"词语{number}" for number in range(50)))) == MAX_PHRASES


def test_a_passage_marks_what_was_found_as_it_was_written() -> None:
    assert passage(phrases("路灯"), "門前的路燈壞了，請修路燈。") == (
        PassagePiece("門前的", found=False),
        PassagePiece("路燈", found=True),
        PassagePiece("壞了，請修", found=False),
        PassagePiece("路燈", found=True),
        PassagePiece("。", found=False),
    )


def test_a_passage_of_a_long_text_says_that_more_stands_around() -> None:
    pieces = passage(phrases("路灯"), "前" * 300 + "路灯" + "后" * 300)
    assert pieces[0].text == "…"
    assert pieces[-1].text.endswith("后…")
    assert sum(len(piece.text) for piece in pieces) < 120
