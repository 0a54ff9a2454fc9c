"""The words in files, as far as they can be read without much work: to be looked through when they come in, never shown or kept.

Pictures and scans have none. What is damaged or locked has none either: it is no reason to refuse a file. Nor is that it is larger than may be
read at once, that too much was read already of what came with it, or that others are being read: that much of it is left to a job
(``door.files.reading``), and said so (``FileWords``).
"""

from __future__ import annotations

import html
import logging
import math
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from huiyin.casework.file_checks import kinds, packages
from huiyin.casework.file_checks.turns import Turnstile, run_beside
from huiyin.casework.file_checks.xml_parts import MAX_ELEMENTS, Elements, walk

MAX_TOGETHER_BYTES: Final = 16 * 1024 * 1024
"""Of all files of one request, unpacked."""
LONGEST_SIGN: Final = 4
"""Bytes in UTF-8 (RFC 3629 section 3)."""
MAX_SECONDS: Final = 5
"""Of CPU, for all PDFs of one request: ten of a few pages take four."""
PATIENCE_SECONDS: Final = 8
"""So long all PDFs of one request are waited for, on a machine that is busy: a thread is held, and whoever sent them waits too."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How far one file is read: ``bytes`` unpacked in all, ``part_bytes`` of each part and ``parts`` of a package, what is likeliest to bear
    a marking first; ``plain_bytes`` of one that is not packed, where any byte may be of a word; of a PDF ``pdf_seconds`` of CPU, ``pdf_pages`` and what draws them.
    """

    bytes: int
    part_bytes: int
    parts: int
    plain_bytes: int
    pdf_seconds: int
    pdf_pages: int
    pdf_drawn_bytes: int


AT_ONCE: Final = FileLimits(
    bytes=8 * 1024 * 1024,
    part_bytes=4 * 1024 * 1024,  # a text as long as a book leaves room for the others
    parts=200,
    plain_bytes=4 * 1024 * 1024,
    pdf_seconds=4,
    pdf_pages=20,
    pdf_drawn_bytes=1024 * 1024,
)
"""While whoever sent it waits."""
BY_A_WORKER: Final = FileLimits(
    bytes=64 * 1024 * 1024,
    part_bytes=64 * 1024 * 1024,
    parts=packages.MAX_PARTS,
    plain_bytes=64 * 1024 * 1024,
    pdf_seconds=60,
    pdf_pages=2_000,
    pdf_drawn_bytes=64 * 1024 * 1024,
)
"""Nobody waits: all that an attachment can hold, but for what was made to take any time."""
TURNSTILE: Final = Turnstile(running=1, waiting=1, seconds=1)
"""Whose files are read in this process; a thread of each other request answers pages."""
log = logging.getLogger(__name__)
PAGES_LEFT: Final = 3
"""With which the process that reads a PDF ends when it has left some of it out."""
_PDF_PROGRAM: Final = ("-m", "huiyin.casework.file_checks.pdf_words")
_HAS_WORDS: Final = re.compile(packages.pattern_of("Font", "ObjStm", "Annots", "AcroForm", "Outlines"))
_FIRST: Final = re.compile(
    r"word/(?:document\d*|header\d*|footer\d*)\.xml|xl/(?:workbook|sharedStrings)\.xml|OFD\.xml", re.IGNORECASE
)
_ENDING: Final = frozenset({"p", "br", "cr", "si", "c", "row", "tr", "tab", "TextObject", "dc:title", "title"})
"""Elements after which another line begins: ECMA-376 part 1, 17 and 18; GB/T 33190-2016, 11."""
_PAGES: Final = (".htm", ".html", ".xhtml", ".txt")
_TAG: Final = re.compile("<[^<>]{0,2000}>")
_NAMED: Final = {"sheet": ("name",), "docPr": ("descr", "title"), "cNvPr": ("descr", "title")}
"""Elements with attributes that somebody wrote: the name of a sheet, what a picture shows."""
_CELLS: Final = re.compile(r"[,;\t]")


@dataclass
class Budget:
    """What may still be spent on reading the files of one request: bytes unpacked, elements of XML, and for PDFs seconds of CPU and of waiting.

    ``is_cut`` once something that could be read was left out for it, or for the ``limits`` of a file.
    """

    bytes: int = MAX_TOGETHER_BYTES
    elements: Elements = field(default_factory=Elements)
    seconds: float = MAX_SECONDS
    patience: float = PATIENCE_SECONDS
    limits: FileLimits = AT_ONCE
    is_cut: bool = False


def workers_budget() -> Budget:
    """What a worker may spend on one file."""
    limits = BY_A_WORKER
    return Budget(limits.bytes, Elements(10 * MAX_ELEMENTS), limits.pdf_seconds, 3 * limits.pdf_seconds, limits)


Left = Literal["", "turn", "rest"]
"""What is still to be read of a file: nothing, all of it since others were being read, or what was too much for this request."""


@dataclass(frozen=True, slots=True)
class FileWords:
    """The words of a file as far as they were read, and what is ``left`` of it."""

    text: str = field(default="", repr=False)
    left: Left = ""


def words(name: str, content: bytes, budget: Budget | None = None) -> str:
    """The words in the file ``name``, a line a paragraph or cell; empty where there are none, or they cannot be read.

    ``budget`` is what may be spent, of which this takes its part.
    """
    extension = kinds.extension_of(name)
    read = _PLAIN.get(extension) or _PACKED.get(extension)
    return read(content, budget or Budget()) if read is not None else ""


def words_of_each(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[FileWords]:
    """The words of each of the ``files`` of one request (name, and what reads its content), one at a time; none as in ``words``, and where it
    is packed and not this request's turn.
    """
    budget = Budget()
    with TURNSTILE.turn() as has_turn:
        for name, content in files:
            if not has_turn and kinds.extension_of(name) in _PACKED:
                log.warning("a file was taken in without being looked through, since others were being read")
                yield FileWords(left="turn")
                continue
            budget.is_cut = False
            found = words(name, content(), budget)
            yield FileWords(found, "rest" if budget.is_cut else "")


def _start(content: bytes, most: int, budget: Budget) -> bytes:
    budget.is_cut |= len(content) > most
    return content[:most]


def _unpacked(content: bytes, budget: Budget) -> bytes:
    """The beginning of a file that is not packed, as far as it may still be read."""
    some = _start(content, max(0, min(budget.limits.plain_bytes, budget.bytes)), budget)
    budget.bytes -= len(some)
    return some


def _text(content: bytes, budget: Budget) -> str:
    some = _unpacked(content, budget)
    return _decoded(some, is_cut=len(some) < len(content))


def _decoded(some: bytes, *, is_cut: bool = False) -> str:
    try:
        return some.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if is_cut and len(some) - error.start < LONGEST_SIGN:  # cut within its last sign
            return some[: error.start].decode("utf-8-sig")
    return some.decode("gb18030", "ignore")


def _table(content: bytes, budget: Budget) -> str:
    return _CELLS.sub("\n", _text(content, budget).replace('"', ""))


def _package(content: bytes, budget: Budget) -> str:
    archive = packages.opened(content)
    if archive is None or packages.exceeds(archive.infolist(), len(content)):
        return ""
    parts = [part for part in archive.infolist() if packages.part_name(part).casefold().endswith((".xml", *_PAGES))]
    parts.sort(key=lambda part: _FIRST.fullmatch(packages.part_name(part)) is None)
    found: list[str] = []
    limits, left = budget.limits, budget.limits.bytes
    for part in parts[: limits.parts]:
        if min(left, budget.bytes, budget.elements.left) <= 0:
            budget.is_cut = True
            break
        most = min(left, limits.part_bytes, budget.bytes)
        read = packages.read_start(archive, part, most + 1)
        if read is not None:
            read = _start(read, most, budget)
            left -= len(read)
            budget.bytes -= len(read)
            is_page = packages.part_name(part).casefold().endswith(_PAGES)
            found.append(_of_page(read) if is_page else _of_part(read, budget.elements))
    budget.is_cut |= len(parts) > limits.parts or budget.elements.left < 0
    return "\n".join(found)


def _of_page(content: bytes) -> str:
    """What a page says that a document brings along and shows as part of itself (ECMA-376 part 1, 17.17.2.1)."""
    return html.unescape(_TAG.sub("", _decoded(content)))


def _of_part(content: bytes, elements: Elements) -> str:
    """The characters of a part in XML, up to where it is damaged."""
    found: list[str] = []

    def end(name: str) -> None:
        if name in _ENDING or name.rpartition(":")[2] in _ENDING:
            found.append("\n")

    def named(name: str, attributes: dict[str, str]) -> None:
        for attribute in _NAMED.get(name.rpartition(":")[2], ()):
            found.extend((attributes.get(attribute, ""), "\n"))

    walk(content, elements, start=named, end=end, text=found.append)
    return "".join(found)


def _compound(content: bytes, budget: Budget) -> str:
    """Of the older office programs: their texts are UTF-16, at even or odd places ([MS-DOC] 2.4.1, [MS-XLS] 2.5.294)."""
    some = _unpacked(content, budget)
    both = (some[at:].decode("utf-16-le", "ignore") for at in (0, 1))
    return "\n".join(both).replace("\r", "\n").replace("\x07", "\n")


def _pdf(content: bytes, budget: Budget) -> str:
    """Read by another process, which is ended when it takes too long; a scan to which nobody wrote anything names no fonts and is not read."""
    if not packages.names_any(content, _HAS_WORDS):
        return ""
    limits = budget.limits
    may_take = min(limits.pdf_seconds, math.ceil(budget.seconds))
    if min(may_take, budget.patience) <= 0:
        budget.is_cut = True
        return ""
    begun, most = time.monotonic(), (str(may_take), str(limits.pdf_pages), str(limits.pdf_drawn_bytes))
    outcome = run_beside([sys.executable, *_PDF_PROGRAM, *most], content, budget.patience)
    budget.patience -= time.monotonic() - begun
    budget.seconds -= _seconds(outcome.stderr, may_take) if outcome is not None else limits.pdf_seconds
    # One that ended by itself has read what can be read, unless it says otherwise; a negative status is that of one that was ended.
    budget.is_cut |= outcome is None or outcome.returncode < 0 or outcome.returncode == PAGES_LEFT
    return outcome.stdout.decode(errors="ignore") if outcome is not None else ""


def _seconds(written: bytes, most: float) -> float:
    """What a process says that it took; all that it might where it was ended before it could."""
    return float(written) if re.fullmatch(rb"\d{1,4}\.\d{3}", written) else most


_PLAIN: Final[dict[str, Callable[[bytes, Budget], str]]] = {
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
