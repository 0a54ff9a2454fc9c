"""Numbers of registers that were kept before this system: as they are kept, and what may stand as one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_CHARS: Final = 60
_SPACE = re.compile(r"\s+")
_ALLOWED = re.compile(r"[\w()\[\]〔〕【】<>《》/.,:;#、·\-–—]+")
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dX]|1[3-9]\d{9})(?!\d)", re.ASCII)


def old_number(typed: str) -> str:
    """A number as it is kept: characters of half width, no spaces, letters in capitals."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", typed)).upper()


def is_old_number(kept: str) -> bool:
    """Whether ``kept`` may stand for a case in the ledger, which nothing can be taken out of: no sentence, nobody's phone or identity number."""
    return bool(len(kept) <= MAX_CHARS and _ALLOWED.fullmatch(kept)) and not _PERSONAL.search(kept)
