"""A database laid out at once is the one that all migrations would have made, whichever database keeps it."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from huiyin.site.installed import INSTALLED_APPS
from tests.installation import Installation, fresh_database

ROWS: Final = (
    "SELECT app, name FROM django_migrations",
    "SELECT app_label, model FROM django_content_type",
    "SELECT codename, name FROM auth_permission",
)
ON_SQLITE: Final = (
    "SELECT tbl_name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL",
    "SELECT name, sql FROM sqlite_master WHERE type = 'table'",
)
ON_POSTGRESQL: Final = (
    "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default,"
    " identity_generation, collation_name) FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)
NARROWER: Final = {("auth_group_permissions.id", f"{kind} NO BY DEFAULT") for kind in ("integer", "bigint")}
"""Migrations widen the key of a table of Django's own that has no rows, since they do not know the settings of its application."""


@pytest.mark.slow
def test_an_installation_starts_as_all_migrations_would_have_left_it(prepared: Installation, tmp_path: Path) -> None:
    url = fresh_database(prepared.database_url) if prepared.database_url else None
    migrated = Installation(tmp_path, url)
    for command in ("createcachetable", "migrate"):
        program = [sys.executable, "-m", "django", command, "--verbosity", "0", "--settings", "huiyin.site.settings"]
        subprocess.run(program, env=migrated.environment(), check=True)
    laid_out, brought_up = described(prepared) - NARROWER, described(migrated) - NARROWER
    assert laid_out - brought_up == set()
    assert brought_up - laid_out == set()
    assert len(laid_out) > 50 * len(INSTALLED_APPS)


def described(installation: Installation) -> set[tuple[str, str]]:
    """Everything that its database consists of, and the rows that migrations leave."""
    if installation.database_url:
        with psycopg.connect(installation.database_url) as connection:
            return {
                (str(of), unnamed(str(text)))
                for query in (*ON_POSTGRESQL, *ROWS)
                for of, text in connection.execute(query)  # type: ignore[call-overload]
            }
    connection = sqlite3.connect(installation.home / "huiyin.sqlite3")
    try:
        others, made = ([*connection.execute(query)] for query in ON_SQLITE)
        rows = [row for query in ROWS for row in connection.execute(query)]
    finally:
        connection.close()
    return {*((of, unnamed(text)) for of, text in (*others, *rows)), *parts_of(made)}


def parts_of(made: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The columns and conditions of tables, in whatever order they stand: columns that came later stand last."""
    for name, text in made:
        inside = text.partition("(")[2].rpartition(")")[0]
        for part in re.split(r",(?![^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\))", inside):
            yield name, part.strip()


def unnamed(text: str) -> str:
    """Without the names of indexes that Django makes up from those of their columns at the time."""
    return re.sub(r'INDEX "?\w+"? ON', "INDEX ON", text)
