"""What many tests do first in an empty database is done once a process: what it wrote is kept, and written again as it was.

Only where nothing else can have been written before it: SQLite counts what a connection changes. What a test has put in place of
something of ours (settings, `monkeypatch`) could change what is written, and a shared world of a file (`tests.standing`) what is there:
then it is done as if nothing was kept. On PostgreSQL it always is.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

T = TypeVar("T")
Values = tuple[Any, ...]
Table = Mapping[int, Values]
HARMLESS: Final = {"MEDIA_ROOT", "default_settings", "_deleted"}
"""Settings that change nothing in the database."""
WRITING_OTHERWISE: Final = {"monkeypatch", "transactional_db", "live_server", "page", "phone"}
"""Fixtures of tests that put something else in the place of ours, or commit."""


@dataclass
class _Known:
    """What this process knows of the content of its database: ``place`` as of ``changes`` of its connection; None of nothing."""

    place: Hashable | None = None
    changes: int = -1
    within: Sequence[Any] = ()
    """The savepoints that were open then: what is written within one that was left may have been taken back."""

    def is_now(self, place: Hashable | None) -> None:
        """Notes where the database is."""
        self.place, self.changes, self.within = place, _changed(), tuple(connection.savepoint_ids)

    def is_so(self) -> bool:
        """Whether nothing else can have been written or taken back since."""
        still_open = tuple(connection.savepoint_ids)[: len(self.within)] == self.within
        return self.place is not None and self.changes == _changed() and still_open and not _is_set_otherwise()


@dataclass
class _Change:
    """What something returned, and what it wrote: SQL with its rows, and files."""

    returned: bytes
    statements: Sequence[tuple[str, Sequence[Values]]]
    files: Mapping[str, bytes]


_known: Final = _Known()
_changes: Final[dict[Hashable, _Change]] = {}
_asked_before: Final[set[Hashable]] = set()
"""What is done a second time is kept: most of what tests do is done by one of them alone, and keeping has its price too."""


def begin_test(item: pytest.Item) -> None:
    """To be told at the beginning of each test, before it has written anything."""
    by_itself = WRITING_OTHERWISE.isdisjoint(_asked_for(item))
    kinds = [mark.kwargs.get("transaction", False) for mark in item.iter_markers("django_db")]
    may = connection.vendor == "sqlite" and by_itself and not any(kinds) and not _standing
    _known.is_now("empty" if may else None)


def _asked_for(item: pytest.Item) -> set[str]:
    """The fixtures that a test and ours ask for; those of pytest-django ask for `monkeypatch` in every test."""
    info = item._fixtureinfo  # type: ignore[attr-defined]
    ours = (those[-1] for those in info.name2fixturedefs.values() if "pytest_django" not in those[-1].func.__module__)
    return {*info.argnames, *(name for one in ours for name in one.argnames)}


def end_test() -> None:
    """To be told once all that it wrote is taken back."""
    _known.is_now(None)


_standing: Final[list[object]] = []


@contextmanager
def instead_of_empty() -> Iterator[None]:
    """Within it a database is not empty at the beginning of a test."""
    _standing.append(object())
    try:
        yield
    finally:
        _standing.pop()


def done_once(what: Hashable, do: Callable[[], T]) -> T:
    """What ``do`` returns, which writes; ``what`` says all that it depends on but the content of the database."""
    place = (_known.place, what)
    if not _known.is_so() or place not in _asked_before:
        if _known.is_so():
            _asked_before.add(place)
        returned = do()
        _known.is_now(None)
        return returned
    if place in _changes:
        change = _changes[place]
        _write(change)
        returned = pickle.loads(change.returned)
    else:
        before = _content()
        returned = do()
        after = _content()
        _changes[place] = _Change(pickle.dumps(returned), _statements(before, after), _files(before, after))
    _known.is_now(place)
    return returned


def _write(change: _Change) -> None:
    for sql, rows in change.statements:
        connection.connection.executemany(sql, rows)
    for name, content in change.files.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))


def _files(before: Mapping[str, Table], after: Mapping[str, Table]) -> dict[str, bytes]:
    """The stored files that new rows name."""
    found = {}
    for table, columns in _tables().items():
        if "place" in columns:
            at = columns.index("place")
            for name in {row[at] for rowid, row in after[table].items() if rowid not in before[table]}:
                with suppress(OSError), default_storage.open(str(name)) as file:
                    found[name] = file.read()
    return found


def _changed() -> int:
    """How many rows the connection has changed since it was opened; an unopened one has changed nothing, and only SQLite counts."""
    raw = connection.connection
    return raw.total_changes if raw is not None and connection.vendor == "sqlite" else 0


def _is_set_otherwise() -> bool:
    holder = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        if not vars(holder).keys() <= HARMLESS:
            return True
        holder = vars(holder)["default_settings"]
    return False


def _content() -> dict[str, Table]:
    """Every row of every table as it is stored. The sign before a column keeps Django's converters away."""
    found = {}
    for name, columns in _tables().items():
        listed = ", ".join(f'+"{column}"' for column in columns)
        rows = connection.connection.execute(f'SELECT rowid, {listed} FROM "{name}" ORDER BY rowid')
        found[name] = {row[0]: tuple(row[1:]) for row in rows}
    return found


def _tables() -> Mapping[str, Sequence[str]]:
    ((version,),) = connection.connection.execute("PRAGMA schema_version")
    return _tables_of(version)


@lru_cache(maxsize=1)
def _tables_of(_version: int) -> Mapping[str, Sequence[str]]:
    """The columns of each table, of a database whose layout has this number."""
    raw = connection.connection
    names = [
        row[0]
        for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    return {name: tuple(row[1] for row in raw.execute(f'PRAGMA table_info("{name}")')) for name in names}


def _statements(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[tuple[str, list[Values]]]:
    """What makes the one of the other; a row that is changed stays where it is."""
    found: list[tuple[str, list[Values]]] = []
    for name, columns in _tables().items():
        was, is_now = before[name], after[name]
        gone = [(rowid,) for rowid in was if rowid not in is_now]
        changed = [(*row, rowid) for rowid, row in is_now.items() if rowid in was and was[rowid] != row]
        new = [(rowid, *row) for rowid, row in is_now.items() if rowid not in was]
        listed = ", ".join(f'"{column}"' for column in columns)
        places = ", ".join("?" * (len(columns) + 1))
        values = ", ".join(f'"{column}" = ?' for column in columns)
        for rows, sql in (
            (gone, f'DELETE FROM "{name}" WHERE rowid = ?'),
            (changed, f'UPDATE "{name}" SET {values} WHERE rowid = ?'),
            (new, f'INSERT INTO "{name}" (rowid, {listed}) VALUES ({places})'),
        ):
            if rows:
                found.append((sql, rows))
    return found
