"""A part in XML of a file that strangers made, gone through once: what goes wrong in it, and how much it may hold, is settled here."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from huiyin.errors import HuiyinError

MAX_ELEMENTS: Final = 400_000
"""Of one part: a document of a thousand pages has half of them, a sheet of a hundred thousand cells as well."""
_DECLARED: Final = re.compile(
    rb"""^\s*<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}["'](gb2312|gbk|gb_?18030)["']""", re.IGNORECASE
)
"""Encodings that expat does not know (it knows UTF-8, UTF-16, Latin 1 and ASCII), and that programs here write."""

Start = Callable[[str, dict[str, str]], None]


class _Refused(HuiyinError):
    """Raised to leave a part where it is read no further; never leaves this module."""


class Elements:
    """How many elements may still be read, of one part or of all that are read for one request."""

    def __init__(self, most: int = MAX_ELEMENTS) -> None:
        self.left = most

    def take(self) -> None:
        """One more. Raises _Refused."""
        self.left -= 1
        if self.left < 0:
            raise _Refused("there are too many elements")


def walk(
    content: bytes,
    elements: Elements,
    *,
    start: Start | None = None,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> bool:
    """Go through a part, telling ``start``, ``end`` and ``text`` what stands in it; False where it is damaged, in an encoding that nobody
    knows, has more ``elements`` than may be read, or declares a document type, by which texts multiply. What was told before stays told.
    """

    def take_element(name: str, attributes: dict[str, str]) -> None:
        elements.take()
        if start is not None:
            start(name, attributes)

    def refuse(*_declared: object) -> None:
        raise _Refused("the part declares a document type")

    try:
        content, encoding = _readable(content)
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True  # one piece of text an element, not one an entity
        parser.StartElementHandler = take_element
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = refuse
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError, MemoryError, _Refused):
        # No XML; several bytes a character, or an encoding unknown to Python, which expat asks.
        return False
    return True


def _readable(content: bytes) -> tuple[bytes, str | None]:
    """``content`` in an encoding that the parser knows, with the encoding where it is another than the part declares."""
    if _DECLARED.match(content[:200]):
        return content.decode("gb18030", "replace").encode(), "utf-8"
    return content, None
