"""Whether the database is made as the migrations made it: their tables, and nothing beside them that acts by itself or stands in the way.

A trigger, a rule or a view changes what every later statement does, so that all rows look right afterwards: the whole list is
compared, by name and kind, on both engines. Of each table its columns and what it allows only once are compared as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from huiyin.audit.finding import Discrepancy, one_moment
from huiyin.language import gettext as _
from huiyin.ledger import guard

_POSTGRESQL: Final = (
    """
    SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
        ELSE 'partitioned table' END, c.relname, ''
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
        -- What extensions brought is theirs: an administrator installs them, and drops them whole.
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    """,
    """
    -- A foreign key is kept by triggers of the database's own: those that are switched off are told too.
    SELECT CASE WHEN t.tgisinternal THEN 'switched off trigger' ELSE 'trigger' END, t.tgname, c.relname
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND (NOT t.tgisinternal OR t.tgenabled NOT IN ('O', 'A'))
    """,
    """
    SELECT 'rule', r.rulename, c.relname
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p')
    """,
    """
    SELECT 'policy', p.polname, c.relname
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false))
    """,
    """
    SELECT 'row security', 'switched on', c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity)
    """,
    """
    SELECT 'inheritance', h.relname, c.relname
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent JOIN pg_class h ON h.oid = i.inhrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p')
    """,
    """
    SELECT 'event trigger', e.evtname, '' FROM pg_event_trigger e
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = e.oid AND d.deptype = 'e')
    """,
)
_SQLITE: Final = (
    "SELECT CASE WHEN type = 'table' AND sql LIKE 'CREATE VIRTUAL%%' THEN 'virtual table' ELSE type END, name, "
    "CASE WHEN type = 'trigger' THEN tbl_name ELSE '' END FROM sqlite_master "
    "WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite~_%%' ESCAPE '~'",
)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something that a database holds: its kind, its name, and the table that it belongs to (a trigger)."""

    kind: str
    name: str
    of: str = ""

    def __str__(self) -> str:
        """How a finding calls it."""
        return f"{self.kind} {self.name}{f' on {self.of}' if self.of else ''}"


def flaws() -> Iterator[Discrepancy]:
    """What is there and was made by no migration, and what is missing. What triggers of ours say is for ``guard``."""
    with one_moment():
        expected, found = _expected(), _found()
        for part in sorted(set(found) - expected):
            yield Discrepancy(str(part), _("没有升级步骤建过它"))
        for part in sorted(expected - set(found)):
            if part.kind == "table":
                yield Discrepancy(str(part), _("它不见了，或者别的东西用了它的名称"))
        for part in sorted(part for part in expected if found.count(part) > 1):
            yield Discrepancy(str(part), _("另一个模式中有同名的，可能被当作它"))
        there = {part.name for part in found if part.kind == "table"}
        for model in tables():
            if model._meta.db_table in there:
                yield from _table(model)


def tables() -> list[type[models.Model]]:
    """The models of all tables that migrations make, Django's list of these among them."""
    known: list[type[models.Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    return [model for model in known if model._meta.managed and not model._meta.proxy]


def _expected() -> set[Part]:
    expected = {Part("table", model._meta.db_table) for model in tables()}
    # createcachetable makes these, of which nobody relies on a row.
    expected |= {
        Part("table", str(cache["LOCATION"]))
        for cache in settings.CACHES.values()
        if "DatabaseCache" in cache["BACKEND"]
    }
    return expected | {Part("trigger", name, table) for table, name in guard.names(connection)}


def _found() -> list[Part]:
    with connection.cursor() as cursor:
        found: list[Part] = []
        for query in _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(query, [])
            found += [Part(*row) for row in cursor.fetchall()]
    return found


def _table(model: type[models.Model]) -> Iterator[Discrepancy]:
    """Columns that are missing, surplus or computed by the database; what may stand there once only; conditions on rows."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        columns = _columns(cursor, table)
        once, conditions = _constraints(cursor, table)
    named = {field.column for field in model._meta.local_concrete_fields if field.column}
    for column in sorted(named ^ columns.keys()):
        yield Discrepancy(f"{table}.{column}", _("缺少它") if column in named else _("没有升级步骤建过它"))
    for column in sorted(column for column in named & columns.keys() if columns[column]):
        yield Discrepancy(f"{table}.{column}", _("由数据库计算得出"))
    for names in sorted(once ^ _once(model)):
        what = _("没有升级步骤要求它们唯一") if names in once else _("没有什么防止重复")
        yield Discrepancy(f"{table}.{'+'.join(names)}", what)
    named = {one.name for one in model._meta.constraints if isinstance(one, models.CheckConstraint)}
    for name in sorted(named - conditions):
        yield Discrepancy(f"{table}: {name}", _("缺少条件"))


def _constraints(cursor: Any, table: str) -> tuple[set[tuple[str, ...]], set[str]]:
    """Which columns may bear the same values only once, each set sorted, and the names of everything else that is asked of rows."""
    if connection.vendor == "postgresql":
        found = connection.introspection.get_constraints(cursor, table)
        once = [one["columns"] for one in found.values() if one["unique"] or one["primary_key"]]
        return {tuple(sorted(map(str, columns))) for columns in once}, set(found)
    # Django's own way of asking reads the text of the table word by word, which takes a second for all of them.
    cursor.execute(
        'SELECT l.name, i.name FROM pragma_index_list(%s) l, pragma_index_info(l.name) i WHERE l."unique" '
        "UNION SELECT '', name FROM pragma_table_info(%s) WHERE pk",
        [table, table],
    )
    sets: dict[str, list[str]] = {}
    for index, column in cursor.fetchall():
        sets.setdefault(index, []).append(str(column))
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
    checked = re.findall(r'CONSTRAINT "(\w+)" CHECK', cursor.fetchone()[0])
    return {tuple(sorted(columns)) for columns in sets.values()}, set(checked)


def _columns(cursor: Any, table: str) -> dict[str, bool]:
    """The columns of a table, each with whether the database computes it."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT attname, attgenerated <> '' FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return dict(cursor.fetchall())
    cursor.execute("SELECT name, hidden <> 0 FROM pragma_table_xinfo(%s)", [table])
    return {name: bool(hidden) for name, hidden in cursor.fetchall()}


def _once(model: type[models.Model]) -> set[tuple[str, ...]]:
    """Which columns of a table may bear the same values only once, each set sorted."""
    sets = [[field.name] for field in model._meta.local_concrete_fields if field.unique and field.column]
    sets += [list(names) for names in model._meta.unique_together]
    sets += [list(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    if isinstance(model._meta.pk, models.CompositePrimaryKey):
        sets.append(list(model._meta.pk.field_names))
    fields = model._meta.local_concrete_fields
    columns = {name: str(field.column) for field in fields for name in (field.name, field.attname)}
    return {tuple(sorted(columns[name] for name in names)) for names in sets}
