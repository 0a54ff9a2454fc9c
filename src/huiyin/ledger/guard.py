"""The database's own refusal to change or delete what the ledger holds."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "ledger_event"
MESSAGE = f"{TABLE} is append-only"

_ABORT = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
SQLITE = {
    f"{TABLE}_no_update": f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {_ABORT}",
    f"{TABLE}_no_delete": f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {_ABORT}",
    # INSERT OR REPLACE takes the old row away without asking the trigger on DELETE.
    f"{TABLE}_no_replace": (
        f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} "  # noqa: S608
        f"WHERE (case_id = NEW.case_id AND seq = NEW.seq) OR rowid = NEW.rowid) {_ABORT}"
    ),
}
POSTGRES = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
)


def install(connection: BaseDatabaseWrapper) -> None:
    """From now on UPDATE, DELETE and TRUNCATE of the ledger fail."""
    statements = POSTGRES if connection.vendor == "postgresql" else tuple(SQLITE.values())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Lift the refusal: only for taking the table away, and for tests that must empty their database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("change", "truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_{name} ON {TABLE}")
        else:
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def migrate_forward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's step forward."""
    install(editor.connection)


def migrate_backward(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's step backward."""
    remove(editor.connection)
