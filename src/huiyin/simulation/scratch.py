"""A throwaway installation for one process: nothing of the user's own is opened, let alone changed."""

from __future__ import annotations

import gc
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import django
from django.conf import settings
from django.db import connection, connections

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger import tables

OURS: Final = ("HUIYIN_SECRET_KEYS", "HUIYIN_STORAGE", "DATABASE_URL", "EMAIL_URL")
FAST: Final = (
    # Nothing here outlives the process, so that nothing need be safe from a power failure, nor shared with anybody.
    "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-64000;"
)
EMPTY: Final = "empty.sqlite3"


class NotScratch(HuiyinError):
    """Raised when settings were read before: the database would not be a throwaway one."""

    to_do = gettext_noop("请另开一个进程做模拟")


class Scratch:
    """The folder of a throwaway installation, in which each run finds an empty database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> None:
        """Start anew with an empty database; its tables are made when the first is wanted, so that wrong use is told at once."""
        if not (self.folder / EMPTY).exists():
            self._make()
        connections.close_all()
        shutil.copyfile(self.folder / EMPTY, self._database())

    def _make(self) -> None:
        with connection.schema_editor() as editor:
            tables.create(editor)
        connections.close_all()
        shutil.copyfile(self._database(), self.folder / EMPTY)

    def prepare(self) -> None:
        """See to it that nothing but this database is opened, and that it is a fast one. Raises NotScratch."""
        if Path(str(connection.settings_dict["NAME"])) != self._database():
            raise NotScratch(_("设置已经读过了"))
        options: dict[str, Any] = connection.settings_dict["OPTIONS"]
        options["init_command"] = FAST

    def _database(self) -> Path:
        return self.folder / "huiyin.sqlite3"


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A throwaway installation, gone afterwards; Django is set up for it, so that a process can have one only. Raises NotScratch."""
    with TemporaryDirectory(prefix="huiyin-simulation-") as name:
        for variable in OURS:
            os.environ.pop(variable, None)
        os.environ["HUIYIN_HOME"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
        django.setup()
        settings.DEBUG = False  # or Django would keep every statement
        logging.getLogger().setLevel(logging.WARNING)
        made = Scratch(Path(name))
        made.prepare()
        gc.freeze()
        try:
            yield made
        finally:
            connections.close_all()
