"""What must be in place before pages can be served: the tables, and the files that browsers fetch."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from huiyin.audit import adoption
from huiyin.rule_store.activation import adopt
from huiyin.site import private

STAMP = "collected"


def prepare() -> list[str]:
    """Brings an installation up to this version; does nothing, in well under a second, when it is.

    Returns:
        What was done, in English, a line each.
    """
    done = []
    private.close_below(settings.HUIYIN_HOME)
    if migrate():
        done.append("database brought up to date")
    adopted = adopt(timezone.now())
    if adopted:
        done.append(f"rulebook fixed for {', '.join(adopted)}")
    if adoption.adopt(timezone.now()):
        done.append("what was there already adopted into the log of administrative events")
    if not settings.DEBUG and collect_static_files():
        done.append("static files collected")
    return done


def migrate() -> bool:
    """Applies migrations that are missing; returns whether there were any."""
    if "huiyin_cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def collect_static_files() -> bool:
    """Copies and compresses static files if any changed since the last time; returns whether it did."""
    stamp, current = Path(settings.STATIC_ROOT) / STAMP, _fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(current)
    return True


def _fingerprint() -> str:
    """A digest of the name, size and time of every static file: reading them all would take longer than the start."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()
