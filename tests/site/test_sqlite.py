"""Writers of one process take turns on SQLite."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
