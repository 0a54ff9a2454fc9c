"""Copying an installation's database into another, of another kind too, so that every row is there with its id and its bytes.

The target's tables are those of this version, with their triggers. Values are read and written as Django knows them, since the
two engines keep a moment, an id or JSON in different forms.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from itertools import islice
from typing import Any, Final

import psycopg
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from huiyin.audit.finding import one_moment
from huiyin.audit.readable import columns_of
from huiyin.audit.shape import tables
from huiyin.backup.contents import LEFT_OUT
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger.tables import lay_out

TARGET: Final = "target"
ROWS_AT_ONCE: Final = 1000
_SUM: Final = 1 << 256

RawRow = tuple[Any, ...]


class MoveFailed(HuiyinError):
    """Raised when a database could not be copied; the source is as it was, and the target is empty again."""

    to_do = gettext_noop("系统仍用原来的数据库；请先解决，再试一次")


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table that was copied, with how many rows."""

    name: str
    rows: int


def make_tables(target: Mapping[str, Any]) -> None:
    """Lay the tables out in the empty database of another entry of DATABASES.

    Raises:
        MoveFailed: if it does not let them be made.
    """
    named = connections.configure_settings({DEFAULT_DB_ALIAS: {}, TARGET: dict(target)})
    connections.settings[TARGET] = named[TARGET]
    try:
        call_command("createcachetable", database=TARGET, verbosity=0)
        lay_out(connections[TARGET])
    except (DatabaseError, CommandError) as error:
        why = (str(error).strip().splitlines() or ["it says nothing"])[-1]
        raise MoveFailed(
            _("目标数据库中不能建表：%(why)s") % {"why": why},
            _("请检查地址，并确认其用户拥有该数据库、可以在其中建表"),
        ) from None


def verify(url: str) -> Mapping[str, Any]:
    """What `huiyin ledger verify --json` says of the database at ``url``, in a process of its own; its progress is shown."""
    program = [sys.executable, "-m", "huiyin.cli", "ledger", "verify", "--json"]
    outcome = subprocess.run(program, env=_environment(url), stdout=subprocess.PIPE, text=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(outcome.stdout)
    except ValueError:
        raise MoveFailed(_("副本核对不成")) from None
    return report


def _environment(url: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": url}


def copy(watched: Callable[[Sequence[Any]], Iterable[Any]] = iter) -> list[CopiedTable]:
    """Copy every table but that of sessions into the database for which ``make_tables`` made them; all of it or nothing.

    Args:
        watched: passes the tables on as they are copied.

    Raises:
        MoveFailed: if a row cannot be written there, or does not come out as it went in.
    """
    models = in_order()
    taken = [model for model in models if model._meta.db_table != LEFT_OUT]
    try:
        # The source is held as a writer would hold it (SQLite) or read as of one moment (PostgreSQL).
        with one_moment(), transaction.atomic(TARGET):
            for model in reversed(models):
                _clear(model)
            done = [_copied(model) for model in watched(taken)]
            _reset_sequences(models)
        return done
    except (DatabaseError, psycopg.Error) as error:  # COPY passes Django by
        raise MoveFailed(_("目标数据库装不下来源的内容（%(kind)s）") % {"kind": type(error).__name__}) from None
    finally:
        connections[TARGET].close()


def in_order() -> list[type[models.Model]]:
    """Every table that migrations make, those first to which others have foreign keys.

    Where tables refer to each other in a circle the order does not matter: foreign keys are looked at when the transaction ends.
    """
    waiting = {
        model: {
            field.related_model
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model is not model
        }
        for model in sorted(tables(), key=lambda model: model._meta.db_table)
    }
    while True:
        try:
            ordered = list(TopologicalSorter(waiting).static_order())
        except CycleError as circle:
            first, second = circle.args[1][:2]
            waiting[second].discard(first)
        else:
            return [model for model in ordered if model in waiting]


def _rows(model: type[models.Model], alias: str) -> Iterator[RawRow]:
    names = [field.attname for field in columns_of(model)]
    return iter(model._base_manager.using(alias).order_by().values_list(*names).iterator(chunk_size=ROWS_AT_ONCE))


def _clear(model: type[models.Model]) -> None:
    """Takes away what migrations put in: the source brings its own. A table that is empty is left alone, by its triggers too."""
    if model._base_manager.using(TARGET).exists():
        connection = connections[TARGET]
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def _copied(model: type[models.Model]) -> CopiedTable:
    """One table copied, read again and compared."""
    read = _Tally()
    _write(connections[TARGET], model, read.passing(_rows(model, DEFAULT_DB_ALIAS)))
    written = _Tally()
    for _row in written.passing(_rows(model, TARGET)):
        pass
    if read != written:
        raise MoveFailed(
            _("%(table)s：写入 %(rows)s 行，读出 %(read)s 行，或者与写入的不同")
            % {"table": model._meta.db_table, "rows": read.rows, "read": written.rows}
        )
    return CopiedTable(model._meta.db_table, read.rows)


@dataclass(slots=True)
class _Tally:
    """Counts rows and sums their hashes up: the same for the same rows in any order."""

    rows: int = 0
    digest: int = 0

    def passing(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        for row in rows:
            text = json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=False, default=str)
            self.rows += 1
            self.digest = (self.digest + int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest())) % _SUM
            yield row


def _plain(value: object) -> object:
    """A value in the form in which both engines give it."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def _write(connection: BaseDatabaseWrapper, model: type[models.Model], rows: Iterator[RawRow]) -> None:
    fields = columns_of(model)
    name = connection.ops.quote_name
    table, columns = name(model._meta.db_table), ", ".join(name(str(field.column)) for field in fields)
    prepared = (
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)] for row in rows
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as target:
                for row in prepared:
                    target.write_row(row)
            return
        statement = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
        while batch := list(islice(prepared, ROWS_AT_ONCE)):
            cursor.executemany(statement, batch)


def _reset_sequences(models: Sequence[type[models.Model]]) -> None:
    """Numbers go on after the highest that is there."""
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
