"""What may go wrong with backups, so that whoever runs one in the night reads in the morning what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

_FULL: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


class BackupUnusable(HuiyinError):
    """Raised when a file is no backup that this version can restore: damaged, cut off, foreign, or of a newer format."""

    to_do = gettext_noop("请换一份备份")


class BackupFailed(HuiyinError):
    """Raised when a backup cannot be made; no file with its name is left."""

    to_do = gettext_noop("请先解决，再重新备份")


class RestoreFailed(HuiyinError):
    """Raised when a backup cannot be restored here; nothing of it is left."""

    to_do = gettext_noop("请先解决，再重新恢复")


class TargetOccupied(HuiyinError):
    """Raised when something stands already where a backup or a database is to go; nothing of it is touched."""

    to_do = gettext_noop("请给一个空的，或者把那里的移走")


class StrangeRing(HuiyinError):
    """Raised when a key ring does not belong to what it is to open."""

    to_do = gettext_noop("请给同一系统的密钥环：有了它，个人信息才全部打得开，没有它就都打不开")


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
            raise BackupFailed(
                _("%(folder)s：磁盘没有空间了") % {"folder": folder}, _("请腾出空间，或者另写一个目录")
            ) from None
        raise
