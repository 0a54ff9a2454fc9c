"""Writing many rows of many tables in one go, and reading without building the same query anew each time.

The models stay the one description of the tables; what Django would derive from them for every statement is derived
once. For the paths that every petition takes; anything else uses Django's own managers.

Why: building a queryset took more CPU than running it, and a registration was 16 round trips (docs/performance.md). This uses parts of
Django's compiler that are not documented; tests/test_rows.py compares what it reads and writes with what Django's own managers do, so
that a new version of Django that changes them fails there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID, uuid4

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators

Prepare = Callable[[Any, Any], Any]
Convert = Callable[[Any, Any, Any], Any]
Found = TypeVar("Found")
Row = TypeVar("Row", bound=Model)

# What drivers take as it is; everything else goes through the field (UUIDs and times on SQLite, JSON on both).
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)
MAX_LENGTH: Final = 64
"""Values in a row for which a plan is kept: who looks for more is no page, and pays for the building."""
_PLAIN_ON_POSTGRESQL = (*_PLAIN, models.UUIDField, models.DateTimeField, models.DateField, models.BinaryField)


class Batch:
    """Rows to add and rows to change, written together.

    On PostgreSQL all of it is one statement, hence one round trip: nothing in it sees anything else of it, and a row may
    stand in it only once. On SQLite, where a round trip costs nothing, it is a statement a table.
    """

    def __init__(self) -> None:
        self._added: dict[tuple[type[Model], bool], list[Model]] = {}
        self._changed: dict[tuple[type[Model], str, UUID], dict[str, Any]] = {}

    def add(self, rows: Iterable[Model], *, unless_there: bool = False) -> None:
        """Insert ``rows``; ``unless_there`` leaves out those that a unique constraint already holds."""
        for row in rows:
            self._added.setdefault((type(row), unless_there), []).append(row)

    def added(self, model: type[Row]) -> list[Row]:
        """The rows of a table that are still to be inserted; they may still be changed."""
        return [row for (kind, _), rows in self._added.items() if kind is model for row in cast("list[Row]", rows)]

    def change(self, model: type[Model], id: UUID, changes: Mapping[str, Any], *, by: str = "id") -> None:
        """Set columns (by attribute: ``unit_id``, not ``unit``) of the rows whose column ``by`` is ``id``; what is set last stands."""
        self._changed.setdefault((model, by, id), {}).update(changes)

    def write(self) -> None:
        """Run it all, in the caller's transaction; the batch is empty afterwards. Raises django.db.IntegrityError."""
        statements = [_insert(model, rows, skip) for (model, skip), rows in self._added.items()]
        statements += [_update(model, by, id, changes) for (model, by, id), changes in self._changed.items()]
        self._added, self._changed = {}, {}
        if not statements:
            return
        database = _database()
        if database.vendor == "postgresql":
            _run_joined(tuple(sql for sql, _ in statements), [value for _, values in statements for value in values])
            return
        with database.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)


class Prepared(Generic[Found]):
    """A query that Django builds on first use, with stand-ins for its values; from then on only the values are filled in.

    ``build`` gets one argument a value and returns a queryset of whole models or of ``values_list``. It must do nothing with
    the values but filter by them: which ones there are must not change the query. Values are str, bytes, UUID, date, datetime,
    or a tuple of those, whose length may vary; a plan is kept for each length up to ``MAX_LENGTH``.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Found]]) -> None:
        self._build = build
        self._plans: dict[object, _Plan] = {}

    def all(self, *values: Any) -> list[Found]:
        """Everything that the query finds."""
        if any(isinstance(value, tuple) and len(value) > MAX_LENGTH for value in values):
            return list(self._build(*values))
        database = _database()
        shape = _shape(database, values)
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = _plan(database, self._build, values)
        return plan.run(database, values)

    def first(self, *values: Any) -> Found | None:
        """The first that the query finds; how many it looks for is the query's business."""
        return next(iter(self.all(*values)), None)


def read_rows(rows: QuerySet[Any, Found]) -> list[Found]:
    """What a queryset finds, read as a ``Prepared`` query is, whatever values it was made with: for very many rows at once."""
    database = _database()
    compiler = rows.query.get_compiler(database.alias)
    text = _sql_of(compiler)
    return [] if text is None else _Plan(text[0], tuple(text[1]), (), *_reading(rows, compiler)).run(database, ())


class Alike(Sequence[QuerySet[Row]]):
    """Querysets that differ in one id alone: ``build`` makes each of its own, and all of them are written down as SQL at once."""

    def __init__(self, build: Callable[[UUID], QuerySet[Row]], ids: Sequence[UUID]) -> None:
        self._build, self._ids = build, ids

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, place: Any) -> Any:
        return self._build(self._ids[place])

    def each(self, change: Callable[[QuerySet[Row]], QuerySet[Row]]) -> Alike[Row]:
        """All of them, changed in the same way."""
        return Alike(lambda id: change(self._build(id)), self._ids)

    def texts(self, database: BaseDatabaseWrapper) -> tuple[list[Any], list[tuple[str, list[Any]]]]:
        """As ``_texts``."""
        stand_in = uuid4()
        compiler = self._build(stand_in).query.get_compiler(database.alias)
        if not self._ids or (text := _sql_of(compiler)) is None:
            return [], []
        (sql, parameters), its = text, _bound(database, stand_in)
        ids = [_bound(database, id) for id in self._ids]
        return [compiler], [(sql, [id if value == its else value for value in parameters]) for id in ids]


def _texts(
    database: BaseDatabaseWrapper, branches: Sequence[QuerySet[Any]]
) -> tuple[list[Any], list[tuple[str, list[Any]]]]:
    """The compilers of several querysets, and what they wrote; nothing of those that find nothing."""
    if isinstance(branches, Alike):
        return branches.texts(database)
    compilers = [branch.query.get_compiler(database.alias) for branch in branches]
    return compilers, [text for compiler in compilers if (text := _sql_of(compiler)) is not None]


def together(branches: Sequence[QuerySet[Row]]) -> list[Row]:
    """The rows of several querysets of one model, one branch after the other, in one statement.

    Each keeps its own order and limit, which Django's ``union`` refuses on SQLite.
    """
    database = _database()
    compilers, texts = _texts(database, branches)
    if not texts:
        return []
    sql, parameters = _appended(texts)
    with database.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = cursor.fetchall()
    read = next(compiler for compiler in compilers if compiler.select)
    names = [column.target.attname for column, _sql, _alias in read.select]
    model = read.query.model
    return [_row_of(model, names, row) for row in read.results_iter([found])]


def count_each(each: Sequence[Sequence[QuerySet[Any]]], most: int) -> list[int]:
    """How many rows there are of each: of several querysets together, that share no row. None is counted further than ``most``.

    One statement. Django's own ``count`` would be one for each, and ``aggregate`` reads everything.
    """
    sql, parameters = _counting(each, most)
    with _database().cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchone())


def count_first_of_each(
    each: Sequence[Sequence[QuerySet[Any]]], column: str, most: int, before: Sequence[datetime]
) -> list[list[int]]:
    """Of each list, as in ``count_each``, its first ``most`` rows by a column that is a moment: how many these are, and how many of them come
    before each of some moments. One statement, which reads no row twice.
    """
    database = _database()
    moments = [_bound(database, moment) for moment in before]
    counting = "".join(f", COUNT(CASE WHEN {column} < %s THEN 1 END)" for _moment in moments)
    counted = [[0] * (1 + len(moments)) for _branches in each]
    parts: list[str] = []
    parameters: list[Any] = []
    for place, branches in enumerate(each):
        _compilers, texts = _texts(database, [rows.order_by(column).values_list(column)[:most] for rows in branches])
        if not texts:
            continue
        sql, given = _appended([(f"SELECT {column} FROM ({text}) AS own", values) for text, values in texts])  # noqa: S608 - SQL of Django
        first = f"SELECT * FROM ({sql}) AS each ORDER BY {column} LIMIT {most}"  # noqa: S608 - the same
        parts.append(f"SELECT {place}, COUNT(*){counting} FROM ({first}) AS first")  # noqa: S608 - the same
        parameters += [*moments, *given]
    if parts:
        with database.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for place, *counts in cursor.fetchall():
                counted[place] = counts
    return counted


class PreparedCounts:
    """What ``counted`` counts, built on first use as a ``Prepared`` query is: ``build`` gets one argument a value and returns the lists."""

    def __init__(self, build: Callable[..., Sequence[Sequence[QuerySet[Any]]]], most: int) -> None:
        self._build, self._most = build, most
        self._plans: dict[object, _Plan] = {}

    def all(self, *values: Any) -> list[int]:
        """How many rows there are of each list."""
        database = _database()
        shape = _shape(database, values)
        plan = self._plans.get(shape)
        if plan is None:
            stand_ins = _stand_ins(values)
            sql, parameters = _counting(self._build(*stand_ins), self._most)
            plan = self._plans[shape] = _Plan(
                sql, tuple(parameters), _places(database, parameters, stand_ins), (), tuple
            )
        return [*plan.run(database, values)[0]]


def _counting(each: Sequence[Sequence[QuerySet[Any]]], most: int) -> tuple[str, list[Any]]:
    parts: list[str] = []
    parameters: list[Any] = []
    for branches in each:
        limited = (branch.order_by().values("pk")[:most].query.get_compiler(DEFAULT_DB_ALIAS) for branch in branches)
        texts = [text for compiler in limited if (text := _sql_of(compiler)) is not None]
        if not texts:
            parts.append("0")
            continue
        sql, given = _appended(texts)
        parts.append(f"(SELECT COUNT(*) FROM (SELECT * FROM ({sql}) AS each LIMIT {most}) AS counted)")  # noqa: S608 - SQL of Django
        parameters += given
    return f"SELECT {', '.join(parts)}", parameters


def _sql_of(compiler: Any) -> tuple[str, list[Any]] | None:
    """The text of a query; None where Django knows beforehand that it finds nothing."""
    try:
        sql, parameters = compiler.as_sql()
        return sql, list(parameters)
    except EmptyResultSet:
        return None


def _appended(parts: Sequence[tuple[str, Iterable[Any]]]) -> tuple[str, list[Any]]:
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part{number}" for number, (part, _) in enumerate(parts))  # noqa: S608 - SQL of Django
    return sql, [parameter for _, parameters in parts for parameter in parameters]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The text of a query; its parameters, each a constant or the place of a value; and how rows are read."""

    sql: str
    constants: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: tuple[tuple[int, Convert, Any], ...]
    finish: Callable[[list[Any]], Any]

    def run(self, database: BaseDatabaseWrapper, values: Sequence[Any]) -> list[Any]:
        parameters, given = list(self.constants), _flat(values)
        for index, place in self.places:
            parameters[index] = _bound(database, given[place])
        with database.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = [list(row) for row in cursor.fetchall()] if self.converters else cursor.fetchall()
        for row in found if self.converters else ():
            for index, convert, column in self.converters:
                row[index] = convert(row[index], column, database)
        return [self.finish(row) for row in found]


def _plan(database: BaseDatabaseWrapper, build: Callable[..., QuerySet[Any, Any]], values: Sequence[Any]) -> _Plan:
    # A plan is found by asking Django once with values that occur nowhere else, and looking where among the parameters they came out:
    # what the compiler adds by itself (constants of the query) is told from what the caller gives, without knowing how it works.
    stand_ins = _stand_ins(values)
    queryset = build(*stand_ins)
    compiler = queryset.query.get_compiler(database.alias)
    sql, parameters = compiler.as_sql()
    return _Plan(sql, tuple(parameters), _places(database, parameters, stand_ins), *_reading(queryset, compiler))


def _reading(queryset: QuerySet[Any, Any], compiler: Any) -> tuple[Any, Callable[[list[Any]], Any]]:
    """How the values of a row are converted, and what is made of them."""
    columns = [column for column, _sql, _alias in compiler.select]
    converters = compiler.get_converters(columns)
    each = tuple((index, convert, column) for index, (many, column) in converters.items() for convert in many)
    whole = queryset._iterable_class is ModelIterable
    return each, partial(_model, *_made_of(compiler, columns)) if whole else tuple


def _shape(database: BaseDatabaseWrapper, values: Sequence[Any]) -> tuple[object, ...]:
    """What tells one plan of a query from another."""
    return (database.vendor, *(len(value) if isinstance(value, tuple) else type(value) for value in values))


def _stand_ins(values: Sequence[Any]) -> list[Any]:
    return [tuple(map(_stand_in, value)) if isinstance(value, tuple) else _stand_in(value) for value in values]


def _places(
    database: BaseDatabaseWrapper, parameters: Iterable[Any], stand_ins: Iterable[Any]
) -> tuple[tuple[int, int], ...]:
    """Where among the parameters each value came out."""
    bound = {_bound(database, value): place for place, value in enumerate(_flat(stand_ins))}
    plain = [bytes(value) if isinstance(value, memoryview) else getattr(value, "obj", value) for value in parameters]
    places = tuple(
        (index, bound[value]) for index, value in enumerate(plain) if isinstance(value, Hashable) and value in bound
    )
    assert {place for _index, place in places} == set(bound.values()), "the query leaves out a value"
    return places


def _made_of(compiler: Any, columns: Sequence[Any]) -> tuple[type[Model], list[str], list[Any], list[tuple[str, int]]]:
    """The model of a query, its attributes in the order of the columns, how what it was joined with is filled in, and its annotations."""
    info = compiler.klass_info
    names = [columns[index].target.attname for index in info["select_fields"]]
    joined = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
    return info["model"], names, joined, list(compiler.annotation_col_map.items())


def _model(
    model: type[Model], names: list[str], joined: Iterable[Any], annotated: Iterable[tuple[str, int]], row: list[Any]
) -> Model:
    made = _row_of(model, names, row)
    for related in joined:
        related.populate(row, made)
    for name, column in annotated:
        setattr(made, name, row[column])
    return made


class _ReadState(ModelState):
    adding, db = False, DEFAULT_DB_ALIAS


def _row_of(model: type[Row], names: Iterable[str], values: Iterable[Any]) -> Row:
    """As ``Model.from_db``, without the signals that nothing here hears and without setting attribute by attribute: a third of the time."""
    made = model.__new__(model)
    made.__dict__.update(zip(names, values, strict=False), _state=_ReadState())
    return made


def _flat(values: Iterable[Any]) -> list[Any]:
    return [item for value in values for item in (value if isinstance(value, tuple) else (value,))]


def _stand_in(value: Any) -> Any:
    """A value of the same type that occurs nowhere else."""
    match value:
        case UUID():
            return uuid4()
        case str():
            return uuid4().hex[:30]
        case bytes():
            return uuid4().bytes
        case datetime():
            return datetime(9000, 1, 1, tzinfo=UTC) + timedelta(microseconds=uuid4().int % 10**15)
        case date():
            return date(9000, 1, 1) + timedelta(days=uuid4().int % 300_000)
    raise TypeError(f"a prepared query has no place for a {type(value).__name__}")


def _bound(database: BaseDatabaseWrapper, value: Any) -> Any:
    """A value as the driver takes it."""
    if database.vendor == "postgresql":
        return value
    match value:
        case UUID():
            return value.hex
        case datetime():
            return database.ops.adapt_datetimefield_value(value)
        case date():
            return database.ops.adapt_datefield_value(value)
    return value


def _run_joined(statements: tuple[str, ...], values: list[Any]) -> None:
    """Several statements as one: all but the last as common table expressions (PostgreSQL manual, 7.8.4)."""
    # They run on one snapshot and in no order that could be relied on. That is right here: rows name each other by ids that were made
    # beforehand, and foreign keys are checked afterwards (Django makes them deferrable).
    sql, numbered = _joined(statements)
    database = _database()
    if database.queries_logged:  # the log wants to fill values in by itself
        with database.cursor() as cursor:
            cursor.execute(sql, values)
        return
    database.ensure_connection()
    # With PostgreSQL's own placeholders ($1), since psycopg reads a long statement with %s anew each time.
    raw: Any = psycopg.RawCursor(database.connection)
    with database.make_cursor(raw) as cursor:
        cursor.execute(numbered, values)


@lru_cache(maxsize=1024)
def _joined(statements: tuple[str, ...]) -> tuple[str, str]:
    """One statement of many, with placeholders as Django writes them and numbered."""
    *others, last = statements
    heads = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(others))
    sql = f"WITH {heads} {last}" if others else last
    first, *rest = sql.split("%s")
    return sql, first + "".join(f"${number}{piece}" for number, piece in enumerate(rest, 1))


def _insert(model: type[Model], rows: Sequence[Model], skip: bool) -> tuple[str, list[Any]]:
    sql, one, values_of, preparations = _insertion(model, (database := _database()).vendor)
    values: list[Any] = []
    for row in rows:
        found = list(values_of(row))
        for index, prepare in preparations:
            found[index] = prepare(found[index], database)
        values += found
    placeholders = ", ".join([one] * len(rows))
    return f"{sql} {placeholders}{' ON CONFLICT DO NOTHING' if skip else ''}", values


def _update(model: type[Model], by: str, id: UUID, changes: Mapping[str, Any]) -> tuple[str, list[Any]]:
    fields, database = _fields(model), _database()
    values = [_prepared(fields[name], value, database) for name, value in changes.items()]
    return _change(model, by, tuple(changes)), [*values, _prepared(fields[by], id, database)]


@lru_cache(maxsize=1024)
def _change(model: type[Model], by: str, names: tuple[str, ...]) -> str:
    fields, quote = _fields(model), _database().ops.quote_name
    sets = ", ".join(f"{_column(fields[name])} = %s" for name in names)
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {_column(fields[by])} = %s"  # noqa: S608 - names of ours


@lru_cache(maxsize=256)
def _insertion(
    model: type[Model], vendor: str
) -> tuple[str, str, Callable[[Model], tuple[Any, ...]], tuple[tuple[int, Prepare], ...]]:
    """The head of an INSERT, the placeholders of one row, how to get a row's values, and which of them need preparing."""
    fields = _fields(model).values()
    quote = _database().ops.quote_name
    columns = ", ".join(_column(field) for field in fields)
    preparations = ((index, _preparation(field, vendor)) for index, field in enumerate(fields))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES",
        f"({', '.join(['%s'] * len(fields))})",
        attrgetter(*(field.attname for field in fields)),
        tuple((index, prepare) for index, prepare in preparations if prepare is not None),
    )


def _database() -> BaseDatabaseWrapper:
    """This thread's connection; what Django calls ``connection`` looks it up for every single attribute."""
    return connections[DEFAULT_DB_ALIAS]


@lru_cache(maxsize=1024)
def _column(field: Field) -> str:
    assert field.column is not None  # concrete fields only
    return _database().ops.quote_name(field.column)


@lru_cache(maxsize=256)
def _fields(model: type[Model]) -> dict[str, Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@lru_cache(maxsize=1024)
def _preparation(field: Field, vendor: str) -> Prepare | None:
    """How a value of ``field`` is made ready for the driver; None when it is already."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    plain = _PLAIN_ON_POSTGRESQL if vendor == "postgresql" else _PLAIN
    is_plain = isinstance(target, plain) and type(target).get_db_prep_save is models.Field.get_db_prep_save
    if is_plain:
        return None
    otherwise = field.get_db_prep_save
    # Nearly all that is prepared for SQLite are ids and moments, at which Django would look several times.
    match target:
        case models.UUIDField():
            return lambda value, database: value.hex if isinstance(value, UUID) else otherwise(value, database)
        case models.DateTimeField():
            return lambda value, database: (
                database.ops.adapt_datetimefield_value(value)
                if isinstance(value, datetime) and value.tzinfo is not None
                else otherwise(value, database)
            )
    return otherwise


def _prepared(field: Field, value: Any, database: BaseDatabaseWrapper) -> Any:
    prepare = _preparation(field, database.vendor)
    return value if prepare is None else prepare(value, database)
