"""The words in a file, as far as they can be read without much work: to be looked through when it comes in, never shown or kept.

Pictures and scans have none. What is damaged, locked, or larger than it may be has none either: it is no reason to refuse a file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from xml.parsers import expat

from huiyin.casework.file_checks import kinds, packages

MAX_READ_BYTES: Final = 8 * 1024 * 1024
"""Of one file, unpacked: so much is read, what is likeliest to bear a marking first."""
MAX_PART_BYTES: Final = MAX_READ_BYTES // 2
"""Of one part of it: a text as long as a book leaves room for the others."""
MAX_PARTS: Final = 200
MAX_COMPOUND_BYTES: Final = 4 * 1024 * 1024
PDF_SECONDS: Final = 15
"""So long another process may take to read a PDF, which may be made to be read for hours."""
_PDF_PROGRAM: Final = ("-m", "huiyin.casework.file_checks.pdf_words")
_FIRST: Final = re.compile(
    r"word/(?:document\d*|header\d*|footer\d*)\.xml|xl/(?:workbook|sharedStrings)\.xml|OFD\.xml", re.IGNORECASE
)
_ENDING: Final = frozenset({"p", "br", "cr", "si", "c", "row", "tr", "tab", "TextObject", "dc:title", "title"})
"""Elements after which another line begins: ECMA-376 part 1, 17 and 18; GB/T 33190-2016, 11."""
_CELLS: Final = re.compile(r"[,;\t]")


def words(name: str, content: bytes) -> str:
    """The words in the file ``name``, a line a paragraph or cell; empty where there are none, or they cannot be read."""
    read = _READERS.get(kinds.extension_of(name))
    return read(content) if read is not None else ""


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content[:MAX_READ_BYTES].decode(encoding, "strict" if encoding == "utf-8-sig" else "ignore")
        except UnicodeDecodeError:
            continue
    return ""


def _table(content: bytes) -> str:
    return _CELLS.sub("\n", _text(content).replace('"', ""))


def _package(content: bytes) -> str:
    archive = packages.opened(content)
    if archive is None or packages.exceeds(archive.infolist(), len(content)):
        return ""
    parts = [part for part in archive.infolist() if packages.part_name(part).casefold().endswith(".xml")]
    parts.sort(key=lambda part: _FIRST.fullmatch(packages.part_name(part)) is None)
    found: list[str] = []
    left = MAX_READ_BYTES
    for part in parts[:MAX_PARTS]:
        read = packages.read_start(archive, part, min(left, MAX_PART_BYTES))
        if read is not None:
            left -= len(read)
            found.append(_of_part(read))
    return "\n".join(found)


def _of_part(content: bytes) -> str:
    """The characters of a part in XML, up to where it is damaged; nothing of one that declares a document type, by which texts multiply."""
    found: list[str] = []

    def end(name: str) -> None:
        if name in _ENDING or name.rpartition(":")[2] in _ENDING:
            found.append("\n")

    def name_of_sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            found.extend((attributes.get("name", ""), "\n"))

    def refuse(*_declared: object) -> None:
        raise expat.ExpatError("the part declares a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = name_of_sheet
    parser.EndElementHandler = end
    parser.CharacterDataHandler = found.append
    parser.StartDoctypeDeclHandler = refuse
    with suppress(expat.ExpatError):
        parser.Parse(content, True)
    return "".join(found)


def _compound(content: bytes) -> str:
    """Of the older office programs: their texts are UTF-16, at even or odd places ([MS-DOC] 2.4.1, [MS-XLS] 2.5.294)."""
    some = content[:MAX_COMPOUND_BYTES]
    both = (some[at:].decode("utf-16-le", "ignore") for at in (0, 1))
    return "\n".join(both).replace("\r", "\n").replace("\x07", "\n")


def _pdf(content: bytes) -> str:
    """Read by another process, which is ended when it takes too long; a scan names no fonts and is not read."""
    if not re.search(rb"/Font|/ObjStm", packages.plain_names(content)):
        return ""
    command = [sys.executable, *_PDF_PROGRAM]
    try:
        outcome = subprocess.run(command, input=content, capture_output=True, timeout=PDF_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return outcome.stdout.decode(errors="ignore")


_READERS: Final[dict[str, Callable[[bytes], str]]] = {
    "txt": _text,
    "csv": _table,
    "docx": _package,
    "xlsx": _package,
    "ofd": _package,
    "doc": _compound,
    "xls": _compound,
    "wps": _compound,
    "pdf": _pdf,
}
