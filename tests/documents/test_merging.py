"""What somebody changed in a document, brought together with what new answers of its form say: paragraph by paragraph."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.documents.content import Block
from huiyin.documents.drafting.merge import merged, overwritten
from tests.documents.drafting import document_text


def text(*lines: str) -> tuple[Block, ...]:
    """Blocks; a line that begins with # is a heading."""
    return tuple(Block(line.removeprefix("#"), heading=line.startswith("#")) for line in lines)


BASE = text("开头。", "#事实", "线路老化。", "#意见", "本月检修。", "#期限", "三十日内。", "#救济", "可以请求复查。")
SOME_BLOCKS = st.lists(st.sampled_from(text("甲", "乙", "丙", "#一", "#二")), max_size=8).map(tuple)
STEADY = settings(derandomize=True, max_examples=200, deadline=None)


def with_block(blocks: tuple[Block, ...], old: str, *new: str) -> tuple[Block, ...]:
    """The blocks, with others in place of one."""
    at = next(at for at, block in enumerate(blocks) if block.text == old)
    return (*blocks[:at], *text(*new), *blocks[at + 1 :])


def test_an_edit_stays_where_the_template_words_the_passage_as_before() -> None:
    mine, theirs = with_block(BASE, "线路老化。", "三号灯杆线路老化。"), with_block(BASE, "本月检修。", "七月检修。")
    assert merged(BASE, mine, theirs) == with_block(mine, "本月检修。", "七月检修。")


def test_where_both_changed_a_passage_the_new_wording_stands() -> None:
    mine, theirs = (
        with_block(BASE, "本月检修。", "六月检修。", "届时告知。"),
        with_block(BASE, "本月检修。", "七月检修。"),
    )
    assert merged(BASE, mine, theirs) == theirs


def test_a_paragraph_added_by_hand_stays_beside_a_passage_that_is_worded_anew() -> None:
    mine = with_block(BASE, "意见", "另查明，灯罩破损。", "#意见")
    theirs = with_block(with_block(BASE, "本月检修。", "七月检修。"), "线路老化。", "线路破损。")
    assert merged(BASE, mine, theirs) == with_block(theirs, "意见", "另查明，灯罩破损。", "#意见")


def test_a_passage_struck_out_by_hand_comes_back_below_its_heading_where_it_is_worded_anew() -> None:
    mine = tuple(block for block in BASE if block.text not in ("期限", "三十日内。"))
    assert merged(BASE, mine, with_block(BASE, "本月检修。", "七月检修。")) == with_block(
        mine, "本月检修。", "七月检修。"
    )
    theirs = with_block(BASE, "三十日内。", "六十日内。")
    assert merged(BASE, mine, theirs) == theirs


def test_a_passage_moved_by_hand_is_worded_anew_where_it_stands_now_and_once() -> None:
    mine = (*BASE[:1], *BASE[3:7], *BASE[1:3], *BASE[7:])
    theirs = with_block(BASE, "线路老化。", "线路破损。")
    assert merged(BASE, mine, theirs) == with_block(mine, "线路老化。", "线路破损。")


def test_headings_are_the_same_whatever_their_number() -> None:
    numbered = text("#一、事实", "线路老化。", "#二、意见", "本月检修。")
    mine = text("#一、事实", "线路老化。", "#二、说明", "另查明。", "#三、意见", "本月检修。")
    theirs = text("#一、请求", "修好。", "#二、事实", "线路老化。", "#三、意见", "七月检修。")
    assert merged(numbered, mine, theirs) == text(
        "#请求", "修好。", "#事实", "线路老化。", "#说明", "另查明。", "#意见", "七月检修。"
    )


@STEADY
@given(SOME_BLOCKS, SOME_BLOCKS)
def test_whoever_alone_changed_something_has_it(base: tuple[Block, ...], changed: tuple[Block, ...]) -> None:
    assert merged(base, changed, base) == changed
    assert merged(base, base, changed) == changed
    assert merged(base, changed, changed) == changed


@STEADY
@given(SOME_BLOCKS, SOME_BLOCKS, SOME_BLOCKS)
def test_nothing_stands_there_that_neither_text_says(
    base: tuple[Block, ...], mine: tuple[Block, ...], theirs: tuple[Block, ...]
) -> None:
    assert {*merged(base, mine, theirs)} <= {*mine, *theirs}


def test_what_was_changed_by_hand_and_is_worded_anew_is_told_once_and_only_for_that_version() -> None:
    first, edited, anew = (document_text(*lines) for lines in (("甲。", "乙。"), ("甲。", "乙改。"), ("甲。", "丙。")))
    assert overwritten([(False, first), (True, edited), (False, anew)]) == text("乙改。")
    assert overwritten([(False, first), (True, edited)]) == ()
    assert overwritten([(False, first), (False, anew)]) == ()
    kept = document_text("甲改。", "丙。")
    assert overwritten([(False, first), (True, document_text("甲改。", "乙。")), (False, kept), (False, anew)]) == text(
        "甲改。"
    )
