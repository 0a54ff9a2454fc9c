"""Numbers of registers that were kept before this system: as they are kept, and what may stand as one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_CHARS: Final = 60
MAX_TYPED_CHARS: Final = 200
"""With all that may stand between its signs: what is longer is no number, and stays as it is."""
_SPACE = re.compile(r"\s+")
_ALLOWED = re.compile(r"[\w()\[\]〔〕【】<>《》/.,:;#、·\-–—]+")
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dX]|1[3-9]\d{9})(?!\d)", re.ASCII)
_OURS = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-?(?:19|20)\d{6}-?\d{5,}|HY(?:-?[A-Z0-9]{4}){3}", re.ASCII)
"""A case number (LJ-20260302-482193) or a receipt (HY-7K3M-9QRT-2WXY), with or without its dashes, as searching takes them."""
_PATH = re.compile(r"\.\.|//|\\\\|^[./~]|^[A-Z]:|/$")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def old_number(typed: str) -> str:
    """A number as it is kept: characters of half width, no spaces, letters in capitals."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", typed)).upper() if len(typed) <= MAX_TYPED_CHARS else typed


def looks_like_ours(kept: str) -> bool:
    """Whether ``kept`` would be taken for a number or a receipt of this system, and lead to another case or to none."""
    return _OURS.fullmatch(_DASHES.sub("-", kept)) is not None


def looks_like_a_path(kept: str) -> bool:
    """Whether ``kept`` is the place of a file rather than a number."""
    return _PATH.search(kept) is not None


def is_old_number(kept: str) -> bool:
    """Whether ``kept`` may stand for a case in the ledger, which nothing can be taken out of: no sentence, nobody's phone or identity number."""
    return bool(len(kept) <= MAX_CHARS and _ALLOWED.fullmatch(kept)) and not _PERSONAL.search(kept)
