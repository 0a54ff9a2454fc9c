"""What a file would do when somebody opens it: programs in it, other files in it, what it fetches from elsewhere.

A file is kept as it was handed in: it may be the evidence. Whoever saves it is told first. What is not recognised here may still be
harmful; this is no virus scanner.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Final, Literal

from django.utils.translation import gettext_noop

from huiyin.casework.file_checks import kinds, packages
from huiyin.casework.file_checks.xml_parts import Elements, walk

Concern = Literal["programs", "embedded", "external", "formulas", "locked", "huge", "unreadable"]
MESSAGES: Final[dict[Concern, str]] = {
    "programs": gettext_noop("里面有宏、脚本或者会启动其他程序的内容。"),
    "embedded": gettext_noop("里面嵌有别的文件或控件。"),
    "external": gettext_noop("打开时会从外面取内容或往外发送，对方能知道谁在什么时候看了。"),
    "formulas": gettext_noop("有的格子以公式开头，表格软件打开时会执行。"),
    "locked": gettext_noop("文件加了密，里面有什么系统看不到。"),
    "huge": gettext_noop("文件解开后异常庞大，可能使电脑停住。"),
    "unreadable": gettext_noop("文件有损坏或者结构异常，里面有什么系统看不全。"),
}
"""What is said of each to whoever wants to open the file."""

MAX_READ_BYTES: Final = 64 * 1024 * 1024
"""Of one file, unpacked: so much is looked at."""
MAX_PART_BYTES: Final = 16 * 1024 * 1024
_RELATIONS: Final[dict[Concern, frozenset[str]]] = {
    # By the last part of the type of a relationship: ECMA-376 part 1, 15.2 and 11-13; [MS-OFFMACRO2] 2.2.
    "programs": frozenset(
        ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "control", "activexcontrolbinary")
    ),
    "embedded": frozenset(("oleobject", "package", "afchunk")),
}
_LINK: Final = "hyperlink"  # opened by a click alone, and shown by every program before
_DDE: Final = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
# [MS-CFB] 2.6.1: names in a compound file are UTF-16; [MS-OVBA] 2.2.1, [MS-OLEDS] 2.3, [MS-OFFCRYPTO] 2.3.4.
_COMPOUND: Final[dict[Concern, tuple[str, ...]]] = {
    "programs": ("_VBA_PROJECT", "Macros\0", "VBA\0"),
    "embedded": ("ObjectPool", "\1Ole10Native"),
    "locked": ("EncryptedPackage", "EncryptionInfo"),
}
# [MS-XLS] 2.4.28: a sheet of macros as the older spreadsheets have them (BoundSheet8, dt = 1).
_MACRO_SHEET: Final = re.compile(rb"\x85\x00[\x08-\xff]\x00.{4}[\x00-\x02]\x01", re.DOTALL)
# ISO 32000-1, 12.6.4 (actions), 7.11.4 (embedded files), 12.7.8 (XFA), 13.6 (rich media); 7.6.1 (encryption).
_PDF_NAMES: Final[dict[Concern, tuple[str, ...]]] = {
    "programs": ("JavaScript", "JS", "Launch", "XFA", "RichMedia"),
    "embedded": ("EmbeddedFiles", "EmbeddedFile", "GoToE"),
    "external": ("SubmitForm", "ImportData", "GoToR"),
    "locked": ("Encrypt",),
}
_PDF: Final = {concern: re.compile(packages.pattern_of(*names, ended=True)) for concern, names in _PDF_NAMES.items()}
_PACKED_OBJECTS: Final = re.compile(packages.pattern_of("ObjStm"))
_FORMULA: Final = re.compile(rb'(?:^|[,;\t\r\n])[ "]*(?:[=@][^,;\t\r\n]*[(|]|[+\-][^,;\t\r\n]*\|)')
DICTIONARY_WITHIN: Final = 1000
"""Bytes before a stream in which its dictionary says what it holds."""


def concerns(name: str, content: bytes) -> tuple[Concern, ...]:
    """What whoever opens the file ``name`` should know before; nothing where nothing was found.

    A file that cannot be looked at whole says so: it is damaged, locked, or larger than it may be.
    """
    look = _LOOKS.get(kinds.extension_of(name))
    return tuple(dict.fromkeys(look(content))) if look is not None else ()


def _package(content: bytes) -> Iterator[Concern]:
    archive = packages.opened(content)
    if archive is None:
        yield "unreadable"
        return
    if packages.exceeds(archive.infolist(), len(content)):
        yield "huge"
        return
    left, elements = MAX_READ_BYTES, Elements()
    for part in archive.infolist():
        name = packages.part_name(part).casefold()
        if name.endswith("vbaproject.bin"):
            yield "programs"
        if not name.endswith(".rels") and not re.fullmatch(r"word/[^/]*\.xml", name):
            continue
        read = packages.read_part(archive, part, min(MAX_PART_BYTES, left))
        if read is None:
            yield "unreadable"
            continue
        left -= len(read)
        yield from _parsed(read, elements)


def _parsed(content: bytes, elements: Elements) -> Iterator[Concern]:
    """What a part of relationships, or of a text, says: where its links lead and what its fields do."""
    found: list[Concern] = []
    instructions: list[str] = []
    inside = [False]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "Relationship":
            found.extend(_related(attributes))
        inside[0] = local == "instrText"
        instructions.extend(
            value for key, value in attributes.items() if local == "fldSimple" and key.endswith("instr")
        )

    def end(_name: str) -> None:
        inside[0] = False

    def text(characters: str) -> None:
        if inside[0]:
            instructions.append(characters)

    if not walk(content, elements, start=start, end=end, text=text):
        found.append("unreadable")
    if _DDE.search("".join(instructions)):
        found.append("programs")
    yield from found


def _related(attributes: dict[str, str]) -> Iterator[Concern]:
    kind = attributes.get("Type", "").rpartition("/")[2].casefold()
    for concern, known in _RELATIONS.items():
        if kind in known:
            yield concern
    if attributes.get("TargetMode", "").casefold() == "external" and kind != _LINK:
        yield "external"


def _compound(content: bytes) -> Iterator[Concern]:
    for concern, names in _COMPOUND.items():
        if any(name.encode("utf-16-le") in content for name in names):
            yield concern
    if _MACRO_SHEET.search(content):
        yield "programs"


def _pdf(content: bytes) -> Iterator[Concern]:
    shown: list[bytes] = []  # what is outside of streams, and what packed objects say: pictures hold any bytes
    left, at, complete = MAX_READ_BYTES, 0, True
    while (begin := content.find(b"stream", at)) >= 0 and (end := content.find(b"endstream", begin)) >= 0:
        shown.append(content[at:begin])
        if _PACKED_OBJECTS.search(content, max(at, begin - DICTIONARY_WITHIN), begin):
            objects = _inflated(content[begin + 6 : end].lstrip(b"\r\n"), left)
            complete = complete and objects is not None
            left -= len(objects or b"")
            shown.append(objects or b"")
        at = end + len(b"endstream")
    shown.append(content[at:])
    together = b"\n".join(shown)
    found = {concern for concern, sign in _PDF.items() if packages.names_any(together, sign)}
    yield from sorted(found)
    if left <= 0:
        yield "huge"
    elif not complete and "locked" not in found:
        yield "unreadable"


def _inflated(packed: bytes, most: int) -> bytes | None:
    """At most ``most`` bytes of what was packed (RFC 1950); None where it is damaged or locked."""
    try:
        return zlib.decompressobj().decompress(packed, max(1, most))
    except zlib.error:
        return None


def _table(content: bytes) -> Iterator[Concern]:
    """A text that spreadsheet programs take for formulas: they run what stands in a cell after the sign of a formula."""
    if _FORMULA.search(content):
        yield "formulas"


_LOOKS: Final[dict[str, Callable[[bytes], Iterator[Concern]]]] = {
    "docx": _package,
    "xlsx": _package,
    "doc": _compound,
    "xls": _compound,
    "wps": _compound,
    "pdf": _pdf,
    "csv": _table,
}
