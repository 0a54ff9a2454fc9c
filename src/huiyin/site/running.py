"""Whether the service runs on a data folder: whoever serves or works holds a lock on one file, which ends with the process, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from huiyin.backup import placing
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

FILE: Final = "running"
_held: Final[list[IO[bytes]]] = []
"""Kept open for as long as the process lives: a lock ends when its file is closed."""


class ServiceRunning(HuiyinError):
    """Raised when something needs the installation for itself alone, and has it not."""

    to_do = gettext_noop("请停止使用它的 `huiyin serve` 和每个 `huiyin work`（systemctl stop，或者结束进程），再试一次")


def refuse_restoring(home: Path) -> None:
    """Let nobody make anything in a data folder that a backup is being restored to.

    Raises:
        ServiceRunning: if one is.
    """
    if placing.is_locked(home / placing.STAGING):
        raise ServiceRunning(_("%(home)s：正在恢复备份") % {"home": home}, _("请等 `huiyin restore` 做完"))


def hold(home: Path) -> None:
    """Say that the service runs on ``home``, until this process ends.

    Raises:
        ServiceRunning: if somebody has the installation for themselves, as `huiyin db move` does.
    """
    file = (home / FILE).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ServiceRunning(_("%(home)s：数据库正在搬移") % {"home": home}, _("请等 `huiyin db move` 做完")) from None
    _held.append(file)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Inside, no service can start on ``home``.

    Raises:
        ServiceRunning: if one runs.
    """
    with (home / FILE).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceRunning(_("%(home)s：服务正在运行") % {"home": home}) from None
        yield
