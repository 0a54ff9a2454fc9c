"""Making a backup while the service works: the database as of one moment, then the attachments, then the key ring, then the manifest."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
import pyrage

from huiyin.backup import archive, key_ring, placing, postgresql, sqlite
from huiyin.backup.archive import ArchiveWriter, SayProgress
from huiyin.backup.contents import Ask, DatabaseContents, read_contents
from huiyin.backup.failures import BackupFailed, full_disk_told
from huiyin.backup.manifest import DATABASES, DEMONSTRATION, FILES, FORMAT, RING, DatabaseKind, Manifest
from huiyin.language import gettext as _
from huiyin.sealing import keyring

COPY: Final = ".{}.database"
"""What the copy of an SQLite database is called while it is packed: beside the backup, so that the service's own disk never fills."""

OURS: Final = re.compile(r"[\w.+-]+(/[\w.+-]+)*", re.ASCII)
"""Places of files that we made; whatever else somebody put into the folder stays out."""


@dataclass(frozen=True, slots=True)
class BackupSource:
    """An installation: its data folder, its entry of Django's DATABASES, the folder of its attachments, its key ring, its version."""

    home: Path
    database: Mapping[str, Any]
    files: Path
    ring: Path
    version: str


@dataclass(frozen=True, slots=True)
class RingCopies:
    """Where the key ring goes: encrypted into the backup ``to`` recipients, and to a file ``apart`` from it; nowhere where neither is."""

    to: Sequence[pyrage.x25519.Recipient] = ()
    apart: Path | None = None


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """A backup that was made, read again and compared; ``size`` of its file in bytes. ``problems`` of the installation itself, of which
    it is a faithful copy: while there is any it is no good one.
    """

    file: Path
    size: int
    manifest: Manifest
    problems: tuple[str, ...]


def make(source: BackupSource, to: Path, at: datetime, ring: RingCopies, progress: SayProgress) -> MadeBackup:
    """Make a backup in the file ``to``, which is not there yet.

    Args:
        at: the present, aware.
        progress: is told of each so many bytes.

    Raises:
        BackupFailed: if a folder is not there, the database cannot be read or the disk is full; nothing is left then.
        TargetOccupied: if there is a file of this name.
        KeyRingUnusable: if the installation has lost its ring.
    """
    keyring.load(source.ring)
    if source.files.resolve() in to.resolve().parents:
        raise BackupFailed(_("%(to)s：附件目录本身就在备份之列") % {"to": to}, _("请写别处的文件"))
    if ring.apart:
        placing.refuse_without(ring.apart.parent)
    with full_disk_told(to.parent), placing.draft_of(to) as draft:
        with ArchiveWriter(draft, source.version, progress) as writer:
            contents, kind = _add_database(source, writer, to.with_name(COPY.format(to.name)), progress)
            known = keyring.load(source.ring)  # after the database, in case it was rotated meanwhile
            packed = set(_add_files(source.files, writer))
            _add_rest(source, writer, ring)
            manifest = _manifest(source, contents, kind, at, packed, writer).sealed(known)
            writer.close(manifest)
        draft.flush()
        with archive.opened(placing.draft_name(to)) as written:
            written.check(progress)
        size = os.fstat(draft.fileno()).st_size
        if ring.apart:
            key_ring.copy_apart(source.ring, ring.apart)
    return MadeBackup(to, size, manifest, tuple(_problems(manifest, known)))


def _add_rest(source: BackupSource, writer: ArchiveWriter, ring: RingCopies) -> None:
    demonstration = source.home / DEMONSTRATION
    if demonstration.is_file():
        writer.add(DEMONSTRATION, [demonstration.read_bytes()])
    if ring.to:
        writer.add(RING, [key_ring.encrypted(source.ring, ring.to)])


def _manifest(
    source: BackupSource,
    contents: DatabaseContents,
    kind: DatabaseKind,
    at: datetime,
    packed: set[str],
    writer: ArchiveWriter,
) -> Manifest:
    return Manifest(
        format=FORMAT,
        huiyin=source.version,
        made_at=at,
        database=kind,
        migrations=contents.migrations,
        ledger=contents.ledger,
        organisations=contents.organisations,
        keys=contents.keys,
        missing=tuple(sorted(contents.places - packed)),
        members=tuple(writer.members),
    )


def _problems(manifest: Manifest, ring: keyring.KeyRing) -> Iterator[str]:
    if manifest.missing:
        some = ", ".join(manifest.missing[:3]) + (", …" if len(manifest.missing) > 3 else "")
        yield f"{len(manifest.missing)} attachments that the database names are not in the folder: {some}"
    lost = set(manifest.keys) - key_ring.ids(ring)
    if lost:
        yield f"the key ring lacks {len(lost)} keys that open petitioners: see huiyin keys list"


def _add_database(
    source: BackupSource, writer: ArchiveWriter, copy: Path, progress: SayProgress
) -> tuple[DatabaseContents, DatabaseKind]:
    kind: DatabaseKind = "postgresql" if "postgresql" in source.database["ENGINE"] else "sqlite"
    server = postgresql.server(source.database)
    take = postgresql.snapshot(server) if kind == "postgresql" else _copy(source, copy, progress)
    try:
        with take as (ask, content):
            contents = read_contents(ask)
            writer.add(DATABASES[kind], content(), compressed=kind == "sqlite")
    except sqlite3.Error as error:
        match getattr(error, "sqlite_errorcode", None):
            case sqlite3.SQLITE_FULL:
                raise
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                raise sqlite.damaged(Path(source.database["NAME"])) from None
        raise BackupFailed(_("数据库读不出来"), _("请检查 DATABASE_URL，并运行 `huiyin prepare`")) from None
    except psycopg.Error as error:
        raise BackupFailed(
            _("数据库读不出来（%(kind)s）") % {"kind": type(error).__name__},
            _("请检查 DATABASE_URL，并运行 `huiyin prepare`"),
        ) from None
    return contents, kind


@contextmanager
def _copy(
    source: BackupSource, copy: Path, progress: SayProgress
) -> Iterator[tuple[Ask, Callable[[], Iterator[bytes]]]]:
    def content() -> Iterator[bytes]:
        with copy.open("rb") as file:
            yield from archive.pieces(file)

    try:
        with sqlite.snapshot(Path(source.database["NAME"]), copy, progress) as ask:
            yield ask, content
    finally:
        sqlite.remove(copy)


def _add_files(folder: Path, writer: ArchiveWriter) -> Iterator[str]:
    """Packs every file of a folder; their places in it."""
    for path in _below(folder):
        place = path.relative_to(folder).as_posix()
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue  # a draft that was thrown away meanwhile; of what the database names the manifest tells
        with file:
            writer.add(f"{FILES}{place}", archive.pieces(file))
        yield place


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(here, name)
            if path.is_file() and not path.is_symlink() and OURS.fullmatch(path.relative_to(folder).as_posix()):
                yield path
