"""What may be attached, and whether content is what a file's extension says: by its bytes, nothing is opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import filetype

from huiyin.casework.file_checks import packages

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: the compound file of the older office programs
PDF_HEADER_WITHIN: Final = 1024  # PDF Reference 1.7, appendix H, note 13
LAYER_III: Final = 0xE2  # the rest of the sync word, any version, layer III, with a checksum or without
MIN_FTYP: Final = 16
MAX_FTYP: Final = 512
PICTURE_BRANDS: Final = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
)  # ISO/IEC 23008-12, 10


class FileKind(NamedTuple):
    """A kind of file that may be attached: what it is called between programs, and whether content is of it."""

    media_type: str
    fits: Callable[[bytes], bool]


def extension_of(name: str) -> str:
    """The extension of a file's name in small letters; empty where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _guessed(*extensions: str) -> Callable[[bytes], bool]:
    return lambda content: filetype.guess_extension(content) in extensions


def _compound(content: bytes) -> bool:
    return content.startswith(OLE)


def _archive_with(member: str) -> Callable[[bytes], bool]:
    """Whether it is a ZIP archive that holds ``member``, a pattern; only the directory is read, nothing is unpacked."""
    pattern = re.compile(member, re.IGNORECASE)

    def check(content: bytes) -> bool:
        return any(pattern.fullmatch(packages.part_name(part)) for part in packages.parts(content))

    return check


def _pdf(content: bytes) -> bool:
    """Whether its header is among the first bytes: mail gateways and scanners put lines before it, and every reader takes that."""
    return b"%PDF-" in content[:PDF_HEADER_WITHIN]


def _brands(content: bytes) -> frozenset[bytes]:
    """The brands of a file of the ISO base media format (ISO/IEC 14496-12, 4.3): the major one and those it is compatible with."""
    size = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or size < MIN_FTYP:
        return frozenset()
    listed = content[16 : min(size, MAX_FTYP)]
    return frozenset((content[8:12], *(listed[at : at + 4] for at in range(0, len(listed), 4))))


def _picture(content: bytes) -> bool:
    return bool(_brands(content) & PICTURE_BRANDS)


def _moving(content: bytes) -> bool:
    """Sound or video in boxes, of whatever brand: phones and recorders write dozens."""
    return bool(_brands(content)) and content[8:12] not in PICTURE_BRANDS


def _ogg(content: bytes) -> bool:
    """Sound in an Ogg container (RFC 3533, 6), as messengers and recorders write it."""
    return content.startswith(b"OggS")


def _adaptive_speech(content: bytes) -> bool:
    """Speech as phones record calls: in the narrow band, or the wide one of newer ones (RFC 4867, 5)."""
    return content.startswith((b"#!AMR\n", b"#!AMR-WB\n", b"#!AMR_MC1.0\n", b"#!AMR-WB_MC1.0\n"))


def _mpeg_sound(content: bytes) -> bool:
    """Sound of layer III with a title before it, or from its first frame on (ISO/IEC 11172-3, 2.4.1.3): recorders write it at half and a quarter of
    the usual sampling as well (ISO/IEC 13818-3), and with a checksum.
    """
    first, second = content[:1], content[1:2]
    return content.startswith(b"ID3") or (first == b"\xff" and bool(second) and second[0] & 0xE6 == LAYER_III)


def _quicktime(content: bytes) -> bool:
    """As above, or as QuickTime wrote it before there were brands (QuickTime File Format, movie atoms)."""
    return _moving(content) or content[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def _text(content: bytes) -> bool:
    """Whether it is text in UTF-8 or GB 18030 without control characters."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(char < " " and char not in "\t\n\r\f" for char in text)
    return False


KINDS: Final[dict[str, FileKind]] = {
    "pdf": FileKind("application/pdf", _pdf),
    "jpg": FileKind("image/jpeg", _guessed("jpg")),
    "jpeg": FileKind("image/jpeg", _guessed("jpg")),
    "png": FileKind("image/png", _guessed("png", "apng")),
    "gif": FileKind("image/gif", _guessed("gif")),
    "webp": FileKind("image/webp", _guessed("webp")),
    "bmp": FileKind("image/bmp", _guessed("bmp")),
    "tif": FileKind("image/tiff", _guessed("tif")),
    "tiff": FileKind("image/tiff", _guessed("tif")),
    "doc": FileKind("application/msword", _compound),
    "xls": FileKind("application/vnd.ms-excel", _compound),
    "wps": FileKind("application/vnd.ms-works", _compound),
    "docx": FileKind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _archive_with(r"word/document\d*\.xml"),  # Word Online writes document2.xml
    ),
    "xlsx": FileKind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _archive_with(r"xl/workbook\.xml")
    ),
    "ofd": FileKind("application/ofd", _archive_with(r"OFD\.xml")),  # GB/T 33190-2016 7.1
    "txt": FileKind("text/plain", _text),
    "csv": FileKind("text/csv", _text),
    "mp3": FileKind("audio/mpeg", _mpeg_sound),
    "wav": FileKind("audio/wav", _guessed("wav")),
    "mp4": FileKind("video/mp4", _moving),
    "mov": FileKind("video/quicktime", _quicktime),
    "m4a": FileKind("audio/mp4", _moving),
    "amr": FileKind("audio/amr", _adaptive_speech),
    "aac": FileKind("audio/aac", _guessed("aac")),
    "opus": FileKind("audio/ogg", _ogg),
    "ogg": FileKind("audio/ogg", _ogg),
    "3gp": FileKind("video/3gpp", _moving),
    "webm": FileKind("video/webm", _guessed("webm")),
    "heic": FileKind("image/heic", _picture),
    "heif": FileKind("image/heif", _picture),
}
"""What may be attached: by extension, the media type and whether the content is what the extension says."""

ALLOWED: Final = tuple(KINDS)
ACCEPTED: Final = ",".join(
    [*(f".{extension}" for extension in ALLOWED), *dict.fromkeys(kind.media_type for kind in KINDS.values())]
)
"""The same as the attribute ``accept`` of an input says it (HTML, 4.10.5.1.17)."""
