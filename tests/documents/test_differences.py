"""What two versions of a document differ in is shown sign by sign, and within bounded work however alike the signs are."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.documents.content import Block
from huiyin.documents.drafting import differences as comparing
from huiyin.documents.drafting.differences import differences
from huiyin.documents.drafting.text import MAX_CHARS, DocumentText


def text(*paragraphs: str) -> DocumentText:
    return DocumentText("", "", "", False, tuple(Block(one) for one in paragraphs), (), "", (), "")


def shown(before: DocumentText, after: DocumentText) -> list[str]:
    """Each paragraph with what was taken away in square brackets, and what was added in braces."""
    marks = {"same": "%s", "removed": "[%s]", "added": "{%s}"}
    return ["".join(marks[piece.change] % piece.text for piece in block.pieces) for block in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["已经核实。"], ["已经核实。"], ["已经核实。"]),
        (["于3月2日核实。"], ["于3月12日核实完毕。"], ["于3月[2]{12}日核实{完毕}。"]),
        (["一", "二", "三"], ["一", "三", "四"], ["一", "[二]", "三", "{四}"]),
        (["甲乙"], ["丙丁", "戊"], ["[甲乙]{丙丁}", "{戊}"]),
        ([], ["新"], ["{新}"]),
        (["啊啊啊"], ["啊啊"], ["啊啊[啊]"]),
    ],
)
def test_what_was_taken_away_and_added_is_marked_sign_by_sign(
    before: list[str], after: list[str], expected: list[str]
) -> None:
    assert shown(text(*before), text(*after)) == expected


HALF = MAX_CHARS // 2
HOSTILE = {
    "the same sign between others": (f"甲{'啊' * 9998}乙", f"丙{'啊' * 9998}丁"),
    "the same sign before every other": tuple(
        "".join(f"啊{chr(begin + number)}" for number in range(HALF)) for begin in (0x4E00, 0x20000)
    ),
    "clauses that are all alike": ("甲，" * HALF, f"乙{'，甲' * (HALF - 1)}"),
    "all signs in another order": tuple("".join(map(chr, range(0x20000, 0x20000 + HALF)))[::step] for step in (1, -1)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_more_than_the_work_that_is_allowed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []

    class Counted(SequenceMatcher[Any]):
        def find_longest_match(self, *place: Any, **named: Any) -> Any:
            old, new = place[1] - place[0], place[3] - place[2]
            steps.append(old + sum(len(self.b2j.get(one, ())) for one in self.a[place[0] : place[1]]) if new else 0)
            return super().find_longest_match(*place, **named)

    monkeypatch.setattr(comparing, "SequenceMatcher", Counted)
    before, after = HOSTILE[name]
    (block,) = differences(text(before), text(after))
    assert sum(steps) <= comparing.MAX_STEPS
    assert "".join(piece.text for piece in block.pieces if piece.change != "removed") == after
    assert "".join(piece.text for piece in block.pieces if piece.change != "added") == before


def test_a_long_paragraph_with_a_change_in_the_middle_is_still_marked_where_it_changed() -> None:
    long = "".join(f"第{number}项经核实情况属实；" for number in range(2000))
    (block,) = differences(text(long), text(long.replace("第999项经", "第999项经再次").replace("第5项", "第6项")))
    assert [piece.text for piece in block.pieces if piece.change != "same"] == ["5", "6", "再次"]


@given(st.lists(st.text("甲乙1，", max_size=12), max_size=5), st.lists(st.text("甲乙1，", max_size=12), max_size=5))
def test_both_versions_can_be_read_out_of_what_is_shown(before: list[str], after: list[str]) -> None:
    found = differences(text(*before), text(*after))
    for left_out, version in (("added", before), ("removed", after)):
        read = ["".join(piece.text for piece in block.pieces if piece.change != left_out) for block in found]
        assert [one for one in read if one] == [one for one in version if one]
