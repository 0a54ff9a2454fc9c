"""Whether the service runs on a data folder: whoever serves or works holds a lock on one file, which ends with the process, however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from huiyin.backup import placing
from huiyin.errors import HuiyinError

FILE: Final = "running"
_held: Final[list[IO[bytes]]] = []
"""Kept open for as long as the process lives: a lock ends when its file is closed."""


class ServiceRunning(HuiyinError):
    """Raised when something needs the installation for itself alone, and has it not."""

    to_do = "stop `huiyin serve` and every `huiyin work` on it (systemctl stop, or end them), and try again"


def refuse_restoring(home: Path) -> None:
    """Let nobody make anything in a data folder that a backup is being restored to.

    Raises:
        ServiceRunning: if one is.
    """
    if placing.is_locked(home / placing.STAGING):
        raise ServiceRunning(f"{home}: a backup is being restored there", "wait until `huiyin restore` is done")


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
        raise ServiceRunning(f"{home}: its database is being moved", "wait until `huiyin db move` is done") from None
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
            raise ServiceRunning(f"{home}: the service is running") from None
        yield
