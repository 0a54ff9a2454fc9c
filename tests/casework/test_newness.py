"""What a later contact says that an earlier one did not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.received.newness import what_is_new
from huiyin.casework.sealed.texts import opening_words


def new_in(earlier: str, later: str) -> list[str]:
    return [one.text for one in what_is_new(earlier, later) if one.is_new]


def test_a_sentence_that_was_said_before_is_not_new_however_it_is_punctuated() -> None:
    earlier = "滨江路 8 号的路灯坏了。请派人修理！"
    assert new_in(earlier, "滨江路８号的路灯坏了；请派人修理。昨晚有人摔伤了。") == ["昨晚有人摔伤了。"]


def test_a_change_within_a_sentence_makes_it_new() -> None:
    assert new_in("路灯坏了两盏。", "路灯坏了三盏。") == ["路灯坏了三盏。"]


@given(st.text(), st.text())
def test_the_later_text_is_shown_whole_and_in_order(earlier: str, later: str) -> None:
    shown = "".join(one.text for one in what_is_new(earlier, later))
    assert [sign for sign in shown if sign not in "。！？!?；;"] == [
        sign for sign in later if sign not in "。！？!?；;"
    ]


@given(st.text())
def test_nothing_is_new_in_the_same_text(text: str) -> None:
    assert new_in(text, text) == []


def test_a_matter_without_a_title_is_called_by_its_first_sentence_or_as_far_as_a_mark_without_dots() -> None:
    assert opening_words("路灯坏了。请修理。") == "路灯坏了"
    long = "滨江路从一号到三十号的路灯自上月起全部不亮，夜里行人多次摔伤，多次报修都没有人来。"
    assert opening_words(long) == "滨江路从一号到三十号的路灯自上月起全部不亮，夜里行人多次摔伤"
    assert "…" not in opening_words("路" * 80) and len(opening_words("路" * 80)) == 30
