"""Bringing together what somebody changed in a document and what the template says anew: a three-way merge, paragraph by paragraph. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from huiyin.documents.content import Block
from huiyin.documents.drafting.text import DocumentText, bare_heading, hollow_headings

Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Script:
    """What became of a text of n blocks: ``slots`` say what stands for each block, ``gaps`` what came before each and at the end (n + 1)."""

    slots: tuple[Blocks, ...]
    gaps: tuple[Blocks, ...]


def merged_text(base: DocumentText, mine: DocumentText, theirs: DocumentText) -> DocumentText:
    """The newly worded text with what was changed by hand. Arguments as ``merged``; everything but the body is as worded anew."""
    blocks = merged(base.body, mine.body, theirs.body)
    hollow = hollow_headings(blocks)  # what stood below was struck out, part by hand, part by the new answers
    return theirs.with_body(block for at, block in enumerate(blocks) if at not in hollow)


def merged(base: Sequence[Block], mine: Sequence[Block], theirs: Sequence[Block]) -> Blocks:
    """The blocks of ``theirs``, with those of ``mine`` wherever the template words them as before.

    Args:
        base: the wording of the template for the earlier answers.
        mine: that text as somebody has changed it.
        theirs: the wording of the template for the new answers.

    A block that both changed stands as worded anew; what was added by hand stays, and what was moved by hand is worded anew where it
    stands now. A paragraph that was struck out by hand and is worded anew comes back below its heading. Headings are compared, and
    returned, without their numbers.
    """
    plain = _bare(base)
    ours, new = _script(plain, _bare(mine)), _script(plain, _bare(theirs))
    moved = _moved(plain, ours)
    returning = _headings_returning(plain, ours, new, moved.values())
    found: list[Block] = []
    for at in range(len(plain) + 1):
        if ours.gaps[at] != new.gaps[at]:
            found += _worded(ours.gaps[at], moved, new)
        found += new.gaps[at]
        if at == len(plain):
            break
        is_ours = new.slots[at] == (plain[at],) or at in moved.values()
        keeps = is_ours and at not in returning and ours.slots[at] != new.slots[at]
        found += _worded(ours.slots[at], moved, new) if keeps else new.slots[at]
    return tuple(found)


def overwritten(versions: Sequence[tuple[bool, DocumentText]]) -> Blocks:
    """The paragraphs changed by hand that the last version, worded anew, no longer has.

    Args:
        versions: all texts of a document up to the one that is asked about, oldest first, each with whether somebody wrote it by hand.
    """
    if len(versions) < 2 or versions[-1][0]:
        return ()
    by_hand, known = set[Block](), set[Block]()
    for typed, text in versions[:-1]:
        blocks = {*_bare(text.body)}
        by_hand |= blocks - known if typed else set()
        known |= blocks
    left = {*_bare(versions[-1][1].body)}
    return tuple(block for block in _bare(versions[-2][1].body) if block in by_hand and block not in left)


def _bare(blocks: Iterable[Block]) -> Blocks:
    """Headings without their numbers, which change where a passage comes or goes."""
    return tuple(replace(block, text=bare_heading(block.text)) if block.heading else block for block in blocks)


def _moved(base: Blocks, mine: _Script) -> dict[Block, int]:
    """The blocks that stand elsewhere since somebody changed the text, with the place where they stood."""
    added = {block for gap in mine.gaps for block in gap}
    added |= {block for at, slot in enumerate(mine.slots) for block in slot if block != base[at]}
    return {block: at for at, block in enumerate(base) if block not in mine.slots[at] and block in added}


def _worded(blocks: Blocks, moved: Mapping[Block, int], theirs: _Script) -> Iterator[Block]:
    """Blocks placed by hand, those that were moved as they are worded anew."""
    for block in blocks:
        yield from theirs.slots[moved[block]] if block in moved else (block,)


def _script(base: Blocks, changed: Blocks) -> _Script:
    slots: list[Blocks] = [(block,) for block in base]
    gaps: list[Blocks] = [() for _place in range(len(base) + 1)]
    for tag, old, old_to, new, new_to in SequenceMatcher(None, base, changed, autojunk=False).get_opcodes():
        if tag == "insert":
            gaps[old] = changed[new:new_to]
        elif tag != "equal":
            # One for one as far as it goes; more than there were belong to the last of them.
            paired = min(old_to - old, new_to - new)
            for step in range(old_to - old):
                slots[old + step] = (changed[new + step],) if step < paired else ()
            if paired:
                slots[old + paired - 1] = changed[new + paired - 1 : new_to]
    return _Script(tuple(slots), tuple(gaps))


def _headings_returning(base: Blocks, mine: _Script, theirs: _Script, moved: Collection[int]) -> frozenset[int]:
    """The places of headings that were struck out by hand and below which something is worded anew."""
    heading, found = None, set[int]()
    for at, block in enumerate(base):
        if block.heading:
            heading = at
        elif heading is None or mine.slots[at] or mine.slots[heading] or at in moved or heading in moved:
            continue
        elif theirs.slots[at] not in ((), (block,)):
            found.add(heading)
    return frozenset(found)
