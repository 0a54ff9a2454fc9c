"""The database's own refusal to change or delete what the ledger holds, and whether it is still in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from huiyin.language import gettext as _

TABLE = "ledger_event"
HEADS = "ledger_loghead"
_KEYS: Final = {TABLE: "case_id = NEW.case_id AND seq = NEW.seq", HEADS: "size = NEW.size"}
TABLES: Final = tuple(_KEYS)


def _message(table: str) -> str:
    return f"{table} is append-only"


def _sqlite(table: str) -> Mapping[str, str]:
    """The triggers of a table by name. Their text is what v0.1.0 installed."""
    abort = f"BEGIN SELECT RAISE(ABORT, '{_message(table)}'); END"
    return {
        f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {abort}",
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {abort}",
        # INSERT OR REPLACE takes the old row away without asking the trigger on DELETE.
        f"{table}_no_replace": (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} "  # noqa: S608
            f"WHERE ({_KEYS[table]}) OR rowid = NEW.rowid) {abort}"
        ),
    }


def _body(table: str) -> str:
    return f" BEGIN RAISE EXCEPTION '{_message(table)}'; END "


def _postgresql(table: str) -> Mapping[str, str]:
    """The triggers of a table by name, as PostgreSQL itself writes them down."""
    runs = f"EXECUTE FUNCTION {table}_refuse()"
    return {
        f"{table}_no_change": (
            f"CREATE TRIGGER {table}_no_change BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW {runs}"
        ),
        f"{table}_no_truncate": (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {runs}"
        ),
    }


def install(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """From now on UPDATE, DELETE and TRUNCATE of these tables fail."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_body(table)}$$"
                )
            for statement in _triggers(connection, table).values():
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """Lift the refusal: only for taking the tables away, and for tests that must empty their database."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in _triggers(connection, table):
                of = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{of}")


def names(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Every trigger that there should be: its table, and its name."""
    return [(table, name) for table in TABLES for name in _triggers(connection, table)]


def flaws(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str]]:
    """Triggers that are missing, switched off, or do something else than they should: which, and what of it."""
    for table in TABLES:
        found = _found_on_postgresql(connection, table) if connection.vendor == "postgresql" else _found(connection)
        for name, statement in _triggers(connection, table).items():
            if name not in found:
                yield f"trigger {name}", _("它已缺失")
            elif found[name] != statement:
                yield f"trigger {name}", _("它被改过，或者已停用")


def _triggers(connection: BaseDatabaseWrapper, table: str) -> Mapping[str, str]:
    return _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table)


def _found(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _found_on_postgresql(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """The triggers of a table that are in force; those whose function was changed say so by another text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc, t.tgenabled FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal",
            [table],
        )
        return {
            name: text if source == _body(table) and enabled in ("O", "A") else ""
            for name, text, source, enabled in cursor.fetchall()
        }


def migrate_forward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The step forward of the first migration."""
    install(editor.connection, [TABLE])


def migrate_backward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The step backward of the first migration."""
    remove(editor.connection, [TABLE])


def guard_heads(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The migration that links heads: they too are only ever added."""
    install(editor.connection, [HEADS])


def unguard_heads(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Its step backward."""
    remove(editor.connection, [HEADS])
