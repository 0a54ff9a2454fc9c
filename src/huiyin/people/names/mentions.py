"""Whether somebody who is named should not read what names them, where no word of it accuses anybody. Pure.

No list holds every word by which something bad is said of somebody. So the whole name of somebody who works here counts in what a
petitioner says unless its sentence meets, asks or thanks them and the text says nothing bad of anybody; the words that tell it are data
(``accusing_words.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from huiyin.people.names.directory import Index
from huiyin.people.names.hints import BEFORE, accuses, clause_before, is_accused, pattern, spoken_lines
from huiyin.people.names.spelling import MIN_PART
from huiyin.people.names.titles import TITLES

_JOINING: Final = "和与同及"
_TITLED: Final = re.compile("|".join(sorted(TITLES, key=len, reverse=True)))


def mentioned_badly(sentences: Sequence[str], index: Index) -> set[str]:
    """Who of ``index.bearers`` is named in ``sentences`` that accuse nobody by a word for it, and should not read them."""
    lines = spoken_lines(sentences)
    does_harm = any(map(is_harmful, lines))
    found = set[str]()
    for line in lines:
        is_bad = does_harm or not pattern("harmless").search(line)
        found |= {
            name
            for at, name in named_in(line, index)
            if _is_demanded(line, at) or (is_bad and _is_meant(line, at, name, index, does_harm=does_harm))
        }
    return found


def mentioned_at_all(sentences: Sequence[str], index: Index) -> set[str]:
    """Who is named in ``sentences`` of a matter that accuses: whole names always, a surname with a title unless it is asked something."""
    return {
        name
        for line in spoken_lines(sentences)
        for at, name in named_in(line, index)
        if name in index.whole_names or is_accused(line, at, name)
    }


def accuses_beside_office_words(sentences: Sequence[str], index: Index) -> bool:
    """Whether what somebody of the staff wrote down accuses, its office words aside, or asks that something be done to somebody named."""
    lines = [without_office_words(line) for line in spoken_lines(sentences)]
    return any(accuses(line) or any(_is_demanded(line, at) for at, _name in named_in(line, index)) for line in lines)


def is_harmful(line: str) -> bool:
    """Whether a line says anything bad of anybody."""
    return pattern("harm").search(pattern("not_harm").sub("，", line)) is not None


def without_office_words(line: str) -> str:
    """A line without the words by which an office calls its work and those who come to it; those of whom they complain stay: 被举报人."""
    return _office_words().sub("，", line)


@cache
def _office_words() -> re.Pattern[str]:
    return re.compile(f"(?<!被)(?:{pattern('office_words').pattern})")


def _is_demanded(line: str, at: int) -> bool:
    """Whether something is asked to be done to whoever is named ``at`` this place: 处分登记员周一舟."""
    return pattern("demands").search(line[max(0, at - 2 * BEFORE) : at]) is not None


def named_in(line: str, index: Index) -> Iterator[tuple[int, str]]:
    """Where in a line somebody of ``index.bearers`` is named, and by what."""
    for at in range(len(line)):
        for name in index.by_beginning.get(line[at : at + MIN_PART], ()):
            # 老王和 is an old Wang and somebody else, not 王和.
            if line.startswith(name, at) and not (name[-1] in _JOINING and line[at - 1 : at] in tuple("老小大阿")):
                yield at, name


def _is_meant(line: str, at: int, name: str, index: Index, *, does_harm: bool) -> bool:
    """Whether a name stands there as that of somebody, not as part of a word (考虑周全): by a title or where a clause begins."""
    if name not in index.whole_names:
        return does_harm and is_accused(line, at, name)
    before, after = line[max(0, at - BEFORE) : at], line[at + len(name) :]
    is_titled = any(before.endswith(title) for title in (*index.titles, *TITLES)) or bool(_TITLED.match(after))
    return does_harm or is_titled or not clause_before(line, at)
