"""Files that come with a petition: what is allowed, and what those that are kept hold; ``door.beside.attachments`` stores them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.file_checks import kinds, packages
from huiyin.casework.file_checks.state_secrets import is_marked, refused_file
from huiyin.casework.file_checks.words import words_of_each
from huiyin.casework.labels import FormError, input_error
from huiyin.casework.models import Attachment, Case
from huiyin.casework.sealed import pictures, places
from huiyin.casework.sealed.texts import SALT_BYTES, Integrity, commitment
from huiyin.casework.vocabulary import File
from huiyin.people import petitioners
from huiyin.people.checks import forbidden_characters
from huiyin.people.ids import new_id
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import TextRef
from huiyin.rows import Prepared, read_rows
from huiyin.rules.book.fields.base import several
from huiyin.rules.book.fields.types.files import MAX_FILES, uploaded
from huiyin.sealing.aead import SealBroken, open_sealed
from huiyin.sealing.keyring import UnknownKey

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_BYTES = 60 * 1024 * 1024
MAX_NAME_CHARS = 120
MAX_WORDS = 100_000
"""So much of each file is read for names while somebody waits, in characters: some fifty pages."""
MAX_WORDS_TOGETHER = 300_000
"""Of all files of one form."""
MEGABYTE = 1024 * 1024

NOT_IN_NAMES = frozenset('/\\:*?"<>|')
"""What some file system does not take in a name."""


class OpenedFile(NamedTuple):
    """An attachment in the clear; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """An attachment as lists show it; the name is empty when it was erased. ``size`` in bytes; ``reading`` as in its row."""

    id: UUID
    name: str
    type: str
    size: int
    digest: str
    added_at: datetime
    reading: str = ""

    @property
    def is_converted(self) -> bool:
        """Whether it is a picture that is shown as another that browsers know."""
        return self.type in pictures.CONVERTED and bool(self.name)

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it at once: a picture that browsers know or are given as another, is here still and was looked through."""
        return self.type in pictures.SHOWN and bool(self.name) and not (self.is_waiting or self.is_withheld)

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been looked through."""
        return self.reading == Attachment.FileReading.WAITING

    @property
    def is_withheld(self) -> bool:
        """Whether it bears the marking of a state secret."""
        return self.reading == Attachment.FileReading.WITHHELD


def problems(files: Sequence[File]) -> list[FormError]:
    """Everything that is wrong with ``files``; a position stands for the file, since a name may be anything.

    What was not looked through before (``looked_through``) is now: nobody calls it so while a case is locked.
    """
    errors = too_much(files)
    found = [
        _file_problems(f"attachments.{position}", file) if file.is_marked is None else []  # none but sound ones were
        for position, file in enumerate(files[:MAX_FILES])
    ]
    sound = [position for position, wrong in enumerate(found) if not (wrong or errors)]
    for position, file in zip(sound, _looked_through([files[position] for position in sound]), strict=True):
        if file.is_marked:
            found[position].append(refused_file(f"attachments.{position}"))
    return [*errors, *(error for wrong in found for error in wrong)]


def looked_through(fields: Mapping[str, object]) -> dict[str, object]:
    """What a form holds, its files looked through (``files_looked_through``), be it that an upload brings them or JSON does."""
    asked = {name: list(map(_as_file, several(given))) for name, given in fields.items() if _may_hold_files(given)}
    files = [one for value in asked.values() for one in value if isinstance(one, File)]
    found = dict(zip(map(id, files), files_looked_through(files), strict=True))
    return {
        name: [found.get(id(one), one) for one in asked[name]] if name in asked else fields[name] for name in fields
    }


def _may_hold_files(given: object) -> bool:
    return isinstance(given, list | tuple) or (isinstance(given, dict) and uploaded(given) is not None)


def _as_file(one: object) -> object:
    """A file, where it is one; anything else as it is."""
    sent = uploaded(one) if not isinstance(one, File) else None
    return File(sent.name, sent.content) if sent is not None else one


def files_looked_through(files: Sequence[File]) -> tuple[File, ...]:
    """``files`` with what is written in them, and whether it bears the marking of a state secret: that may take seconds, for which no case
    is locked. Those that are refused for something else are left as they are.
    """
    if too_much(files):
        return tuple(files)
    sound = [file for file in files if file.is_marked is None and not _file_problems("", file)]
    found = {id(file): looked for file, looked in zip(sound, _looked_through(sound), strict=True)}
    return tuple(found.get(id(file), file) for file in files)


def _looked_through(files: Sequence[File]) -> list[File]:
    """``files``, each with what was found in it; what was found before stands."""
    fresh = [file for file in files if file.is_marked is None]
    read = words_of_each((file.name, partial(getattr, file, "content")) for file in fresh) if fresh else ()
    found, room = {}, MAX_WORDS_TOGETHER
    for file, words in zip(fresh, read, strict=True):
        some = words.text[: min(MAX_WORDS, room)]
        room -= len(some)
        is_unread = bool(words.left) or len(some) < len(words.text)
        found[id(file)] = replace(file, is_marked=is_marked(words.text), words=some, is_unread=is_unread)
    return [found.get(id(file), file) for file in files]


def too_much(files: Sequence[File]) -> list[FormError]:
    """What is wrong with ``files`` together: how many they are, and how large; none is read."""
    errors = []
    if len(files) > MAX_FILES:
        errors.append(
            FormError("attachments", "too-many", _("附件最多 %(most)d 个，请合并或减少") % {"most": MAX_FILES})
        )
    if sum(file.size for file in files) > MAX_BYTES:
        message = _("附件合计最多 %(most)d MB，请减少附件") % {"most": MAX_BYTES // MEGABYTE}
        errors.append(FormError("attachments", "too-large", message))
    return errors


def _file_problems(place: str, file: File) -> list[FormError]:
    errors = _name_problems(f"{place}.name", file.name)
    extension = kinds.extension_of(file.name)
    if not file.size:
        errors.append(FormError(place, "empty", _("文件是空的，请重新选择")))
    elif file.size > MAX_FILE_BYTES:
        message = _("单个附件最多 %(most)d MB，请压缩后重新选择") % {"most": MAX_FILE_BYTES // MEGABYTE}
        errors.append(FormError(place, "too-large", message))
    elif extension not in kinds.KINDS:
        message = _("不接受这种文件。照片请存为 JPG 或 PNG，文件存为 PDF 或 DOCX，录音存为 MP3 或 M4A，录像存为 MP4")
        errors.append(FormError(place, "type", message))
    else:
        errors += _content_problems(place, file.name, file.content)
    return errors


def _content_problems(place: str, name: str, content: bytes) -> list[FormError]:
    """What is wrong with the bytes themselves: nothing is unpacked to find it out."""
    extension = kinds.extension_of(name)
    if packages.unpacks_to_too_much(content):
        message = _("文件解开后异常庞大，可能打不开，不能收下。请用办公软件打开后另存，或者存为 PDF 再选")
        return [FormError(place, "unpacks", message)]
    if not kinds.KINDS[extension].fits(content):
        message = _("文件内容与扩展名 %(extension)s 不符或文件已损坏，请核对后重新选择") % {"extension": extension}
        return [FormError(place, "content", message)]
    return []


def _name_problems(place: str, name: str) -> list[FormError]:
    if len(name) > MAX_NAME_CHARS:
        return [FormError(place, "too-long", _("文件名最多 %(most)d 字，请改短") % {"most": MAX_NAME_CHARS})]
    errors = [input_error(problem) for problem in forbidden_characters(place, name)]
    stem = name.rpartition(".")[0] if "." in name else name
    spoilt = NOT_IN_NAMES & set(name) or any(char in "\t\n" for char in name)
    if not stem.strip(" .") or spoilt or name != name.strip():
        message = _('文件名不能为空，首尾不能有空格，不能含有 / \\ : * ? " < > |，请改名')
        errors.append(FormError(place, "name", message))
    return errors


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


def unread(files: Iterable[UnsealedFile]) -> tuple[UUID, ...]:
    """Those of ``files`` that are to be looked through by a worker."""
    return tuple(one.ref.id for one in files if one.file.is_unread)


def name_place(id: UUID) -> bytes:
    """To what the sealed name of a file is bound, other than its content."""
    return b"name" + id.bytes


def listed(case: Case, but: Collection[UUID] = ()) -> tuple[Listed, ...]:
    """The attachments of a case that the reader may see, oldest first, ``but`` those that are for few (``reasons.files_kept_back``)."""
    rows = (row for row in _of_case.all(case.id) if row.id not in but)
    return tuple(
        Listed(row.id, name_of(row), row.type, row.size, row.digest, row.added_at, row.reading) for row in rows
    )


_of_case: Final = Prepared(
    lambda case: Attachment.objects.filter(case_id=case).select_related("petitioner__key").order_by("added_at", "id")
)


def name_of(row: Attachment) -> str:
    """What a file is called; nothing where it was erased. Best fetched with ``petitioner__key``."""
    try:
        key = petitioners.data_key(row.petitioner)
    except PetitionerErased:
        return ""
    return open_sealed(key, bytes(row.name), name_place(row.id))[SALT_BYTES:].decode()


def type_by_name(attachment: Attachment) -> str:
    """The type that a file has by its sealed name; the one in its row where the name can no longer be read."""
    try:
        return kinds.KINDS[kinds.extension_of(name_of(attachment))].media_type
    except (KeyError, SealBroken, UnknownKey, UnicodeDecodeError):
        return attachment.type


def read_file(attachment: Attachment) -> OpenedFile:
    """An attachment in the clear; the caller has checked who may read. Best fetched with ``petitioner__key``.

    Raises PetitionerErased, SealBroken (altered on disk), FileNotFoundError (restore the files from a backup).
    """
    key = petitioners.data_key(attachment.petitioner)
    content = open_sealed(key, places.read_place(attachment.place), attachment.id.bytes)
    return OpenedFile(name_of(attachment), attachment.type, content)


def read_with_salt(attachment: Attachment) -> tuple[bytes, OpenedFile]:
    """As ``read_file``, after the salt with which the file was committed to: for who hands on what can be checked without us."""
    key = petitioners.data_key(attachment.petitioner)
    salt = open_sealed(key, bytes(attachment.name), name_place(attachment.id))[:SALT_BYTES]
    return salt, read_file(attachment)


def integrity(refs: Iterable[TextRef]) -> Mapping[TextRef, Integrity]:
    """How the stored files stand to the ``refs`` by which the ledger names them."""
    refs = set(refs)
    rows = Attachment.objects.filter(id__in={ref.id for ref in refs}).select_related("petitioner__key")
    found = {row.id: row for row in read_rows(rows)}
    return {ref: _integrity_of(ref, found.get(ref.id)) for ref in refs}


def _integrity_of(ref: TextRef, row: Attachment | None) -> Integrity:
    if row is None:
        return "missing"
    try:
        key = petitioners.data_key(row.petitioner)
        salt = open_sealed(key, bytes(row.name), name_place(row.id))[:SALT_BYTES]
        content = read_file(row).content
    except PetitionerErased:
        return "erased"
    except FileNotFoundError:
        return "missing"
    except (SealBroken, UnknownKey, UnicodeDecodeError):
        return "altered"
    return "bound" if commitment(salt, content) == ref.commitment and len(content) == ref.length else "altered"
