"""Restoring a backup: first into a staging folder (and an empty database), and only when all is proved to where it belongs.

No settings are read here: they would be those of the place that is to be filled. ``StagedRestore.enter`` names the staging folder in the
environment; whoever calls sets Django up after it, brings the tables up to date, verifies (``proving``), and then calls ``settle``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

import psycopg

from huiyin.backup import key_ring, placing, postgresql, sqlite
from huiyin.backup.archive import BackupArchive, SayProgress
from huiyin.backup.failures import RestoreFailed, TargetOccupied
from huiyin.backup.manifest import DATABASES, DEMONSTRATION, FILES, RING, Manifest
from huiyin.backup.postgresql import Server
from huiyin.language import gettext as _
from huiyin.sealing import keyring

DATABASE: Final = DATABASES["sqlite"]
REHEARSAL: Final = "huiyin-rehearsal-"
IGNORED: Final = {"lost+found"}
"""What stands in an empty folder that is a disk of its own."""
ROOM: Final = 1.2
"""How much more room than the files themselves have restoring takes: migrations and the write-ahead log."""


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """Where an installation is to stand: its data folder, the file or server of its database, its attachments, its key ring."""

    home: Path
    database: Path | Server
    files: Path
    ring: Path

    def occupied(self) -> list[str]:
        """What stands there already."""
        return [*self.occupied_disk(), *self.occupied_server()]

    def occupied_disk(self) -> list[str]:
        """What stands there already in folders, but for a staging folder that is restored from."""
        found = {path for folder in (self.home, self.files) for path in _inside(folder)}
        if isinstance(self.database, Path):
            beside = (self.database.with_name(self.database.name + ending) for ending in ("", *sqlite.BESIDE))
            found |= {path for path in beside if path.exists()}
        return sorted(map(str, found))

    def occupied_server(self) -> list[str]:
        """What stands there already in a database on a server."""
        if isinstance(self.database, Path):
            return []
        return [f"{self.database.name}: {name}" for name in postgresql.relations(self.database)]


def _inside(folder: Path) -> Iterator[Path]:
    if folder.exists() and not folder.is_dir():
        yield folder
    elif folder.is_dir():
        yield from (path for path in folder.iterdir() if path.name not in IGNORED)


@dataclass(slots=True)
class StagedRestore:
    """A backup that was unpacked into ``folder``, its database there or on a ``server``; ``settled`` when it was put in its place."""

    folder: Path
    manifest: Manifest
    server: Server | None = None
    settled: bool = False

    def enter(self) -> None:
        """From now on this process, and those that it starts, take the staging folder for the installation."""
        url = self.server.url if self.server else f"sqlite:///{quote(str(self.folder / DATABASE))}"
        os.environ.pop("EMAIL_URL", None)
        os.environ |= {
            "HUIYIN_HOME": str(self.folder),
            "HUIYIN_SECRET_KEYS": str(self.folder / "keys"),
            "HUIYIN_STORAGE": str(self.folder / "files"),
            "DATABASE_URL": url,
        }

    def settle(self, target: RestoreTarget) -> None:
        """Put everything where it belongs, all or nothing; the key ring last, without which nothing starts.

        What root restores into a folder of the service's belongs to the service.

        Raises:
            TargetOccupied: if anything has come there since it was empty; that is left as it is.
        """
        os.sync()  # once, and not for each of many files
        owner = target.home.stat()
        self._refuse_what_came(target)
        with ExitStack() as undo:
            for path, to in self._places(target):
                _make(to.parent, owner, undo)
                try:
                    placing.moved(path, to)
                except FileExistsError:
                    raise _occupied([str(to)]) from None
                undo.callback(placing.removed, to)  # not earlier: what was there before is not ours
                placing.flush_folder(to.parent)
                for one in (to, *to.rglob("*")):  # a move to another disk makes them anew
                    _give(one, owner)
            os.sync()
            self.settled = True
            undo.pop_all()

    def _refuse_what_came(self, target: RestoreTarget) -> None:
        """Verifying takes hours: looks again. A database on a server is full by now, of what was loaded."""
        if found := [path for path in target.occupied_disk() if path != str(self.folder)]:
            raise _occupied(found)
        if target.ring.exists() and target.ring.read_bytes() != (self.folder / "keys").read_bytes():
            raise _other_ring(target)

    def _places(self, target: RestoreTarget) -> Iterator[tuple[Path, Path]]:
        """What is there to be moved, and where."""
        if isinstance(target.database, Path):
            for path in sorted(self.folder.glob(f"{DATABASE}*")):
                yield path, target.database.with_name(target.database.name + path.name.removeprefix(DATABASE))
        # One by one: the folder itself may be there, and a disk of its own.
        for path in sorted((self.folder / "files").glob("*")):
            yield path, target.files / path.name
        if (self.folder / DEMONSTRATION).exists():
            yield self.folder / DEMONSTRATION, target.home / DEMONSTRATION
        if not target.ring.exists():
            yield self.folder / "keys", target.ring


def _make(folder: Path, owner: os.stat_result, undo: ExitStack) -> None:
    """Makes a folder and those above it, where they are missing; ``undo`` takes them away again as long as they are empty."""
    if not folder.exists():
        _make(folder.parent, owner, undo)
        folder.mkdir(mode=0o700)
        undo.callback(_remove_empty, folder)
        _give(folder, owner)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it was filled
        folder.rmdir()


def _give(path: Path, owner: os.stat_result) -> None:
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.chown(path, owner.st_uid, owner.st_gid)


@dataclass(frozen=True, slots=True)
class RingSource:
    """Where the key ring comes from: a file of it, or the backup itself, opened with a file of identities."""

    file: Path | None
    identity: Path | None = None

    def content(self, backup: BackupArchive) -> bytes:
        """The file of the ring.

        Raises:
            RestoreFailed: if there is none.
            OSError: if a file cannot be read.
        """
        if self.identity is not None:
            inside = next((one for one in backup.manifest.members if one.name == RING), None)
            if inside is None:
                raise RestoreFailed(
                    _("%(path)s：这份备份里没有密钥环") % {"path": backup.path}, _("请用 --keys 给出您另存的一份")
                )
            if inside.size > 2 * key_ring.MAX_BYTES:  # encrypted it is little larger than in the clear
                raise RestoreFailed(
                    _("%(path)s：里面当作密钥环的不是密钥环") % {"path": backup.path}, _("请换一份备份")
                )
            return key_ring.decrypted(b"".join(backup.content(inside)), self.identity)
        if self.file is None:
            how = _("--identity（或者用 --keys 给出它的副本）") if backup.manifest.holds(RING) else "--keys"
            raise RestoreFailed(_("缺少密钥环；没有它，备份什么也打不开"), _("请用 %(how)s 给出") % {"how": how})
        return self.file.read_bytes()


@contextmanager
def staged(
    backup: BackupArchive, target: RestoreTarget, ring: RingSource, progress: SayProgress
) -> Iterator[StagedRestore]:
    """A backup unpacked where it will stand; what is not settled inside is taken away again.

    Raises:
        TargetOccupied: if anything stands there.
        StrangeRing: if the ring does not belong to the backup; then nothing was unpacked.
        BackupUnusable: if the backup is damaged; then nothing was unpacked.
        RestoreFailed: if there is no ring, no room, or the database cannot be loaded.
    """
    _refuse_other_kind(backup, target.database)
    _refuse_occupied(target)
    content = _ring_of(backup, ring)
    if target.ring.exists() and target.ring.read_bytes() != content:
        raise _other_ring(target)
    server = target.database if isinstance(target.database, Server) else None
    with _staging_folder(target.home) as folder, ExitStack() as loaded:
        backup.check(progress)
        if found := target.occupied_server():  # that takes long: looks again
            raise _occupied(found)
        unpacked = _unpacked(backup, folder, server, content, progress, loaded)
        try:
            yield unpacked
        finally:
            if unpacked.settled:
                loaded.pop_all()


@contextmanager
def rehearsed(
    backup: BackupArchive, server: Server | None, beside: Server | None, ring: RingSource, progress: SayProgress
) -> Iterator[StagedRestore]:
    """As ``staged``, in a throwaway folder, and a throwaway database: ``server``, which is emptied again, or one that is made on
    the server that ``beside`` is on.
    """
    content = _ring_of(backup, ring)
    backup.check(progress)
    with ExitStack() as stack:
        if backup.manifest.database == "postgresql":
            if server is not None and (found := postgresql.relations(server)):
                raise TargetOccupied(
                    _("数据库 %(name)s 里已有：%(some)s") % {"name": server.name, "some": _some(found)},
                    _("请另写一个空数据库"),
                )
            if server is None and beside is None:
                raise RestoreFailed(
                    _("这份备份来自 PostgreSQL 数据库"),
                    _("请用 --database-url 写明您服务器上的一个空数据库"),
                )
            if server is None and beside is not None:
                server = stack.enter_context(postgresql.throwaway(beside))
        else:
            server = None
        folder = Path(stack.enter_context(TemporaryDirectory(prefix=REHEARSAL, ignore_cleanup_errors=True)))
        yield _unpacked(backup, folder, server, content, progress, stack)


def _refuse_occupied(target: RestoreTarget) -> None:
    if found := target.occupied():
        raise _occupied(found)


def _occupied(found: Sequence[str]) -> TargetOccupied:
    return TargetOccupied(
        _("那里已有：%(some)s") % {"some": _some(found)},
        _("请恢复到空的 HUIYIN_HOME 和空的数据库，或者把那里的移走"),
    )


def _other_ring(target: RestoreTarget) -> TargetOccupied:
    return TargetOccupied(
        _("%(ring)s：那里有另一个密钥环") % {"ring": target.ring}, _("请把它移走，或者用 --keys 写明它")
    )


def _some(found: Sequence[str]) -> str:
    return ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


def _refuse_other_kind(backup: BackupArchive, database: Path | Server) -> None:
    kind = "postgresql" if isinstance(database, Server) else "sqlite"
    if backup.manifest.database != kind:
        raise RestoreFailed(
            _("%(path)s：它的数据库是 %(database)s，而 DATABASE_URL 写的是 %(kind)s")
            % {"path": backup.path, "database": backup.manifest.database, "kind": kind},
            _("请恢复到同一种数据库，再运行 `huiyin db move`"),
        )


def _ring_of(backup: BackupArchive, ring: RingSource) -> bytes:
    """The file of the ring, which belongs to the backup."""
    content, named = ring.content(backup), ring.file or backup.path
    key_ring.refuse_strange(backup.manifest, keyring.parse(named, content), named)
    return content


@contextmanager
def _staging_folder(home: Path) -> Iterator[Path]:
    """The staging folder in a home that is empty, and is empty again afterwards unless things were moved there. Inside, no command and
    no service starts on it, nor does another restore.

    Raises:
        TargetOccupied: if somebody else restores there.
    """
    made = not home.exists()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = home / placing.STAGING
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise _occupied([str(folder)]) from None
    try:
        with placing.folder_locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if made:
            _remove_empty(home)


def _emptied(server: Server) -> None:
    with suppress(psycopg.Error):
        postgresql.empty(server)


def _unpacked(
    backup: BackupArchive, folder: Path, server: Server | None, ring: bytes, progress: SayProgress, loaded: ExitStack
) -> StagedRestore:
    """Unpacks a backup; ``loaded`` empties the database again into which it was loaded, and none that somebody else filled."""
    manifest = backup.manifest
    if shutil.disk_usage(folder).free < manifest.size * ROOM:
        raise RestoreFailed(
            _("%(parent)s：放不下 %(size)s 字节") % {"parent": folder.parent, "size": manifest.size},
            _("请腾出空间，或者另选一处（HUIYIN_HOME；演练时为 TMPDIR）"),
        )
    placing.written_whole(folder / "keys", ring)
    for member in manifest.members:
        if member.name == DATABASES["postgresql"] and server is not None:
            postgresql.load(server, backup.content(member, progress))  # all of it or nothing
            loaded.callback(_emptied, server)
        elif member.name.startswith(FILES) or member.name in (DATABASES["sqlite"], DEMONSTRATION):
            backup.extract(member, folder / member.name, progress)
    return StagedRestore(folder, manifest, server)
