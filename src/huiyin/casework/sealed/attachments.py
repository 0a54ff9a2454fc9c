"""Files that come with a petition: what is allowed, and where they are kept, sealed under the petitioner's key."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import filetype
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, input_error
from huiyin.casework.models import Attachment, Case, Submission
from huiyin.casework.sealed import places
from huiyin.casework.sealed.texts import SALT_BYTES, Integrity, commitment
from huiyin.casework.vocabulary import File
from huiyin.people import petitioners
from huiyin.people.checks import forbidden_characters
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import TextRef
from huiyin.procedure.field_types.files import MAX_FILES
from huiyin.sealing.aead import SealBroken, open_sealed, seal
from huiyin.sealing.keyring import UnknownKey

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_BYTES = 60 * 1024 * 1024
MAX_NAME_CHARS = 120
MEGABYTE = 1024 * 1024

FOLDER = "attachments"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: the compound file of the older office programs
PDF_HEADER_WITHIN = 1024  # PDF Reference 1.7, appendix H, note 13
MIN_FTYP, MAX_FTYP = 16, 512
PICTURE_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
)  # ISO/IEC 23008-12, 10
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')


class OpenedFile(NamedTuple):
    """An attachment in the clear; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """An attachment as lists show it; the name is empty when it was erased. ``size`` in bytes."""

    id: UUID
    name: str
    type: str
    size: int
    digest: str
    added_at: datetime


def _guessed(*extensions: str) -> Callable[[bytes], bool]:
    return lambda content: filetype.guess_extension(content) in extensions


def _compound(content: bytes) -> bool:
    return content.startswith(OLE)


def _archive_with(member: str) -> Callable[[bytes], bool]:
    """Whether it is a ZIP archive that holds ``member``, a pattern; only the directory is read, nothing is unpacked.

    Some programs write parts with backslashes; names of parts know no case (ECMA-376 part 2, 6.2.2).
    """
    wanted = re.compile(member, re.IGNORECASE)

    def check(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return any(wanted.fullmatch(name.replace("\\", "/").lstrip("/")) for name in archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False

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


_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _pdf),
    "jpg": ("image/jpeg", _guessed("jpg")),
    "jpeg": ("image/jpeg", _guessed("jpg")),
    "png": ("image/png", _guessed("png", "apng")),
    "gif": ("image/gif", _guessed("gif")),
    "webp": ("image/webp", _guessed("webp")),
    "bmp": ("image/bmp", _guessed("bmp")),
    "tif": ("image/tiff", _guessed("tif")),
    "tiff": ("image/tiff", _guessed("tif")),
    "doc": ("application/msword", _compound),
    "xls": ("application/vnd.ms-excel", _compound),
    "wps": ("application/vnd.ms-works", _compound),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _archive_with(r"word/document\d*\.xml"),  # Word Online writes document2.xml
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _archive_with(r"xl/workbook\.xml")),
    "ofd": ("application/ofd", _archive_with(r"OFD\.xml")),  # GB/T 33190-2016 7.1
    "txt": ("text/plain", _text),
    "csv": ("text/csv", _text),
    "mp3": ("audio/mpeg", _guessed("mp3")),
    "wav": ("audio/wav", _guessed("wav")),
    "mp4": ("video/mp4", _moving),
    "mov": ("video/quicktime", _quicktime),
    "m4a": ("audio/mp4", _moving),
    "amr": ("audio/amr", _guessed("amr")),
    "aac": ("audio/aac", _guessed("aac")),
    "opus": ("audio/ogg", _ogg),
    "ogg": ("audio/ogg", _ogg),
    "3gp": ("video/3gpp", _moving),
    "webm": ("video/webm", _guessed("webm")),
    "heic": ("image/heic", _picture),
    "heif": ("image/heif", _picture),
}
"""What may be attached: by extension, the media type and whether the content is what the extension says."""

ALLOWED = tuple(_KINDS)
ACCEPTED = ",".join(
    [*(f".{extension}" for extension in ALLOWED), *dict.fromkeys(type for type, _check in _KINDS.values())]
)
"""The same as the attribute ``accept`` of an input says it (HTML, 4.10.5.1.17)."""


def problems(files: Sequence[File]) -> list[FormError]:
    """Everything that is wrong with ``files``; a position stands for the file, since a name may be anything."""
    errors = []
    if len(files) > MAX_FILES:
        errors.append(
            FormError("attachments", "too-many", _("附件最多 %(most)d 个，请合并或减少") % {"most": MAX_FILES})
        )
    if sum(file.size for file in files) > MAX_BYTES:
        message = _("附件合计最多 %(most)d MB，请减少附件") % {"most": MAX_BYTES // MEGABYTE}
        errors.append(FormError("attachments", "too-large", message))
    for position, file in enumerate(files[:MAX_FILES]):
        errors += _file_problems(f"attachments.{position}", file)
    return errors


def _file_problems(place: str, file: File) -> list[FormError]:
    errors = _name_problems(f"{place}.name", file.name)
    extension = _extension(file.name)
    if not file.size:
        errors.append(FormError(place, "empty", _("文件是空的，请重新选择")))
    elif file.size > MAX_FILE_BYTES:
        message = _("单个附件最多 %(most)d MB，请压缩后重新选择") % {"most": MAX_FILE_BYTES // MEGABYTE}
        errors.append(FormError(place, "too-large", message))
    elif extension not in _KINDS:
        message = _("不接受这种文件。照片请存为 JPG 或 PNG，文件存为 PDF 或 DOCX，录音存为 MP3 或 M4A，录像存为 MP4")
        errors.append(FormError(place, "type", message))
    elif not _KINDS[extension][1](file.content):
        message = _("文件内容与扩展名 %(extension)s 不符或文件已损坏，请核对后重新选择") % {"extension": extension}
        errors.append(FormError(place, "content", message))
    return errors


def _name_problems(place: str, name: str) -> list[FormError]:
    errors = [input_error(problem) for problem in forbidden_characters(place, name)]
    if len(name) > MAX_NAME_CHARS:
        message = _("文件名最多 %(most)d 字，请改短") % {"most": MAX_NAME_CHARS}
        errors.append(FormError(place, "too-long", message))
    stem = name.rpartition(".")[0] if "." in name else name
    spoilt = _NOT_IN_NAMES & set(name) or any(char in "\t\n" for char in name)
    if not stem.strip(" .") or spoilt or name != name.strip():
        message = _('文件名不能为空，首尾不能有空格，不能含有 / \\ : * ? " < > |，请改名')
        errors.append(FormError(place, "name", message))
    return errors


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


@dataclass(frozen=True, slots=True)
class UnsealedFile:
    """A file on its way in: not stored yet, but already named by the command and bound by its commitment."""

    ref: TextRef
    salt: bytes
    file: File


def unsealed(file: File, at: datetime) -> UnsealedFile:
    """Name ``file`` and commit to its content."""
    salt = os.urandom(SALT_BYTES)
    return UnsealedFile(TextRef(new_id(at), commitment(salt, file.content), file.size), salt, file)


def store(
    files: Sequence[UnsealedFile], case: Case, submission: Submission | None, petitioner: Petitioner, at: datetime
) -> None:
    """Seal and keep ``files``, which were checked. Call it inside the transaction that registers them.

    ``submission`` is the one with which they came; None when an action brought them.

    Contents are on disk before the rows can be committed; what a rollback leaves behind is removed by ``sweep``.
    """
    if not files:
        return
    key = petitioners.data_key(petitioner)
    rows = []
    for item in files:
        id, file = item.ref.id, item.file
        rows.append(
            Attachment(
                id=id,
                organisation_id=case.organisation_id,
                case=case,
                submission=submission,
                petitioner=petitioner,
                name=seal(key, item.salt + file.name.encode(), _name_place(id)),
                type=_KINDS[_extension(file.name)][0],
                size=file.size,
                digest=item.ref.commitment,
                place=places.keep(
                    f"{places.folder_of(FOLDER, timezone.localdate(at))}/{id.hex}", seal(key, file.content, id.bytes)
                ),
                added_at=at,
            )
        )
    Attachment.objects.bulk_create(rows)


def _name_place(id: UUID) -> bytes:
    return b"name" + id.bytes


def listed(case: Case, but: Collection[UUID] = ()) -> tuple[Listed, ...]:
    """The attachments of a case that the reader may see, oldest first, ``but`` those that are for few (``reasons.files_kept_back``)."""
    rows = case.attachments.exclude(id__in=but).select_related("petitioner__key").order_by("added_at", "id")
    return tuple(Listed(row.id, _name(row), row.type, row.size, row.digest, row.added_at) for row in rows)


def names(ids: Collection[UUID]) -> dict[UUID, str]:
    """What these attachments are called; the caller has checked who may read. An erased one has an empty name."""
    if not ids:
        return {}
    rows = Attachment.objects.filter(id__in=ids).select_related("petitioner__key")
    return {row.id: _name(row) for row in rows}


def _name(row: Attachment) -> str:
    try:
        key = petitioners.data_key(row.petitioner)
    except PetitionerErased:
        return ""
    return open_sealed(key, bytes(row.name), _name_place(row.id))[SALT_BYTES:].decode()


def type_by_name(attachment: Attachment) -> str:
    """The type that a file has by its sealed name; the one in its row where the name can no longer be read."""
    try:
        return _KINDS[_extension(_name(attachment))][0]
    except (KeyError, SealBroken, UnknownKey, UnicodeDecodeError):
        return attachment.type


def read_file(attachment: Attachment) -> OpenedFile:
    """An attachment in the clear; the caller has checked who may read. Best fetched with ``petitioner__key``.

    Raises PetitionerErased, SealBroken (altered on disk), FileNotFoundError (restore the files from a backup).
    """
    key = petitioners.data_key(attachment.petitioner)
    content = open_sealed(key, places.read(attachment.place), attachment.id.bytes)
    return OpenedFile(_name(attachment), attachment.type, content)


def read_with_salt(attachment: Attachment) -> tuple[bytes, OpenedFile]:
    """As ``read_file``, after the salt with which the file was committed to: for who hands on what can be checked without us."""
    key = petitioners.data_key(attachment.petitioner)
    salt = open_sealed(key, bytes(attachment.name), _name_place(attachment.id))[:SALT_BYTES]
    return salt, read_file(attachment)


def integrity(refs: Iterable[TextRef]) -> Mapping[TextRef, Integrity]:
    """How the stored files stand to the ``refs`` by which the ledger names them."""
    refs = set(refs)
    rows = Attachment.objects.filter(id__in={ref.id for ref in refs}).select_related("petitioner__key")
    found = {row.id: row for row in rows}
    return {ref: _standing(ref, found.get(ref.id)) for ref in refs}


def _standing(ref: TextRef, row: Attachment | None) -> Integrity:
    if row is None:
        return "missing"
    try:
        key = petitioners.data_key(row.petitioner)
        salt = open_sealed(key, bytes(row.name), _name_place(row.id))[:SALT_BYTES]
        content = read_file(row).content
    except PetitionerErased:
        return "erased"
    except FileNotFoundError:
        return "missing"
    except (SealBroken, UnknownKey, UnicodeDecodeError):
        return "altered"
    return "bound" if commitment(salt, content) == ref.commitment and len(content) == ref.length else "altered"


def sweep_lately(at: datetime) -> int:
    """As ``sweep``, for a week that ended the day before yesterday: no registration takes that long."""
    today = timezone.localdate(at)
    return sweep(today - timedelta(days=ago) for ago in range(2, 9))


def sweep(days: Iterable[date]) -> int:
    """Remove files that were written on ``days`` for registrations that were never committed; how many.

    Only past days are safe: a registration may be under way.
    """
    return places.remove_unknown(FOLDER, days, _known)


def _known(found: Collection[str]) -> Collection[str]:
    return set(Attachment.objects.filter(place__in=found).values_list("place", flat=True))
