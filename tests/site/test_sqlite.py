"""Writers of one process take turns on SQLite."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ConnectionHandler, IntegrityError, OperationalError

from huiyin.site import environment

THREADS, ROUNDS = 8, 25


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: Any) -> Iterator[Callable[[], Any]]:
    """A function that opens one more connection to a database of its own, with a table `entry`; it waits so many seconds for its turn."""
    settings = environment.database(f"sqlite:///{tmp_path}/turns.sqlite3")
    opened = []

    def another(timeout: float = 60) -> Any:
        made = ConnectionHandler({"default": settings | {"OPTIONS": settings["OPTIONS"] | {"timeout": timeout}}})[
            "default"
        ]
        made.inc_thread_sharing()
        opened.append(made)
        return made

    django_db_blocker.unblock()
    first = another()
    with first.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE entry (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES entry DEFERRABLE INITIALLY DEFERRED)"
        )
    yield another
    for each in opened:
        each.close()
    django_db_blocker.restore()


def begin(wrapper: Any) -> None:
    """Opens a transaction as `atomic` does."""
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(wrapper: Any, how: str) -> None:
    """Ends it: "commit", "rollback" or "close"."""
    getattr(wrapper, how)()
    if how != "close":
        wrapper.set_autocommit(True)


def test_no_write_of_many_threads_is_lost_or_refused(connect: Callable[[], Any]) -> None:
    refused: list[Exception] = []

    def write(wrapper: Any) -> None:
        try:
            for _ in range(ROUNDS):
                begin(wrapper)
                wrapper.cursor().execute("INSERT INTO entry DEFAULT VALUES")
                end(wrapper, "commit")
        except Exception as error:
            refused.append(error)

    threads = [threading.Thread(target=write, args=(connect(),)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    with connect().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM entry")
        assert cursor.fetchone() == (THREADS * ROUNDS,)


@pytest.mark.parametrize("how", ["commit", "rollback", "close"])
def test_the_next_may_write_when_a_transaction_ended(connect: Callable[[], Any], how: str) -> None:
    one, two = connect(), connect()
    begin(one)
    end(one, how)
    begin(two)
    end(two, "commit")


def test_who_waits_too_long_is_told_that_the_database_is_locked(connect: Callable[..., Any]) -> None:
    one, two = connect(), connect(0.2)
    begin(one)
    with pytest.raises(OperationalError, match="locked"):
        begin(two)
    end(one, "rollback")


def test_the_turn_passes_on_when_a_commit_is_refused(connect: Callable[[], Any]) -> None:
    one, two = connect(), connect()
    begin(one)
    one.cursor().execute("INSERT INTO entry (parent) VALUES (999)")
    with pytest.raises(IntegrityError):
        one.commit()
    end(one, "rollback")
    begin(two)
    end(two, "commit")


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_within_a_transaction_needs_no_second_turn() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite")
    with transaction.atomic(), transaction.atomic():
        assert connection.in_atomic_block


@pytest.mark.parametrize(
    "written",
    [
        *("2026-03-02 04:00:00", "2026-03-02 04:00:00.5", "2026-03-02 04:00:00.123456", "2026-03-02 04:00:00+08:00"),
        *("2026-03-02T04:00:00", "2026-3-2 4:00", None),
    ],
)
def test_moments_are_read_as_django_reads_them(written: str | None) -> None:
    operations = connection.ops if connection.vendor == "sqlite" else pytest.skip("of SQLite alone")
    django = super(type(operations), operations)
    expected = django.convert_datetimefield_value(written, None, connection)  # type: ignore[misc]
    found = operations.convert_datetimefield_value(written, None, connection)  # type: ignore[attr-defined]
    assert (found, getattr(found, "tzinfo", None)) == (expected, getattr(expected, "tzinfo", None))


def test_ids_are_read_as_django_reads_them() -> None:
    operations = connection.ops if connection.vendor == "sqlite" else pytest.skip("of SQLite alone")
    id = uuid4()
    for written in (id.hex, id.hex.upper(), str(id), f"urn:uuid:{id}", f"{{{id}}}", None):
        found = operations.convert_uuidfield_value(written, None, connection)  # type: ignore[attr-defined]
        assert found == (written and id)
        assert (repr(found), hash(found), pickle.dumps(found)) == (
            *(repr(written and id), hash(written and id), pickle.dumps(written and id)),
        )
    for wrong in ("", "-" + id.hex[1:], "g" * 32, id.hex + "0", id.hex[1:]):
        with pytest.raises(ValueError, match=r"hexadecimal|invalid literal"):
            operations.convert_uuidfield_value(wrong, None, connection)  # type: ignore[attr-defined]
