"""Whether the installation can accept a petition now: what a load balancer or a supervisor asks every few seconds.

It says which of a few things is wrong, by one word each, and nothing that helps an attacker: no version, no path, no message of a database.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import connection, transaction

from huiyin.doctor.checks.database import pending
from huiyin.doctor.checks.disk import MIN_FREE
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.people import petitioners
from huiyin.sealing import keyring

ASKED_AGAIN_AFTER: Final = 2.0
"""Seconds for which an answer holds: whoever asks in a loop keeps no writer of the database waiting."""

log = structlog.get_logger("huiyin.ready")


class Unfit(HuiyinError):
    """Raised by a question whose answer is no."""

    to_do = gettext_noop("请运行 huiyin doctor")


def what_is_wrong() -> list[str]:
    """Of ``database``, ``migrations``, ``keys``, ``disk`` and ``storage`` those that keep a petition from being accepted."""
    return [name for name, ask in QUESTIONS.items() if not _is_well(name, ask)]


def _is_well(name: str, ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception as error:
        log.warning("not ready", why=name, failure=type(error).__name__)
        return False
    return True


def _database_takes_writes() -> None:
    """A writing transaction that changes no row: refused by a replica, a file that may only be read, a folder that does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE huiyin_cache SET expires = expires WHERE 1 = 0")


_migrated = threading.Event()


def _migrations_are_applied() -> None:
    """Asked until it was so once: tables do not become those of an earlier version again while a process runs."""
    if _migrated.is_set():
        return
    if pending():
        raise Unfit("migrations are missing")
    _migrated.set()


def _keys_open() -> None:
    """The ring is there, closed to others, and opens the newest petitioner's key."""
    if petitioners.is_ring_of_database(keyring.load(keyring.ring_path())) is False:
        raise Unfit("the key ring is another database's")


def _there_is_room() -> None:
    for folder in (settings.HUIYIN_HOME, settings.HUIYIN_SPOOL):
        if shutil.disk_usage(folder).free < MIN_FREE:
            raise Unfit("too little room")


def _files_can_be_kept() -> None:
    """A file without a name, gone as it is closed."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < MIN_FREE:
        raise Unfit("too little room")
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"\0" * 4096)
        file.flush()


QUESTIONS: Final[dict[str, Callable[[], None]]] = {
    "database": _database_takes_writes,
    "migrations": _migrations_are_applied,
    "keys": _keys_open,
    "disk": _there_is_room,
    "storage": _files_can_be_kept,
}


class Answers:
    """The answer of this process, asked for again once it is ``ASKED_AGAIN_AFTER`` old."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: list[str] = []
        self._until = float("-inf")

    def wrong(self) -> list[str]:
        """What is wrong; of several who ask at once, one looks."""
        with self._lock:
            if self._clock() >= self._until:
                self._found = what_is_wrong()
                self._until = self._clock() + ASKED_AGAIN_AFTER
            return self._found
