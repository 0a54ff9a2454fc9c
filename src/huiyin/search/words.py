"""What was typed, what is written, and where the one stands in the other: without a database. Pure.

Chinese has no spaces, so what is kept of a text are its pairs of neighbouring signs. Simplified and traditional, full and half width,
capitals and small letters are the same; marks of punctuation and spaces count for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import opencc

MIN_CHARS: Final = 2
"""One sign alone stands in almost every text."""
MAX_PHRASES: Final = 8
AROUND: Final = 24
"""Signs that are shown of a text before what was found."""
PASSAGE_CHARS: Final = 110
_SIMPLIFIED: Final = opencc.OpenCC("t2s")
_QUOTED: Final = re.compile(r"[\"“”„＂「『]([^\"“”„＂「」『』]*)[\"“”„＂」』]?")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with all spellings made one. ``origins`` says for each sign at which place of the text it stands."""

    signs: str
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassagePiece:
    """A stretch of a passage; ``found``: it is what was looked for."""

    text: str
    found: bool


@lru_cache(maxsize=20_000)
def _sign(char: str) -> str:
    """One sign in the spelling of all of them; empty for spaces and marks. Sign by sign, so that a text and a query agree whatever stands around."""
    plain = unicodedata.normalize("NFKC", char).casefold()
    return "".join(sign for sign in _SIMPLIFIED.convert(plain) if sign.isalnum())


def fold(text: str) -> Folded:
    """``text`` as it is compared."""
    signs = [(sign, at) for at, char in enumerate(text) for sign in _sign(char)]
    return Folded("".join(sign for sign, _at in signs), tuple(at for _sign, at in signs))


def pairs(signs: str) -> Iterator[str]:
    """The pairs of neighbouring signs of a folded text."""
    return (signs[at : at + MIN_CHARS] for at in range(len(signs) - 1))


def phrases(typed: str) -> tuple[str, ...]:
    """What was looked for, folded: what stands in quotation marks as a whole, else what spaces part. All of it must be found in one text.

    What is shorter than two signs is left out: nothing at all may be left.
    """
    quoted = [found[1] for found in _QUOTED.finditer(typed)]
    unquoted = _QUOTED.sub(" ", typed).split()
    folded = dict.fromkeys(fold(phrase).signs for phrase in (*quoted, *unquoted))
    return tuple(phrase for phrase in folded if len(phrase) >= MIN_CHARS)[:MAX_PHRASES]


def stands_in(searched: Sequence[str], text: Folded) -> bool:
    """Whether all phrases stand in a text."""
    return all(phrase in text.signs for phrase in searched)


def passage(searched: Sequence[str], text: str) -> tuple[PassagePiece, ...]:
    """The place of ``text`` where the first of the phrases stands, with everything that was looked for marked; the beginning where none does."""
    folded = fold(text)
    spans = sorted(span for phrase in searched for span in _spans(phrase, folded))
    first = spans[0][0] if spans else 0
    begin = max(0, first - AROUND)
    end = min(len(text), begin + PASSAGE_CHARS)
    return tuple(_pieces(text, begin, end, spans))


def _spans(phrase: str, folded: Folded) -> Iterator[tuple[int, int]]:
    at = folded.signs.find(phrase)
    while at >= 0:
        yield folded.origins[at], folded.origins[at + len(phrase) - 1] + 1
        at = folded.signs.find(phrase, at + len(phrase))


def _pieces(text: str, begin: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[PassagePiece]:
    at = begin
    if begin > 0:
        yield PassagePiece("…", found=False)
    for start, stop in spans:
        if start < at or stop > end:
            continue
        if start > at:
            yield PassagePiece(text[at:start], found=False)
        yield PassagePiece(text[start:stop], found=True)
        at = stop
    if at < end:
        yield PassagePiece(text[at:end] + ("…" if end < len(text) else ""), found=False)
