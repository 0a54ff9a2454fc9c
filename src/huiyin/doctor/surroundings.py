"""What checks look at besides settings and database: seen before the settings are read, since reading them closes what stands open."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from huiyin.home import home_of
from huiyin.sealing import keyring

if TYPE_CHECKING:  # models are there once the settings are read
    from huiyin.people.models import Account


@dataclass(frozen=True, slots=True)
class FileState:
    """A file or folder as it stands: ``mode`` and ``owner`` (a user id) are None where it is not there or may not be looked at."""

    path: Path
    mode: int | None
    owner: int | None


class BackupRecord(Protocol):
    """When the last good backup was made, where it was written, and when the last rehearsal of a restore passed (None: never); and which is too old."""

    @property
    def made_at(self) -> datetime | None: ...

    @property
    def file(self) -> Path | None: ...

    @property
    def rehearsed_at(self) -> datetime | None: ...

    @property
    def is_too_old(self) -> bool: ...

    @property
    def is_rehearsal_too_old(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SettingsFault:
    """Why settings could not be read, in the words of who refused them; ``variable`` is empty where no variable is to blame."""

    variable: str
    wrong: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the installation is and how it stood when the looking began.

    Args:
        environ: the variables of the environment as they were given.
        home: the data folder.
        files: the data folder, the key ring, and what lies in the former and one folder down.
        at: now (aware).
        faults: what was wrong with the variables; checks of mail and the like are made without those.
        settings: whether the settings could be read at all.
        backups: what is on record about backups; None where nothing keeps such a record.
        send_test: an address that a test mail goes to; empty: none is sent.
        reader: who looks at a page of it; None for whoever runs the server.
    """

    environ: Mapping[str, str]
    home: Path
    files: tuple[FileState, ...]
    at: datetime
    faults: tuple[SettingsFault, ...] = ()
    settings: bool = True
    backups: BackupRecord | None = None
    send_test: str = ""
    reader: Account | None = None


def look_around(environ: Mapping[str, str], at: datetime) -> Surroundings:
    """The surroundings of this process; reads no setting and changes nothing."""
    home = home_of(environ).absolute()
    below = (path for pattern in ("*", "*/*") for path in _listed(home, pattern))
    seen = dict.fromkeys((home, keyring.ring_path().absolute(), *below))
    return Surroundings(dict(environ), home, tuple(map(_state, seen)), at)


def _listed(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(pattern) if not path.is_symlink())
    except OSError:
        return []


def _state(path: Path) -> FileState:
    try:
        found = os.stat(path)
    except OSError:
        return FileState(path, None, None)
    return FileState(path, found.st_mode & 0o7777, found.st_uid)
