"""Everything that the database holds, table by table: for tests that say what must not have changed, or must not be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, Final, TypeVar

from django.db import connection

Outcome = TypeVar("Outcome")
WAIT_SECONDS: Final = 60


def names() -> list[str]:
    """All tables."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def contents() -> dict[str, Counter[str]]:
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = Counter(repr(tuple(map(_plain, row))) for row in cursor.fetchall())
    return found


def cells() -> Iterator[tuple[str, str, bytes]]:
    """Every value of every table: where it stands, and its bytes."""
    with connection.cursor() as cursor:
        for table in names():
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    plain = _plain(value)
                    yield table, column, plain if isinstance(plain, bytes) else str(plain).encode()


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytes | memoryview) else value


@contextmanager
def failing(table: str, verb: str = "INSERT") -> Iterator[None]:
    """While this lasts, the database itself fails when a row of ``table`` is inserted (or updated)."""
    name = f"fault_{table}_{verb.lower()}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
                cursor.execute(f"DROP FUNCTION {name}()")
            else:
                cursor.execute(f"DROP TRIGGER {name}")


def at_once(tasks: Sequence[Callable[[], Outcome]]) -> list[Outcome | Exception]:
    """What comes of the tasks, each in a thread and with a connection of its own, all starting at the same moment."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Outcome]) -> Outcome | Exception:
        try:
            connection.ensure_connection()
            start.wait(WAIT_SECONDS)
            return task()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return [waiting.result(WAIT_SECONDS) for waiting in [threads.submit(run, task) for task in tasks]]
