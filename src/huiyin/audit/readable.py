"""Rows that cannot be read, since a column holds something that we never write there: told one by one, and left out of all other checks.

SQLite keeps a value of any type in any column. One such row would stop every query that reads its table, and so hide whatever else
was changed. PostgreSQL has types: there everything can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, models
from django.db.backends.base.operations import BaseDatabaseOperations

from huiyin.audit.finding import Discrepancy
from huiyin.audit.shape import tables
from huiyin.language import gettext as _

_HEX: Final = "typeof({c}) = 'text' AND length({c}) = 32 AND {c} NOT GLOB '*[^0-9a-f]*'"
# SQLite takes 31 February and 24 o'clock; there is no year 0 in Python.
_DAY: Final = "typeof({c}) = 'text' AND date(substr({c}, 1, 10)) IS substr({c}, 1, 10) AND {c} > '0001'"
_MOMENT: Final = (
    f"{_DAY} AND substr({{c}}, 11, 1) = ' ' AND time(substr({{c}}, 12, 8)) IS substr({{c}}, 12, 8) AND substr({{c}}, 12, 2) < '24' "
    "AND (length({c}) = 19 OR length({c}) BETWEEN 21 AND 26 AND {c} GLOB '*.[0-9]*' AND substr({c}, 21) NOT GLOB '*[^0-9]*')"
)
_TIME: Final = "typeof({c}) = 'text' AND length({c}) IN (5, 8) AND time({c}) IS substr({c} || ':00', 1, 8) AND substr({c}, 1, 2) < '24'"
_WORDS: Final = "typeof({c}) = 'text' AND is_utf8(CAST({c} AS BLOB))"
_FORMS: Final[tuple[tuple[type[models.Field[Any, Any]], str, str], ...]] = (
    (models.UUIDField, "an id", _HEX),
    (models.DateTimeField, "a moment", _MOMENT),
    (models.TimeField, "a time", _TIME),
    (models.DateField, "a date", f"{_DAY} AND length({{c}}) = 10"),
    (models.BooleanField, "yes or no", "typeof({c}) = 'integer' AND {c} IN (0, 1)"),
    (models.IntegerField, "a number", "typeof({c}) = 'integer'"),
    (models.JSONField, "JSON", f"{_WORDS} AND json_valid({{c}})"),
    (models.BinaryField, "bytes", "typeof({c}) = 'blob'"),
    (models.Field, "a text", _WORDS),
)


@contextmanager
def only_readable(among: Collection[str] | None = None) -> Iterator[list[Discrepancy]]:
    """Inside, queries of this connection see no row that cannot be read. Gives what is wrong with those that there are.

    Nothing is written to the database: a temporary view of this connection stands before each table that has such rows. ``among`` are
    these tables, where another process has looked (``hidden_tables``): all rows of all tables are read for it, once is enough.
    """
    if connection.vendor != "sqlite":
        yield []
        return
    findings: list[Discrepancy] = []
    hidden: list[str] = []
    there = set(connection.introspection.table_names())
    for model in (model for model in tables() if model._meta.db_table in there):  # what is missing, ``shape`` tells
        found = list(unreadable(model)) if among is None else []
        if found or model._meta.db_table in (among or ()):
            _run(f"CREATE TEMP VIEW {_table(model)} AS SELECT * FROM main.{_table(model)} WHERE {_readable(model)}")  # noqa: S608
            hidden.append(_table(model))
            findings += found
    try:
        yield findings
    finally:
        for table in hidden:
            _run(f"DROP VIEW temp.{table}")


def hidden_tables() -> frozenset[str]:
    """The tables of which ``only_readable``, inside of which it is asked, hides rows."""
    if connection.vendor != "sqlite":
        return frozenset()
    return frozenset(str(name) for (name,) in _run("SELECT name FROM temp.sqlite_master WHERE type = 'view'"))


def unreadable(model: type[models.Model]) -> Iterator[Discrepancy]:
    """The columns of a table that cannot be read, row by row (SQLite)."""
    tests = [f"{_is_form(field)[1]}, typeof({_name(field)})" for field in columns_of(model)]
    rows = _run(f"SELECT rowid, {', '.join(tests)} FROM main.{_table(model)} WHERE NOT ({_readable(model)})")  # noqa: S608
    for number, *results in rows:
        for field, is_read, found in zip(columns_of(model), results[::2], results[1::2], strict=True):
            if not is_read:
                where = f"{model._meta.db_table} row {number}"
                yield Discrepancy(
                    where, _("%(column)s 读不出来") % {"column": field.attname}, _is_form(field)[0], str(found)
                )


def _readable(model: type[models.Model]) -> str:
    return " AND ".join(_is_form(field)[1] for field in columns_of(model))


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table of its own."""
    return [field for field in model._meta.local_concrete_fields if field.column]


def _is_form(field: models.Field[Any, Any]) -> tuple[str, str]:
    """What should stand in a column, and the condition under which it can be read."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    what, test = next((what, test) for kind, what, test in _FORMS if isinstance(target, kind))
    if isinstance(target, models.IntegerField):
        # As PostgreSQL would have it: SQLite takes 64 bits in every column, and a number of that size would drive loops.
        least, most = BaseDatabaseOperations.integer_field_ranges[target.get_internal_type()]
        test += f" AND {{c}} BETWEEN {least} AND {most}"
    return what, f"({_name(field)} IS NULL OR {test.format(c=_name(field))})"


def _name(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _run(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        connection.connection.create_function("is_utf8", 1, _is_utf8, deterministic=True)
        cursor.execute(statement)
        return list(cursor.fetchall())


def _is_utf8(value: bytes | None) -> bool:
    if value is None:  # SQLite may ask before it looks whether there is anything
        return False
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
