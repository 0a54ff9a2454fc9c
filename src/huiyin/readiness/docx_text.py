"""The text of a DOCX, read as a stream: neither its size nor its shape costs more than what may be kept of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from typing import Final
from xml.parsers import expat

from huiyin.casework.file_checks import packages
from huiyin.errors import HuiyinError

MAX_PART_BYTES: Final = 16 * 1024 * 1024
# ECMA-376 part 1, 17 and part 4; the strict ones of ISO/IEC 29500-1.
_WORD: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_FALLBACK: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_TYPES: Final = "[content_types].xml"  # ECMA-376 part 2, 7.3
_MAIN: Final = "wordprocessingml.document.main+xml"


class DocxUnreadable(HuiyinError):
    """Raised inside this package when a file is no DOCX that can be read; callers turn it into what is said to people."""


def docx_text(content: bytes, refuse: Callable[[int, int], None]) -> str:
    """The paragraphs of a DOCX, those of its tables included, a line each.

    ``refuse`` is asked with the paragraphs and characters read so far, and raises where that is too much. Raises DocxUnreadable.
    """
    archive = packages.opened(content)
    if archive is None:
        raise DocxUnreadable("the file is no DOCX that can be read")
    named = {packages.part_name(part).casefold(): part for part in archive.infolist()}
    read = _TextOfBody(refuse)
    _parse(_part(archive, named, _main_part(_part(archive, named, _TYPES))), read.start, read.end, read.characters)
    return read.text()


def _part(archive: zipfile.ZipFile, named: Mapping[str, zipfile.ZipInfo], name: str) -> bytes:
    found = named.get(name)
    content = packages.read_part(archive, found, MAX_PART_BYTES) if found is not None else None
    if content is None:
        raise DocxUnreadable("the file is no DOCX that can be read")
    return content


def _main_part(types: bytes) -> str:
    """Which part the text stands in: not every program calls it word/document.xml."""
    found: list[str] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        if attributes.get("ContentType", "").endswith(_MAIN) and "PartName" in attributes:
            found.append(attributes["PartName"].lstrip("/").casefold())

    _parse(types, start, lambda _name: None, lambda _text: None)
    return found[0] if found else "word/document.xml"


def _parse(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
) -> None:
    def doctype(*_declared: object) -> None:
        raise DocxUnreadable(
            "the file is no DOCX that can be read"
        )  # by one, texts multiply; no office program writes it

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):  # no XML; an encoding that is unknown
        raise DocxUnreadable("the file is no DOCX that can be read") from None


class _TextOfBody:
    """Gathers what stands in text elements; what older programs would show instead of a drawing is left out, since it stands there twice."""

    def __init__(self, refuse: Callable[[int, int], None]) -> None:
        self._refuse = refuse
        self._pieces: list[str] = []
        self._paragraphs = self._length = self._fallbacks = 0
        self._is_text = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        self._fallbacks += name == _FALLBACK
        kind = _in_word(name)
        self._is_text = kind == "t"
        if kind in _SIGNS:
            self._add(_SIGNS[kind])

    def end(self, name: str) -> None:
        """An element ends."""
        self._fallbacks -= name == _FALLBACK
        self._is_text = False
        if _in_word(name) == "p":
            self._paragraphs += 1
            self._add("\n")

    def characters(self, text: str) -> None:
        """What stands between."""
        if self._is_text:
            self._add(text)

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def _add(self, text: str) -> None:
        if self._fallbacks:
            return
        self._pieces.append(text)
        self._length += len(text)
        self._refuse(self._paragraphs, self._length)


def _in_word(name: str) -> str:
    """The name of an element of a text; empty for one of another language."""
    return next((name.removeprefix(space) for space in _WORD if name.startswith(space)), "")
