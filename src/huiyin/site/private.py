"""Files and folders that nobody else on the machine may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600
UMASK: Final = 0o077


def folder(path: Path) -> Path:
    """``path``, made if it is missing, closed to others if it is ours to close."""
    path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    close(path)
    return path


def close(path: Path) -> None:
    """Takes from everybody else what they may do to ``path``; what belongs to another user stays as that user has it."""
    found = path.stat()
    if found.st_mode & UMASK and found.st_uid == os.geteuid():
        path.chmod(found.st_mode & ~UMASK & 0o777)


def from_now_on() -> None:
    """Whatever this process and those it starts make is closed to others: the database too, and the files beside it."""
    os.umask(UMASK)


def close_below(top: Path) -> None:
    """Closes what an earlier version left open in ``top``: files and folders there and one folder down, which the rest lies behind."""
    for path in (top, *top.glob("*"), *top.glob("*/*")):
        if not path.is_symlink():
            close(path)
