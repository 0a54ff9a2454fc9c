"""An installation moves from SQLite to PostgreSQL and back: every row with its id and bytes, or nothing at all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from huiyin.backup import moving, postgresql
from huiyin.casework.models import Attachment, Case, Duty
from huiyin.people.models import Organisation
from huiyin.site import environment, running
from tests.backup.conftest import FILES, done, use
from tests.conftest import HOME
from tests.installation import Installation, fresh_database

pytestmark = pytest.mark.slow

SERIAL = """
    SELECT table_name, column_name, pg_get_serial_sequence(table_name, column_name) FROM information_schema.columns
    WHERE table_schema = 'public' AND pg_get_serial_sequence(table_name, column_name) IS NOT NULL
"""


@pytest.fixture
def server() -> str:
    """The address of an empty database."""
    return fresh_database(os.environ["DATABASE_URL"])


@pytest.fixture(scope="module")
def on_sqlite(lived_in: Installation) -> Installation:
    """The installation on SQLite, whatever database this run is on, to be copied."""
    if lived_in.database_url is None:
        return lived_in
    made = lived_in.copy(HOME / uuid4().hex)
    done(made.run("db", "move", "--to", f"sqlite:///{made.home}/huiyin.sqlite3", "--json"))
    return Installation(made.home)


@pytest.fixture
def small(on_sqlite: Installation) -> Iterator[Installation]:
    """A copy of it, to do with as one likes."""
    made = on_sqlite.copy(HOME / uuid4().hex)
    yield made
    shutil.rmtree(made.home, ignore_errors=True)


def relations(url: str) -> list[str]:
    return postgresql.relations(postgresql.server(environment.database(url)))


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but Django's own cache; JSON as what it says."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted((tuple(map(parsed, row)) for row in connection.execute(f'SELECT * FROM "{table}"')), key=repr)
            for table in tables
            if table not in ("huiyin_cache", "sqlite_sequence")
        }


def parsed(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.dumps(json.loads(value), sort_keys=True)
    return value


@pytest.mark.postgresql
def test_there_and_back_again_every_row_is_as_it_was_and_the_moved_ledger_goes_on(
    small: Installation, server: str, tmp_path: Path
) -> None:
    files = use(small, "look")
    before = content(small.home / "huiyin.sqlite3")
    there = done(small.run("db", "move", "--to", server, "--json"))
    assert there["tables"]["casework_attachment"] == FILES
    assert there["tables"]["ledger_event"] == there["events"] == len(before["ledger_event"])
    assert content(small.home / "huiyin.sqlite3") == before  # the source is as it was
    moved = Installation(small.home, server)
    assert use(moved, "look") == files
    back = tmp_path / "back.sqlite3"
    outcome = moved.run("db", "move", "--to", f"sqlite:///{back}")
    assert outcome.returncode == 0, outcome.stderr
    assert f"now set DATABASE_URL=sqlite:///{back}" in outcome.stdout
    after, gone = content(back), "django_session"  # somebody signed in there meanwhile
    changed = {table for table in before.keys() | after.keys() if before.get(table) != after.get(table)}
    assert changed <= {gone, "people_account", "people_accessrecord", "account_emailaddress"}, changed

    with psycopg.connect(server, autocommit=True) as connection:
        for statement in ("UPDATE ledger_event SET body = ''", "DELETE FROM ledger_event", "TRUNCATE ledger_event"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(statement.encode())
    assert len(use(moved, "hand-in", "2")) == 2
    # Where a number is counted by the database, it goes on after the highest.
    assert use(moved, "work") > 0
    assert moved.run("ledger", "verify").returncode == 0


@pytest.mark.postgresql
def test_a_target_that_holds_anything_is_refused(small: Installation, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    outcome = small.run("db", "move", "--to", server)
    assert (outcome.returncode, "mine is there" in outcome.stderr) == (1, True)
    assert relations(server) == ["mine"]


@pytest.mark.postgresql
def test_a_copy_that_fails_leaves_the_target_empty(small: Installation, server: str) -> None:
    with closing(sqlite3.connect(small.home / "huiyin.sqlite3", isolation_level=None)) as connection:
        connection.execute(
            "UPDATE people_unit SET name = 'a' || char(0) || 'b' WHERE rowid = 1"
        )  # PostgreSQL takes none
    outcome = small.run("db", "move", "--to", server)
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1), outcome.stderr
    assert "the target does not take what the source holds" in outcome.stderr
    assert relations(server) == []


@pytest.mark.postgresql
def test_a_copy_that_does_not_verify_is_taken_away_again(small: Installation, server: str) -> None:
    with closing(sqlite3.connect(small.home / "huiyin.sqlite3", isolation_level=None)) as connection:
        connection.execute("UPDATE casework_case SET stage = 'closed'")
    outcome = small.run("db", "move", "--to", server)
    assert (outcome.returncode, "verifying the copy finds" in outcome.stderr) == (1, True)
    assert relations(server) == []


@pytest.mark.postgresql
def test_nobody_else_may_be_connected_to_the_source(bureau: Installation, tmp_path: Path) -> None:
    assert bureau.database_url is not None
    with psycopg.connect(bureau.database_url, application_name="a worker elsewhere"):
        outcome = bureau.run("db", "move", "--to", f"sqlite:///{tmp_path}/new.sqlite3")
    assert (outcome.returncode, "a worker elsewhere" in outcome.stderr, "stop" in outcome.stderr) == (1, True, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.any_database
def test_no_service_starts_while_something_is_moved(tmp_path: Path) -> None:
    with running.alone(tmp_path), pytest.raises(running.ServiceRunning, match="is being moved"):
        running.hold(tmp_path)
    with running.alone(tmp_path):
        pass


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "no known kind of database"),
        ("sqlite://", "names no file"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "does not answer"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_the_password(
    lived_in: Installation, url: str, said: str
) -> None:
    outcome = lived_in.run("db", "move", "--to", url)
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert said in outcome.stderr and "secret" not in outcome.stderr


@pytest.mark.rarely_on_postgresql
def test_a_file_that_is_there_is_refused(lived_in: Installation, tmp_path: Path) -> None:
    there = tmp_path / "there.sqlite3"
    there.write_bytes(b"mine")
    outcome = lived_in.run("db", "move", "--to", f"sqlite:///{there}")
    assert (outcome.returncode, "already" in outcome.stderr, there.read_bytes()) == (1, True, b"mine")


def test_every_table_is_copied_after_those_that_it_refers_to() -> None:
    ordered = moving.in_order()
    assert len(ordered) == len(set(ordered)) > 50
    for earlier, later in ((Organisation, Case), (Case, Duty), (Case, Attachment)):
        assert ordered.index(earlier) < ordered.index(later)


def test_a_password_is_told_to_programs_by_the_environment_alone() -> None:
    entry = environment.database("postgresql://me:se%3Acret@db.example.cn:5433/huiyin?sslmode=require")
    server = postgresql.server(entry)
    told = server.environment()
    assert {name: told[name] for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE")} == {
        "PGHOST": "db.example.cn",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "se:cret",
        "PGDATABASE": "huiyin",
        "PGSSLMODE": "require",
    }
    assert not any("cret" in part for part in (*postgresql.DUMP, *postgresql.LOAD)) and "cret" not in repr(server)
    assert postgresql.server(environment.database(server.url)) == server
