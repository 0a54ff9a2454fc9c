"""Which of the versions in which a message says its text (RFC 2046 section 5.1.4) say something of their own.

Programs promise that they say the same, and senders need not keep that: a version is left out where another says all of it, and no other time.
"""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"(?:https?://|mailto:|tel:)[!-;=?-~]+")
# Put by programs into the plain version where the other has a picture.
_PICTURE: Final = re.compile(r"\[(?:(?:cid:|image)[!-Z^-~ ]{0,200}|图片|图像)\]", re.IGNORECASE)
_NOT_SAID: Final = re.compile(r"[\W_]+")

MAX_COMPARED: Final = 10
"""More versions are all kept: each is held against each."""


def distinct(versions: list[str]) -> list[str]:
    """Those of ``versions`` that say something which none of the others says, in their order; of equal ones the first."""
    compared = [(text, _substance(text), set(_ADDRESS.findall(text))) for text in versions if text]
    if len(compared) > MAX_COMPARED:
        return [text for text, _words, _addresses in compared]
    kept: list[tuple[str, str, set[str]]] = []
    for one in compared:
        if any(_says_all(other, one) for other in kept):
            continue
        kept = [other for other in kept if not _says_all(one, other)]
        kept.append(one)
    return [text for text, _words, _addresses in kept]


def _substance(text: str) -> str:
    """The words alone: versions differ in breaks, marks and bullets."""
    return _NOT_SAID.sub("", _PICTURE.sub("", _ADDRESS.sub("", text))).casefold()


def _says_all(one: tuple[str, str, set[str]], other: tuple[str, str, set[str]]) -> bool:
    return other[1] in one[1] and other[2] <= one[2]
