"""The words in files, as far as they can be read without much work: to be looked through when they come in, never shown or kept.

Pictures and scans have none. What is damaged, locked, or larger than it may be has none either: it is no reason to refuse a file. Nor is that
too much was read already of what came with it, or that others are being read.
"""

from __future__ import annotations

import logging
import math
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from huiyin.casework.file_checks import kinds, packages
from huiyin.casework.file_checks.turns import Turnstile, run_beside
from huiyin.casework.file_checks.xml_parts import Elements, walk

MAX_READ_BYTES: Final = 8 * 1024 * 1024
"""Of one file, unpacked: so much is read, what is likeliest to bear a marking first."""
MAX_PART_BYTES: Final = MAX_READ_BYTES // 2
"""Of one part of it: a text as long as a book leaves room for the others."""
MAX_TOGETHER_BYTES: Final = 16 * 1024 * 1024
"""Of all files of one request, unpacked."""
MAX_PARTS: Final = 200
MAX_PLAIN_BYTES: Final = 4 * 1024 * 1024
"""Of a file that is not packed, where every byte may be of a word."""
LONGEST_SIGN: Final = 4
"""Bytes in UTF-8 (RFC 3629 section 3)."""
MAX_SECONDS: Final = 5
"""Of CPU, for all PDFs of one request: ten of a few pages take four."""
MAX_PDF_SECONDS: Final = 4
PATIENCE_SECONDS: Final = 8
"""So long all PDFs of one request are waited for, on a machine that is busy: a thread is held, and whoever sent them waits too."""
TURNSTILE: Final = Turnstile(running=1, waiting=1, seconds=1)
"""Whose files are read in this process; a thread of each other request answers pages."""
log = logging.getLogger(__name__)
_PDF_PROGRAM: Final = ("-m", "huiyin.casework.file_checks.pdf_words")
_HAS_WORDS: Final = re.compile(packages.pattern_of("Font", "ObjStm"))
_FIRST: Final = re.compile(
    r"word/(?:document\d*|header\d*|footer\d*)\.xml|xl/(?:workbook|sharedStrings)\.xml|OFD\.xml", re.IGNORECASE
)
_ENDING: Final = frozenset({"p", "br", "cr", "si", "c", "row", "tr", "tab", "TextObject", "dc:title", "title"})
"""Elements after which another line begins: ECMA-376 part 1, 17 and 18; GB/T 33190-2016, 11."""
_CELLS: Final = re.compile(r"[,;\t]")


@dataclass
class Budget:
    """What may still be spent on reading the files of one request: bytes unpacked, elements of XML, and for PDFs seconds of CPU and of waiting."""

    bytes: int = MAX_TOGETHER_BYTES
    elements: Elements = field(default_factory=Elements)
    seconds: float = MAX_SECONDS
    patience: float = PATIENCE_SECONDS


def words(name: str, content: bytes, budget: Budget | None = None) -> str:
    """The words in the file ``name``, a line a paragraph or cell; empty where there are none, or they cannot be read.

    ``budget`` is what may be spent, of which this takes its part.
    """
    extension = kinds.extension_of(name)
    if extension in _PLAIN:
        return _PLAIN[extension](_within(content, budget or Budget()))
    return _PACKED[extension](content, budget or Budget()) if extension in _PACKED else ""


def words_of_each(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[str]:
    """The words of each of the ``files`` of one request (name, and what reads its content), one at a time; empty as in ``words``, and where it
    is packed and not this request's turn.
    """
    budget = Budget()
    with TURNSTILE.turn() as has_turn:
        for name, content in files:
            if not has_turn and kinds.extension_of(name) in _PACKED:
                log.warning("a file was taken in without being looked through, since others were being read")
                yield ""
            else:
                yield words(name, content(), budget)


def _within(content: bytes, budget: Budget) -> bytes:
    """The beginning of a file that is not packed, as far as it may still be read."""
    read = content[: max(0, min(MAX_PLAIN_BYTES, budget.bytes))]
    budget.bytes -= len(read)
    return read


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) - error.start < LONGEST_SIGN:  # cut within its last sign
            return content[: error.start].decode("utf-8-sig")
        return content.decode("gb18030", "ignore")


def _table(content: bytes) -> str:
    return _CELLS.sub("\n", _text(content).replace('"', ""))


def _package(content: bytes, budget: Budget) -> str:
    archive = packages.opened(content)
    if archive is None or packages.exceeds(archive.infolist(), len(content)):
        return ""
    parts = [part for part in archive.infolist() if packages.part_name(part).casefold().endswith(".xml")]
    parts.sort(key=lambda part: _FIRST.fullmatch(packages.part_name(part)) is None)
    found: list[str] = []
    left = MAX_READ_BYTES
    for part in parts[:MAX_PARTS]:
        if min(left, budget.bytes, budget.elements.left) <= 0:
            break
        read = packages.read_start(archive, part, min(left, MAX_PART_BYTES, budget.bytes))
        if read is not None:
            left -= len(read)
            budget.bytes -= len(read)
            found.append(_of_part(read, budget.elements))
    return "\n".join(found)


def _of_part(content: bytes, elements: Elements) -> str:
    """The characters of a part in XML, up to where it is damaged."""
    found: list[str] = []

    def end(name: str) -> None:
        if name in _ENDING or name.rpartition(":")[2] in _ENDING:
            found.append("\n")

    def name_of_sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            found.extend((attributes.get("name", ""), "\n"))

    walk(content, elements, start=name_of_sheet, end=end, text=found.append)
    return "".join(found)


def _compound(content: bytes) -> str:
    """Of the older office programs: their texts are UTF-16, at even or odd places ([MS-DOC] 2.4.1, [MS-XLS] 2.5.294)."""
    both = (content[at:].decode("utf-16-le", "ignore") for at in (0, 1))
    return "\n".join(both).replace("\r", "\n").replace("\x07", "\n")


def _pdf(content: bytes, budget: Budget) -> str:
    """Read by another process, which is ended when it takes too long; a scan names no fonts and is not read."""
    may_take = min(MAX_PDF_SECONDS, math.ceil(budget.seconds))
    if min(may_take, budget.patience) <= 0 or not packages.names_any(content, _HAS_WORDS):
        return ""
    begun = time.monotonic()
    outcome = run_beside([sys.executable, *_PDF_PROGRAM, str(may_take)], content, budget.patience)
    budget.patience -= time.monotonic() - begun
    budget.seconds -= _seconds(outcome.stderr, may_take) if outcome is not None else MAX_SECONDS
    return outcome.stdout.decode(errors="ignore") if outcome is not None else ""


def _seconds(written: bytes, most: float) -> float:
    """What a process says that it took; all that it might where it was ended before it could."""
    return float(written) if re.fullmatch(rb"\d{1,4}\.\d{3}", written) else most


_PLAIN: Final[dict[str, Callable[[bytes], str]]] = {
    "txt": _text,
    "csv": _table,
    "doc": _compound,
    "xls": _compound,
    "wps": _compound,
}
_PACKED: Final[dict[str, Callable[[bytes, Budget], str]]] = {
    "docx": _package,
    "xlsx": _package,
    "ofd": _package,
    "pdf": _pdf,
}
"""What is small and may hold much."""
