"""What may go wrong with backups, so that whoever runs one in the night reads in the morning what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from huiyin.errors import HuiyinError

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class BackupUnusable(HuiyinError):
    """Raised when a file is no backup that this version can restore: damaged, cut off, foreign, or of a newer format."""

    to_do = "take another backup"


class BackupFailed(HuiyinError):
    """Raised when a backup cannot be made; no file with its name is left."""

    to_do = "put that right and make the backup again"


class RestoreFailed(HuiyinError):
    """Raised when a backup cannot be restored here; nothing of it is left."""

    to_do = "put that right and restore again"


class TargetOccupied(HuiyinError):
    """Raised when something stands already where a backup or a database is to go; nothing of it is touched."""

    to_do = "give an empty one, or move what is there away"


class StrangeRing(HuiyinError):
    """Raised when a key ring does not belong to what it is to open."""

    to_do = "give the ring of the same installation: with it all personal data is opened, without it none"


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Inside, a disk that fills up is told as what it is.

    Raises:
        BackupFailed: if there is no room left in ``folder``.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        code = getattr(error, "sqlite_errorcode", None)
        if (isinstance(error, OSError) and error.errno in _FULL) or code == sqlite3.SQLITE_FULL:
            raise BackupFailed(f"{folder}: no room is left on this disk", "make room, or name another folder") from None
        raise
