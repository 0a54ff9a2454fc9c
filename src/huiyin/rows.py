"""Writing many rows of many tables in one go, and reading one row, without building queries anew each time.

The models stay the one description of the tables; what Django would derive from them for every statement is derived
once. For the paths that every petition takes; anything else uses Django's own managers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models import Field, Model

Prepare = Callable[[Any, Any], Any]
Convert = Callable[[Any, Any, Any], Any]
AnyModel = TypeVar("AnyModel", bound=Model)

# What drivers take as it is; everything else goes through the field (UUIDs and times on SQLite, JSON on both).
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
_PLAIN_ON_POSTGRESQL = (*_PLAIN, models.UUIDField, models.DateTimeField, models.DateField, models.BinaryField)


class Batch:
    """Rows to add and rows to change, written together.

    On PostgreSQL all of it is one statement, hence one round trip: nothing in it sees anything else of it, and a row may
    stand in it only once. On SQLite, where a round trip costs nothing, it is a statement a table.
    """

    def __init__(self) -> None:
        self._added: dict[tuple[type[Model], bool], list[Model]] = {}
        self._changed: dict[tuple[type[Model], UUID], dict[str, Any]] = {}

    def add(self, rows: Iterable[Model], *, unless_there: bool = False) -> None:
        """Insert ``rows``; ``unless_there`` leaves out those that a unique constraint already holds."""
        for row in rows:
            self._added.setdefault((type(row), unless_there), []).append(row)

    def change(self, model: type[Model], id: UUID, changes: Mapping[str, Any]) -> None:
        """Set columns (by attribute: ``unit_id``, not ``unit``) of the row ``id``; what is set last stands."""
        self._changed.setdefault((model, id), {}).update(changes)

    def write(self) -> None:
        """Run it all, in the caller's transaction; the batch is empty afterwards. Raises django.db.IntegrityError."""
        statements = [_insert(model, rows, skip) for (model, skip), rows in self._added.items()]
        statements += [_update(model, id, changes) for (model, id), changes in self._changed.items()]
        self._added, self._changed = {}, {}
        if not statements:
            return
        if connection.vendor == "postgresql" and len(statements) > 1:
            statements = [_joined(statements)]
        with connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)


def fetch(model: type[AnyModel], id: UUID, *, lock: bool = False) -> AnyModel:
    """The row ``id``; ``lock`` keeps other writers from it until the transaction ends (PostgreSQL; SQLite has one writer).

    Raises the model's DoesNotExist.
    """
    sql, names, converters = _selection(model, connection.vendor)
    if lock and connection.features.has_select_for_update:
        sql += " FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_prepared(model._meta.pk, id)])
        found = cursor.fetchone()
    if found is None:
        raise model.DoesNotExist(f"no {model.__name__} has this id")  # type: ignore[attr-defined]
    values = list(found)
    for index, convert, column in converters:
        values[index] = convert(values[index], column, connection)
    return model.from_db(connection.alias, names, values)


def _joined(statements: Sequence[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    """Several statements as one: all but the last as common table expressions (PostgreSQL manual, 7.8.4)."""
    *others, (last, _values) = statements
    heads = ", ".join(f"part{number} AS ({sql})" for number, (sql, _values) in enumerate(others))
    return f"WITH {heads} {last}", [value for _sql, values in statements for value in values]


def _insert(model: type[Model], rows: Sequence[Model], skip: bool) -> tuple[str, list[Any]]:
    sql, one, values_of, preparations = _insertion(model, connection.vendor)
    values: list[Any] = []
    for row in rows:
        found = list(values_of(row))
        for index, prepare in preparations:
            found[index] = prepare(found[index], connection)
        values += found
    placeholders = ", ".join([one] * len(rows))
    return f"{sql} {placeholders}{' ON CONFLICT DO NOTHING' if skip else ''}", values


def _update(model: type[Model], id: UUID, changes: Mapping[str, Any]) -> tuple[str, list[Any]]:
    fields, key = _fields(model), model._meta.pk
    quote = connection.ops.quote_name
    sets = ", ".join(f"{_column(fields[name])} = %s" for name in changes)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {_column(key)} = %s"  # noqa: S608 - names of ours
    return sql, [*(_prepared(fields[name], value) for name, value in changes.items()), _prepared(key, id)]


@lru_cache(maxsize=256)
def _insertion(
    model: type[Model], vendor: str
) -> tuple[str, str, Callable[[Model], tuple[Any, ...]], tuple[tuple[int, Prepare], ...]]:
    """The head of an INSERT, the placeholders of one row, how to get a row's values, and which of them need preparing."""
    fields = _fields(model).values()
    quote = connection.ops.quote_name
    columns = ", ".join(_column(field) for field in fields)
    preparations = ((index, _preparation(field, vendor)) for index, field in enumerate(fields))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES",
        f"({', '.join(['%s'] * len(fields))})",
        attrgetter(*(field.attname for field in fields)),
        tuple((index, prepare) for index, prepare in preparations if prepare is not None),
    )


@lru_cache(maxsize=256)
def _selection(model: type[Model], vendor: str) -> tuple[str, list[str], tuple[tuple[int, Convert, Any], ...]]:
    """A SELECT of one row by its key, the names of what it returns, and how values become Python's."""
    fields = _fields(model).values()
    quote = connection.ops.quote_name
    table = model._meta.db_table
    columns = [(index, field.get_col(table)) for index, field in enumerate(fields)]
    names = ", ".join(_column(field) for field in fields)
    converters = tuple(
        (index, convert, column)
        for index, column in columns
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    )
    sql = f"SELECT {names} FROM {quote(table)} WHERE {_column(model._meta.pk)} = %s"  # noqa: S608 - names of ours
    return sql, [field.attname for field in fields], converters


def _column(field: Field) -> str:
    assert field.column is not None  # concrete fields only
    return connection.ops.quote_name(field.column)


@lru_cache(maxsize=256)
def _fields(model: type[Model]) -> dict[str, Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@lru_cache(maxsize=1024)
def _preparation(field: Field, vendor: str) -> Prepare | None:
    """How a value of ``field`` is made ready for the driver; None when it is already."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    plain = _PLAIN_ON_POSTGRESQL if vendor == "postgresql" else _PLAIN
    return None if isinstance(target, plain) else field.get_db_prep_save


def _prepared(field: Field, value: Any) -> Any:
    prepare = _preparation(field, connection.vendor)
    return value if prepare is None else prepare(value, connection)
