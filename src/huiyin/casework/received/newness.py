"""What a later contact says that an earlier one did not: sentence by sentence, so that nobody reads both twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*\n*|\n+")
_NOT_SAID = re.compile(r"[\W_]+")
"""Signs that change nothing of what a sentence says."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the later text, with the breaks behind it; ``is_new`` where the earlier text does not have it."""

    text: str
    is_new: bool


def what_is_new(earlier: str, later: str) -> tuple[Sentence, ...]:
    """The sentences of ``later`` in order; punctuation, spaces, width and case tell none of them apart from one of ``earlier``."""
    known = {_core(sentence) for sentence in _sentences(earlier)}
    return tuple(Sentence(one, bool(_core(one)) and _core(one) not in known) for one in _sentences(later))


def _sentences(text: str) -> Iterator[str]:
    return (found[0] for found in _SENTENCE.finditer(text))


def _core(sentence: str) -> str:
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", sentence)).casefold()
