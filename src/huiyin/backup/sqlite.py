"""A copy of an SQLite database as it stood at one moment, taken while others write (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from huiyin.backup.archive import SayProgress
from huiyin.backup.contents import LEFT_OUT, Ask
from huiyin.backup.failures import BackupFailed
from huiyin.language import gettext as _

PAGES_AT_ONCE: Final = 4096
BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite leaves beside a file that was not closed."""


@contextmanager
def snapshot(database: Path, copy: Path, progress: SayProgress) -> Iterator[Ask]:
    """Copies ``database``, without sessions, to ``copy``, which is one whole file afterwards; inside, the copy can be asked.

    Raises:
        BackupFailed: if the database is damaged: a copy of it would be worth nothing.
        sqlite3.OperationalError: if it cannot be read, or there is no room for the copy.
    """
    remove(copy)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as source:
        # A reader's transaction that stays open: what others write meanwhile is not seen, and the copy never begins anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        ((page_bytes,),) = source.execute("PRAGMA page_size")
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            source.backup(target, pages=PAGES_AT_ONCE, progress=_counting_pages(progress, page_bytes))
            source.execute("ROLLBACK")
            target.execute("PRAGMA journal_mode=DELETE")  # it would need its -wal beside it otherwise
            ((verdict,),) = target.execute("PRAGMA quick_check(1)")
            if verdict != "ok":
                raise damaged(database)
            _leave_out(target)
            yield asking(target)


def _leave_out(connection: sqlite3.Connection) -> None:
    """Takes the rows away that no copy is to hold, and overwrites them and what was freed before: without that they stay readable."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [LEFT_OUT]).fetchone():
        return
    connection.execute(
        "PRAGMA journal_mode=OFF"
    )  # a copy that fails is thrown away, and no file beside it is to have them
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"DELETE FROM {LEFT_OUT}")  # noqa: S608 - a constant
    ((page_bytes,),) = connection.execute("PRAGMA page_size")
    connection.execute("BEGIN")
    connection.execute("CREATE TABLE huiyin_freed (filled)")
    while free := connection.execute("PRAGMA freelist_count").fetchone()[0]:  # each takes free pages before new ones
        connection.execute("INSERT INTO huiyin_freed VALUES (zeroblob(?))", [min(free, PAGES_AT_ONCE) * page_bytes])
    connection.execute("DROP TABLE huiyin_freed")
    connection.execute("COMMIT")


def damaged(database: Path) -> BackupFailed:
    """What is said of a database file that SQLite itself finds damaged."""
    return BackupFailed(_("%(database)s：数据库文件已损坏") % {"database": database}, _("请恢复最近一份完好的备份"))


def _counting_pages(progress: SayProgress, page_bytes: int) -> Callable[[int, int, int], None]:
    """What SQLite calls with the pages that remain, as bytes that were done."""
    done = 0

    def report(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        progress((total - remaining - done) * page_bytes)
        done = total - remaining

    return report


def asking(connection: sqlite3.Connection) -> Ask:
    """Asks this connection."""

    def ask(statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return connection.execute(statement.replace("%s", "?"), values).fetchall()

    return ask


def remove(database: Path) -> None:
    """Removes a database file that is ours to remove, and what lies beside it."""
    for path in (database, *(database.with_name(database.name + ending) for ending in BESIDE)):
        path.unlink(missing_ok=True)
