"""Whether what looks like somebody's name is a word of the language where it stands: 老板许诺年底发工资, 考虑周全, 高峰期. Pure."""

from __future__ import annotations

import re
from typing import Final

import rjieba

from huiyin.people.names.hints import CIVIL, clause_before
from huiyin.people.names.spelling import MIN_PART
from huiyin.people.names.titles import TITLES

AROUND: Final = 12
"""So many characters on either side are enough to tell where a word ends."""
_TITLES: Final = "|".join(sorted(TITLES - CIVIL, key=len, reverse=True))
_TITLED: Final = re.compile(rf"(?:{_TITLES}|这个?人|此人|该人)")
_OF_SOMEBODY: Final = re.compile(
    rf"(?:{_TITLES}|举报|检举|控告|投诉|揭发|反映|关于|被|(?:找|给|送|交|问|见)[了过到]?|跟|和|与|向|对|把|请|叫|调查|查处|处分|[你贵]局|[你贵]单位)$"
)

_ENDS: Final = ("", *"，,、。；;！!？?）) ")


def is_word(line: str, at: int, name: str, titles: tuple[str, ...] = ()) -> bool:
    """Whether ``name`` stands at this place of a line inside a word of the language, or as one; not beside a title, at the border of a
    clause or after what is said of people alone: there it is a name.
    """
    before, after = clause_before(line, at), line[at + len(name) :]
    if (
        not before
        or _OF_SOMEBODY.search(before)
        or (before.endswith(titles) and not before.endswith(tuple(CIVIL)))
        or _TITLED.match(after)
        or (before.endswith("员") and after[:1] in _ENDS)  # a post of which there is no list, and nothing that they do
    ):
        return False
    begin = max(0, at - AROUND)
    words = rjieba.tokenize(line[begin : at + len(name) + AROUND], "default", False)
    place = at - begin
    for word, start, end in words:
        if start < place < end or start < place + len(name) < end:
            return True
        if (start, end) == (place, place + len(name)):
            return len(name) == MIN_PART and rjieba.has_word(word)
    return False
