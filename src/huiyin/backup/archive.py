"""The one file of a backup: a ZIP archive (APPNOTE 6.3, ZIP64), written and read piece by piece, never whole in memory.

Its first member says what it is, so that a file that was cut off is known for a backup; the manifest comes last, when all is known. Any
program that unpacks ZIP archives shows what is in it.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from pydantic import ValidationError

from huiyin.backup.failures import BackupUnusable
from huiyin.backup.manifest import FORMAT, BackupMember, Manifest
from huiyin.language import gettext as _

FIRST: Final = "huiyin-backup.json"
MANIFEST: Final = "manifest.json"
PIECE_BYTES: Final = 1024 * 1024
MAX_FIRST_BYTES: Final = 4096
MAX_MANIFEST_BYTES: Final = 64 * 1024 * 1024
"""What a manifest may have besides its members: a million missing attachments are fewer."""
MAX_MEMBER_BYTES: Final = 1024
"""What each member, which the archive must really have, may take up in the manifest."""
FAST: Final = 1
"""The level of compression: a database shrinks to a third in a fifth of the time that level 6 takes."""
_LOCAL_HEADER: Final = b"PK\x03\x04"  # APPNOTE 4.3.7; the name follows after 30 bytes
_NAME_AT: Final = 30
# What reading a spoilt archive raises, by where it is spoilt; RuntimeError: marked as encrypted.
_SPOILT: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)

SayProgress = Callable[[int], object]
"""Is told of each so many bytes that were done."""


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The content of an open file, piece by piece."""
    return iter(lambda: file.read(PIECE_BYTES), b"")


class ArchiveWriter:
    """Writes the members of a backup one after the other and notes their sizes and hashes.

    Args:
        file: empty, open for writing.
        version: of Huiyin.
        progress: is told of each so many bytes.
    """

    def __init__(self, file: IO[bytes], version: str, progress: SayProgress) -> None:
        self.members: list[BackupMember] = []
        self._archive = zipfile.ZipFile(file, "w", allowZip64=True, compresslevel=FAST)
        self._progress = progress
        self._put(FIRST, json.dumps({"format": FORMAT, "huiyin": version}).encode())

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Where something failed nothing more is written: the file is thrown away."""
        if kind is not None:
            self._archive.fp = None

    def add(self, name: str, content: Iterable[bytes], *, compressed: bool = False) -> BackupMember:
        """Write a member; what is sealed or compressed already is stored as it is."""
        digest, size = sha256(), 0
        self._archive.compression = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
        with self._archive.open(name, "w", force_zip64=True) as member:
            for piece in content:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
                self._progress(len(piece))
        self.members.append(BackupMember(name=name, size=size, sha256=digest.hexdigest()))
        return self.members[-1]

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the directory of the archive."""
        self._put(MANIFEST, manifest.model_dump_json(indent=1).encode())
        self._archive.close()

    def _put(self, name: str, content: bytes) -> None:
        self._archive.writestr(name, content, zipfile.ZIP_DEFLATED)


class BackupArchive:
    """A backup that is open for reading; see ``opened``."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._archive = archive

    def content(self, member: BackupMember, progress: SayProgress = lambda _bytes: None) -> Iterator[bytes]:
        """The content of a member, piece by piece; after the last piece it was compared with the manifest.

        Raises:
            BackupUnusable: if it is not what the manifest says.
        """
        digest, size = sha256(), 0
        try:
            with self._archive.open(member.name) as file:
                for piece in pieces(file):
                    digest.update(piece)
                    size += len(piece)
                    if size > member.size:
                        break
                    progress(len(piece))
                    yield piece
        except _SPOILT:
            raise self._damaged(member) from None
        if (size, digest.hexdigest()) != (member.size, member.sha256):
            raise self._damaged(member)

    def check(self, progress: SayProgress = lambda _bytes: None) -> None:
        """Read everything and compare it with the manifest.

        Raises:
            BackupUnusable: if anything is not what the manifest says.
        """
        for member in self.manifest.members:
            for _piece in self.content(member, progress):
                pass

    def extract(self, member: BackupMember, to: Path, progress: SayProgress) -> None:
        """Write a member to a file that is not there yet. Whoever relies on it flushes the disk afterwards, once for all of them.

        Raises:
            BackupUnusable: as ``content``.
        """
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in self.content(member, progress):
                file.write(piece)

    def _damaged(self, member: BackupMember) -> BackupUnusable:
        # The name of an attachment is an id.
        return BackupUnusable(_("%(path)s：%(name)s 处已损坏") % {"path": self.path, "name": member.name})


@contextmanager
def opened(path: Path) -> Iterator[BackupArchive]:
    """A backup with its manifest, which was read and is whole in itself; contents are compared as they are read.

    Raises:
        BackupUnusable: if it is none, was cut off, is damaged, or of a format that this version does not know.
        OSError: if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_NAME_AT + len(FIRST))
        if not (head.startswith(_LOCAL_HEADER) and head[_NAME_AT:] == FIRST.encode()):
            raise BackupUnusable(_("%(path)s：不是回音的备份") % {"path": path}, _("请写 `huiyin backup` 做成的文件"))
        file.seek(0)
        try:
            archive = zipfile.ZipFile(file)
        except _SPOILT:
            raise BackupUnusable(_("%(path)s：已损坏，或者缺了结尾") % {"path": path}) from None
        with archive:
            _refuse_other_compression(path, archive)
            _refuse_outside(path, archive)
            _refuse_newer(path, archive)
            yield BackupArchive(path, archive, _manifest(path, archive))


def _refuse_other_compression(path: Path, archive: zipfile.ZipFile) -> None:
    """Of the methods that ``zipfile`` knows, those alone that it undoes no further than it is asked for."""
    if {info.compress_type for info in archive.infolist()} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BackupUnusable(_("%(path)s：压缩方式不是回音备份所用的") % {"path": path})


def _refuse_outside(path: Path, archive: zipfile.ZipFile) -> None:
    """``zipfile`` adds what its directory says to where it found the directory, and would seek before the file's beginning."""
    if any(not 0 <= info.header_offset < archive.start_dir for info in archive.infolist()):
        raise BackupUnusable(_("%(path)s：已损坏：目录指向文件之外") % {"path": path})


def _small(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of a member that has at most ``most`` bytes, whatever it says itself: no more than that is ever inflated.

    Raises:
        ValueError: if it has more.
        KeyError: if there is none; as ``_SPOILT`` if it is damaged.
    """
    if archive.getinfo(name).file_size > most:
        raise ValueError
    with archive.open(name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError
    return content


def _refuse_newer(path: Path, archive: zipfile.ZipFile) -> None:
    try:
        first: dict[str, Any] = json.loads(_small(archive, FIRST, MAX_FIRST_BYTES))
        found, by = int(first["format"]), str(first["huiyin"])
    except (*_SPOILT, TypeError):
        raise BackupUnusable(_("%(path)s：开头已损坏") % {"path": path}) from None
    if found > FORMAT:
        raise BackupUnusable(
            _("%(path)s：由回音 %(by)s 以第 %(found)s 版格式做成，本版本最多读到第 %(most)s 版")
            % {"path": path, "by": by, "found": found, "most": FORMAT},
            _("请安装那个版本或更新的版本"),
        )


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    try:
        most = MAX_MANIFEST_BYTES + len(names) * MAX_MEMBER_BYTES
        manifest = Manifest.model_validate_json(_small(archive, MANIFEST, most))
    except (*_SPOILT, ValidationError):
        raise BackupUnusable(_("%(path)s：清单缺失、损坏或者过大") % {"path": path}) from None
    expected = [FIRST, *(member.name for member in manifest.members), MANIFEST]
    if names != expected or len(set(expected)) != len(expected):
        raise BackupUnusable(_("%(path)s：内容与清单不符") % {"path": path})
    return manifest
