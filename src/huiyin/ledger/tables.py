"""All tables at once, as the models have them: for a database that has no past to be brought up to date."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from huiyin.ledger import guard

SILENT: Final = 0


def create(editor: BaseDatabaseSchemaEditor) -> None:
    """Make every table of every application, and the triggers of the ledger, in an empty database."""
    for model in apps.get_models():
        if model._meta.can_migrate(editor.connection):
            editor.create_model(model)
    guard.install(editor.connection)


def lay_out(connection: BaseDatabaseWrapper) -> None:
    """Leave an empty database as all migrations would leave it, or empty: a tenth of their work, since they tell a long story.

    tests/ledger/test_tables.py compares what both leave behind.
    """
    with connection.schema_editor(atomic=True) as editor:
        create(editor)
        note_migrations(connection)
    emit_post_migrate_signal(SILENT, interactive=False, db=connection.alias)


def note_migrations(connection: BaseDatabaseWrapper) -> None:
    """Note all migrations as applied in a database whose tables are those of the models."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in known)
