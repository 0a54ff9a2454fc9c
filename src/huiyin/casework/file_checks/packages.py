"""Files that are packed: how much they say they unpack to, told before anything is unpacked."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final

MAX_PARTS: Final = 10_000
"""An OFD of a thousand scanned pages has five parts a page."""
MAX_DIRECTORY_BYTES: Final = 2 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 512 * 1024 * 1024
MAX_TIMES_PACKED: Final = 100
"""So many times smaller XML becomes at most that people have written; beyond the first bytes, which are free."""
FREE_BYTES: Final = 16 * 1024 * 1024
_END: Final = b"PK\x05\x06"  # APPNOTE.TXT 4.3.16: end of central directory record
_END_WITHIN: Final = 65_557  # the record and the longest comment after it
_SIZE_AT: Final = slice(12, 16)
_UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What reading an archive that somebody damaged, locked or made up may raise."""
_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""All that packages of documents may use (ECMA-376 part 2, B.2); of the others a few bytes unpack to any number before they are counted."""
_ENTRY: Final = b"PK\x01\x02"  # APPNOTE.TXT 4.3.12: a header of the central directory
# Filters that make content smaller (ISO 32000-1, 7.4): after one of them nothing is left for a second, except in a bomb.
_PACKINGS_OF_PDF: Final = ("FlateDecode", "Fl", "LZWDecode", "LZW", "RunLengthDecode", "RL")
_AT_ONCE: Final = 1024 * 1024
"""Bytes that are searched in one go: whoever waits for another answer has a turn in between."""
_LONGEST_MATCH: Final = 1024
"""Bytes, more than any of what is looked for in a PDF can be long: so much of one stretch is searched with the next again."""


def pattern_of(*names: str, ended: bool = False) -> bytes:
    """The pattern of any of the ``names`` in a PDF, each sign as itself or escaped (ISO 32000-1, 7.3.5): /JS, /J#53; in time that grows as
    the file does, whatever stands in it. ``ended``: the name ends there.
    """
    spelt = "|".join("".join(f"(?:{sign}|#{_hex(sign)})" for sign in name) for name in names)
    return f"/(?:{spelt}){'(?![0-9A-Za-z_])' if ended else ''}".encode()


def _hex(sign: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{ord(sign):02x}")


def names_any(content: bytes, sign: re.Pattern[bytes]) -> bool:
    """Whether ``sign`` (of ``pattern_of``) stands anywhere in a PDF, however large it is."""
    ends = range(_AT_ONCE, len(content) + _AT_ONCE, _AT_ONCE)
    return any(sign.search(content, max(0, end - _AT_ONCE - _LONGEST_MATCH), end) for end in ends)


_PACKED: Final = rb"[^\[\]]{0,300}?" + pattern_of(*_PACKINGS_OF_PDF) + rb"(?=[\s/\]])"
# No beginning of an array within one: else each of many that nobody closes would be read up to its end.
_PACKED_TWICE: Final = re.compile(pattern_of("Filter", "F") + rb"\s{0,64}\[(?:" + _PACKED + rb"){2}")


def opened(content: bytes) -> zipfile.ZipFile | None:
    """A ZIP archive whose directory was read; None where it is none, or its directory alone is too large to be read."""
    if not content.startswith(b"PK") or _has_large_directory(content):
        return None
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _UNREADABLE:
        return None


def parts(content: bytes) -> Sequence[zipfile.ZipInfo]:
    """What the directory of a ZIP archive names; nothing where it is none."""
    archive = opened(content)
    return archive.infolist() if archive is not None else ()


def part_name(part: zipfile.ZipInfo) -> str:
    """A part's name as it is looked up: some programs write backslashes (ECMA-376 part 2, 6.2.2)."""
    return part.filename.replace("\\", "/").lstrip("/")


def read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes | None:
    """A part of at most ``most`` bytes, whatever the directory says of it; None where it is larger, damaged or locked."""
    content = read_start(archive, part, most + 1)
    return content if content is not None and len(content) <= most else None


def read_start(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes | None:
    """The first ``most`` bytes of a part, however large it is; None where it is damaged or locked."""
    if part.compress_type not in _PACKINGS:
        return None
    try:
        with archive.open(part) as file:
            return file.read(most)
    except _UNREADABLE:
        return None


def exceeds(unpacked: Sequence[zipfile.ZipInfo], packed: int, most: int = MAX_PARTS) -> bool:
    """Whether parts say that they unpack to more than anything that people have written; ``packed`` in bytes."""
    together = sum(part.file_size for part in unpacked)
    return len(unpacked) > most or together > min(MAX_UNPACKED_BYTES, FREE_BYTES + MAX_TIMES_PACKED * packed)


def unpacks_to_too_much(content: bytes) -> bool:
    """Whether a file is small and becomes huge when it is opened: a ZIP by its directory, a PDF by streams packed twice."""
    if content.startswith(b"PK"):
        return _has_large_directory(content) or exceeds(parts(content), len(content))
    if b"%PDF-" in content[:1024]:
        return names_any(content, _PACKED_TWICE)
    return False


def _has_large_directory(content: bytes) -> bool:
    """Whether the directory, which is read whole before its first part is known, says that it is longer or holds more than any that people's
    programs write.
    """
    at = content.rfind(_END, -_END_WITHIN)
    size = int.from_bytes(content[at:][_SIZE_AT], "little") if at >= 0 else 0
    return size > MAX_DIRECTORY_BYTES or content.count(_ENTRY, max(0, at - size), max(0, at)) > MAX_PARTS
