"""Names that somebody pulled apart, put together before a text is read: 冯/火/生, 赵——江, a name across the end of a line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import rjieba

from huiyin.people.names.directory import Index
from huiyin.people.names.parts import names_in_parts, with_usual_parts
from huiyin.people.names.spelling import MIN_PART

MAX_GAP: Final = 3
"""So many signs stand at most between two characters of one name."""
_AROUND: Final = 12
_JOINING: Final = "和与同及"
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


def visible(line: str) -> str:
    """A line without the signs that nobody sees."""
    return _INVISIBLE.sub("", line)


def rejoined(lines: Sequence[str], index: Index) -> list[str]:
    """The lines with every whole name in one piece, on the last of those over which it stands."""
    whole, parts, at = _with_names_in_parts("\n".join(lines), index), list[str](), 0
    for places in _pulled_apart(whole, index):
        begin, end = places[0], places[-1] + 1
        name = "".join(whole[place] for place in places)
        parts += (whole[at:begin], "\n" * whole.count("\n", begin, end), name)
        at = end
    return "".join((*parts, whole[at:])).split("\n")


def _with_names_in_parts(whole: str, index: Index) -> str:
    """A text with the names of those here as they are, where they stand by the parts of their characters: 走肖江."""
    whole, parts, at = with_usual_parts(whole), list[str](), 0
    for begin, end, name in names_in_parts(whole, index):
        parts += (whole[at:begin], name)
        at = end
    return "".join((*parts, whole[at:]))


def _pulled_apart(whole: str, index: Index) -> Iterator[list[int]]:
    """Where the characters of such names stand; no two of them overlap."""
    places = [at for at, sign in enumerate(whole) if sign.isalnum()]
    bare = "".join(whole[at] for at in places)
    free = 0
    for at in range(len(bare)):
        for name in index.by_beginning.get(bare[at : at + MIN_PART], ()):
            found = places[at : at + len(name)]
            if at >= free and name in index.whole_names and bare.startswith(name, at) and _is_one(whole, found):
                free = at + len(name)
                yield found
                break


def _is_one(whole: str, places: Sequence[int]) -> bool:
    """Whether signs stand between the characters at these ``places`` and none of them belongs to a word beside it: not 责任，重大."""
    gaps = [after - before - 1 for before, after in pairwise(places)]
    if not any(gaps) or max(gaps) > MAX_GAP:
        return False
    if whole[places[-1]] in _JOINING and not whole.startswith(("把", "不", "说", "骂"), places[-1] + 1):
        return False
    begin = max(0, places[0] - _AROUND)
    window = whole[begin : places[-1] + 1 + _AROUND]
    first, last = places[0] - begin, places[-1] - begin + 1
    return all(
        not (start < first < end or start < last < end)
        for _word, start, end in rjieba.tokenize(window, "default", False)
    )
