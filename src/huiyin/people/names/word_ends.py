"""Where the words of the language begin and end in a line. Pure."""

from __future__ import annotations

from typing import Final

import rjieba

AROUND: Final = 12
"""So many characters on either side are enough to tell where a word ends."""
_FAMILIAR: Final = ("老", "小", "阿", "姓")
"""What begins so may be a word of the dictionary and is somebody nevertheless: 老王."""
_TITLED: Final = ("队", "局", "哥", "姐", "总")
"""What ends so, likewise: 韩队."""


def is_cut_out(line: str, start: int, end: int) -> bool:
    """Whether what stands there is cut out of words: it begins within one, or with one that is longer; or it is one."""
    words, place = words_around(line, start, end)
    called = line[start:end]
    is_word = rjieba.has_word(called) and not (called.startswith(_FAMILIAR) or called.endswith(_TITLED))
    return is_word or any(
        one < place < other or (one == place and other > place + end - start) for _word, one, other in words
    )


def words_around(line: str, start: int, end: int) -> tuple[list[tuple[str, int, int]], int]:
    """The words of a line around a place, each with where it begins and ends, and where the place is among them."""
    begin = max(0, start - AROUND)
    return rjieba.tokenize(line[begin : end + AROUND], "default", False), start - begin
