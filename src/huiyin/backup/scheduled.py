"""Backups by the clock: one more in a folder, and those taken away that are kept no longer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from huiyin.backup import archive, health, making, placing
from huiyin.backup.archive import SayProgress
from huiyin.backup.failures import BackupFailed, BackupUnusable
from huiyin.backup.making import BackupSource, MadeBackup, RingCopies
from huiyin.backup.retention import KeepRule, spent
from huiyin.language import gettext as _
from huiyin.sealing import keyring

NAME: Final = re.compile(r"huiyin-\d{8}T\d{6}Z\.zip")
LOCK: Final = ".huiyin-backup.lock"
LEFT_OVER: Final = re.compile(r"\.huiyin-\d{8}T\d{6}Z\.zip\.(partial|database)(-wal|-shm|-journal)?")


@dataclass(frozen=True, slots=True)
class ScheduledBackup:
    """The backup that was made, those that were deleted, and files whose names are like ours but which could not be read."""

    made: MadeBackup
    deleted: tuple[Path, ...]
    unreadable: tuple[Path, ...]


def name_at(at: datetime) -> str:
    """What a backup made at ``at`` (aware) is called: names sort by their moment, whatever the summer time."""
    return f"huiyin-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def make(
    source: BackupSource,
    folder: Path,
    at: datetime,
    ring: RingCopies,
    keep: KeepRule,
    zone: tzinfo,
    progress: SayProgress,
) -> ScheduledBackup:
    """Make a backup in ``folder``, write down that it is good, and delete those that ``keep`` does not keep.

    Only files that this installation made, as their manifests say, are deleted; none while the new one is not good.

    Raises:
        BackupFailed: if the folder is not there, or another is being made in it; besides as ``making.make``.
    """
    placing.refuse_without(folder)
    with _alone(folder):
        _remove_left_over(folder)
        made = making.make(source, folder / name_at(at), at, ring, progress)
        if made.problems:
            return ScheduledBackup(made, (), ())
        health.note_made(source.home, made.file, at)
        good, unreadable = _ours(folder, keyring.load(source.ring))
        gone = spent(good, keep, zone)
        for path in gone:
            path.unlink()
        return ScheduledBackup(made, tuple(gone), tuple(unreadable))


def _ours(folder: Path, ring: keyring.KeyRing) -> tuple[dict[Path, datetime], list[Path]]:
    """The good backups of this installation, and the files that bear such names and are none."""
    good: dict[Path, datetime] = {}
    unreadable: list[Path] = []
    for path in sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name)):
        try:
            with archive.opened(path) as backup:
                manifest = backup.manifest
        except (BackupUnusable, OSError):
            unreadable.append(path)
            continue
        if manifest.is_sealed_by(ring) and not manifest.missing:
            good[path] = manifest.made_at
    return good, unreadable


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    # A file of its own: NFS locks no folders.
    with open(os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        try:
            placing.lock(file)
        except BlockingIOError:
            raise BackupFailed(
                _("%(folder)s：这个目录里正在做另一份备份") % {"folder": folder}, _("请等它做完")
            ) from None
        yield


def _remove_left_over(folder: Path) -> None:
    """What runs that were killed left behind: nobody else is at work here."""
    for path in folder.iterdir():
        if LEFT_OVER.fullmatch(path.name):
            path.unlink()
