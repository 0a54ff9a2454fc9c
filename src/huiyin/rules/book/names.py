"""The name that somebody may have meant, and those that there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from huiyin.rules.book.flaw_codes import PhraseCode
from huiyin.rules.book.texts import CodedText, Series, series

MAX_LISTED: Final = 12
LIKENESS: Final = 0.6
"""From which part of alike letters on: a slip of the pen or another ending passes, another word does not."""


def nearest_name(written: str, known: Iterable[str]) -> str | None:
    """Of the ``known`` names the one that is most like ``written``; None when none is."""
    return next(iter(get_close_matches(written, list(known), n=1, cutoff=LIKENESS)), None)


def with_nearest(names: Series, near: str | None) -> Series | CodedText:
    """The ``names`` as an error lists them, and which of them was perhaps meant."""
    return PhraseCode.NEAREST.about(names=names, near=near) if near is not None else names


def listed(names: Iterable[str], found: str = "") -> CodedText | str:
    """The names that are known, after what they are names of, and the one most like what was ``found``; the first dozen is enough to
    see what is meant.
    """
    known = tuple(names)
    shown = (*known[:MAX_LISTED], "…") if len(known) > MAX_LISTED else known
    near = nearest_name(found, known)
    row = series(shown)
    return PhraseCode.LISTED.about(names=with_nearest(row, near)) if shown else ""
