"""What a petition seems to be about is told by its words, and by nothing where these do not say; nobody's choice is made for them."""

from __future__ import annotations

import pytest

from huiyin.casework.received.subjects import WORDS, suggest

KINDS = {"claim": "申诉求决", "suggestion": "建议意见"}


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("请求赔偿我的损失。", "claim", ("请求", "赔偿")),
        ("我建议在路口增设路灯。", "suggestion", ("建议", "增设")),
        ("今天去过两次。", None, ()),
        ("", None, ()),
        ("要求回复，建议改一改" * 3, None, ()),
    ],
)
def test_the_words_of_a_text_say_which_option_it_is_about(text: str, value: str | None, words: tuple[str, ...]) -> None:
    found = suggest(KINDS, text)
    assert (found.value if found else None) == value
    assert (found.words if found else ()) == words


def test_a_name_of_several_parts_is_known_by_each_and_what_is_called_other_by_nothing() -> None:
    options = {"patent": "专利和知识产权", "other": "其他"}
    assert suggest(options, "他们用了我的专利")
    assert suggest(options, "还有其他事情") is None


def test_the_words_name_options_that_some_book_has() -> None:
    assert WORDS.exists()
