"""Whoever reads a backup, or a database that was moved, is signed in as nobody."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.backup.conftest import done, use
from tests.installation import Installation, fresh_database

pytestmark = pytest.mark.slow

MANY = 300
"""Fill pages of their own."""


def asked(installation: Installation, statement: str, rows: Sequence[Sequence[object]] = ()) -> list[tuple[Any, ...]]:
    """Reads the database, or writes ``rows``."""
    if installation.database_url:
        with psycopg.connect(installation.database_url, autocommit=True) as server:
            if not rows:
                return server.execute(statement.encode()).fetchall()
            server.cursor().executemany(statement.encode(), rows)
            return []
    with closing(sqlite3.connect(installation.home / "huiyin.sqlite3", isolation_level=None)) as file:
        if not rows:
            return file.execute(statement).fetchall()
        file.execute("PRAGMA secure_delete=OFF")  # as SQLite is by itself; some distributions build it otherwise
        file.executemany(statement.replace("%s", "?"), rows)
        return []


def keys(installation: Installation) -> list[str]:
    return [key for (key,) in asked(installation, "SELECT session_key FROM django_session")]


@pytest.fixture
def signed_in(bureau: Installation) -> Installation:
    """Somebody is signed in; many others are, and many were until their sessions were cleared away."""
    use(bureau, "look")
    expires = "2099-01-01 00:00:00+00:00"
    add = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)"
    rows = [(f"secret-session-{number:017}", "x" * 5000, expires) for number in range(MANY)]
    asked(bureau, add, rows)
    asked(bureau, "DELETE FROM django_session WHERE session_key = %s", [[key] for key, *_ in rows[: MANY // 2]])
    return bureau


def database_in(file: Path) -> bytes:
    """The database as it was packed."""
    with zipfile.ZipFile(file) as content:
        (name,) = {"huiyin.sqlite3", "postgresql.dump"} & {*content.namelist()}
        return content.read(name)


def test_no_session_is_in_a_backup_not_even_where_one_was(
    signed_in: Installation, nowhere: Installation, tmp_path: Path
) -> None:
    before, files = keys(signed_in), use(signed_in, "look")
    assert len(before) > MANY // 2
    done(signed_in.run("backup", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "ring"), "--json"))
    content = database_in(tmp_path / "b.zip")
    assert [key for key in [*before, "secret-session"] if key.encode() in content] == []
    assert {*before} <= {*keys(signed_in)}  # nobody was signed out by it
    done(nowhere.run("restore", str(tmp_path / "b.zip"), "--keys", str(tmp_path / "ring"), "--json"))
    assert keys(nowhere) == []
    assert use(nowhere, "look") == files  # by signing in anew


def test_no_session_is_moved(signed_in: Installation, tmp_path: Path) -> None:
    to, there = f"sqlite:///{tmp_path}/huiyin.sqlite3", Installation(tmp_path)
    told = done(signed_in.run("db", "move", "--to", to, "--json"))
    assert "django_session" not in told["tables"] and told["tables"]["people_account"] > 0
    assert keys(there) == []
    assert b"secret-session" not in (tmp_path / "huiyin.sqlite3").read_bytes()
    assert len(keys(signed_in)) > MANY // 2


@pytest.mark.rarely_on_postgresql
@pytest.mark.postgresql
def test_no_session_is_moved_to_a_server(signed_in: Installation) -> None:
    url = fresh_database(os.environ["DATABASE_URL"])
    done(signed_in.run("db", "move", "--to", url, "--json"))
    assert keys(Installation(signed_in.home, url)) == []
