"""Text in the columns of a terminal, of which a sign of Chinese takes two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

_CHINESE: Final = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECE: Final = re.compile(rf"\s+|[{_CHINESE}][，。；：、？！）」』]*|[^\s{_CHINESE}]+")
"""A blank, a sign of Chinese with what may not begin a line, or a word."""


def columns(text: str) -> int:
    """How many columns ``text`` takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def padded(text: str, width: int) -> str:
    """``text`` with blanks behind it, up to ``width`` columns."""
    return text + " " * (width - columns(text))


def padded_left(text: str, width: int) -> str:
    """``text`` with blanks before it, up to ``width`` columns."""
    return " " * (width - columns(text)) + text


def folded(text: str, width: int) -> Iterator[str]:
    """``text`` in lines of at most ``width`` columns, as far as no word is longer."""
    line = ""
    for piece in _PIECE.findall(" ".join(text.split())):
        if line and columns(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line:
        yield line.rstrip()
