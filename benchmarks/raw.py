"""The same SQL without us: the statements of one registration, captured, then replayed by the driver in a plain loop.

python -m benchmarks.raw        reads an order as JSON from standard input, writes what it counted as JSON

What the database takes for these statements nobody can go below; how near we come to it is the figure.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

from benchmarks.scene import PETITION

WARM_UPS: Final = 12  # more than a plan of PostgreSQL needs to become a generic one
LONGEST_UNIQUE: Final = 64  # characters; numbers, receipts, keys and hashes are not longer, texts that may repeat are


@dataclass(frozen=True)
class Statement:
    """A statement as our code sent it; ``together`` when it belongs to the transaction."""

    sql: str
    values: tuple[Any, ...]
    together: bool


@dataclass(frozen=True)
class Order:
    """How long (seconds) and with how many threads to replay, over how many processes."""

    seconds: float
    threads: int
    processes: int


_places = count(secrets.randbelow(2**30))
Play = Callable[[Sequence[tuple[Statement, list[Any]]]], None]


def register() -> list[Statement]:
    """What one registration through POST /submissions sends to the database."""
    from django.db import connection
    from django.test import Client

    sent: list[Statement] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("BEGIN"):  # Django's own on SQLite; where a transaction begins is seen from the rest
            sent.append(Statement(sql, tuple(params or ()), connection.in_atomic_block))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        answer = Client(headers={"host": "127.0.0.1"}).post(
            "/api/v1/submissions", PETITION, "application/json", headers={"Idempotency-Key": str(uuid4())}
        )
    if answer.status_code != 201:
        raise RuntimeError(f"registration for the replay: {answer.status_code} {answer.content[:300]!r}")
    return sent


def places_to_renew(first: Sequence[Statement], second: Sequence[Statement]) -> list[list[int]]:
    """For each statement the values that differ between two registrations and must be unique: ids, keys, numbers."""
    found = []
    for one, other in zip(first, second, strict=True):
        pairs = enumerate(zip(one.values, other.values, strict=True))
        found.append([place for place, (a, b) in pairs if a != b and _is_name(a)])
    return found


def _is_name(value: Any) -> bool:
    return isinstance(value, UUID | int) or (isinstance(value, str) and len(value) <= LONGEST_UNIQUE)


def renewed(statements: Sequence[Statement], places: Sequence[Sequence[int]]) -> list[tuple[Statement, list[Any]]]:
    """The statements with fresh ids: equal values stay equal to each other."""
    fresh: dict[Any, Any] = {}
    script = []
    for statement, renew in zip(statements, places, strict=True):
        values = list(statement.values)
        for place in renew:
            old = values[place]
            if old not in fresh:
                fresh[old] = _fresh(old)
            values[place] = fresh[old]
        script.append((statement, values))
    return script


def _fresh(old: UUID | int | str) -> UUID | int | str:
    """Another value like ``old``; the places of a series go on counting from where no other process counts."""
    if isinstance(old, UUID):
        return uuid4()
    return next(_places) if isinstance(old, int) else (uuid4().hex + uuid4().hex)[: len(old)]


def player() -> Play:
    """A connection of the calling thread's own, opened as the server opens its connections."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return _on_sqlite(str(connection.settings_dict["NAME"]))
    return _on_postgresql(connection.get_connection_params())


def _on_sqlite(path: str) -> Play:
    from huiyin.site.environment import SQLITE_BUSY_TIMEOUT_SECONDS, SQLITE_PRAGMAS

    database = sqlite3.connect(path, timeout=SQLITE_BUSY_TIMEOUT_SECONDS, isolation_level=None)
    database.executescript(SQLITE_PRAGMAS + "PRAGMA foreign_keys=ON;")

    def play(script: Sequence[tuple[Statement, list[Any]]]) -> None:
        inside = False
        for statement, values in script:
            if statement.together and not inside:
                database.execute("BEGIN IMMEDIATE")
            elif inside and not statement.together:
                database.execute("COMMIT")
            inside = statement.together
            database.execute(statement.sql.replace("%s", "?"), values).fetchall()
        if inside:
            database.execute("COMMIT")

    return play


def _on_postgresql(parameters: dict[str, Any]) -> Play:
    import psycopg

    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    database = psycopg.connect(**parameters, autocommit=True)

    def run(statement: Statement, values: list[Any]) -> None:
        kind = psycopg.Cursor if "%s" in statement.sql else psycopg.RawCursor
        cursor = kind(database).execute(statement.sql, values)
        if cursor.description:
            cursor.fetchall()

    def play(script: Sequence[tuple[Statement, list[Any]]]) -> None:
        inside = False
        for statement, values in script:
            if statement.together and not inside:
                database.execute("BEGIN")
            elif inside and not statement.together:
                database.execute("COMMIT")
            inside = statement.together
            run(statement, values)
        if inside:
            database.execute("COMMIT")

    return play


def replay(order: Order) -> dict[str, Any]:
    """Replays registrations in ``order.threads`` threads of this process."""
    for _ in range(WARM_UPS):
        register()
    first, second = register(), register()
    places = places_to_renew(first, second)
    counts = [0] * order.threads
    failures: list[str] = []
    begin = time.monotonic() + 1
    end = begin + order.seconds

    def work(index: int) -> None:
        try:
            play = player()
            while time.monotonic() < end:
                play(renewed(second, places))
                counts[index] += begin <= time.monotonic() < end
        except Exception as error:
            failures.append(f"{type(error).__name__}: {error}"[:500])

    threads = [threading.Thread(target=work, args=(index,)) for index in range(order.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return {"per_s": sum(counts) / order.seconds, "statements": len(second), "shapes": [s.sql[:60] for s in second]}


def replay_in_processes(order: Order, environment: dict[str, str]) -> dict[str, Any]:
    """Replays in as many processes as the server has, so that neither side has more interpreters than the other."""
    share = Order(order.seconds, max(1, order.threads // order.processes), 1)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.raw"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(order.processes)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(share)))
        process.stdin.close()
    counted = []
    for process in running:
        assert process.stdout is not None
        counted.append(json.loads(process.stdout.read()))
        if process.wait() != 0:
            raise RuntimeError("the replay failed; see above")
    return {"per_s": round(sum(one["per_s"] for one in counted), 1), "statements": counted[0]["statements"]}


def main() -> int:
    """Carries out the order on standard input."""
    import logging

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    django.setup()
    logging.disable(logging.INFO)
    print(json.dumps(replay(Order(**json.load(sys.stdin)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
