"""Whether the database itself is whole: its indexes lead to the rows that are there, and to no others.

Whoever writes the files of a database, or its list of tables, can have an index leave a row out. Every row then says what it should, and
yet whatever is looked up by that index is not found: a limit that has run out never fires.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import DatabaseError, connection, transaction

from huiyin.audit.finding import Discrepancy, one_moment
from huiyin.language import gettext as _

MAX_TOLD: Final = 100
_DAMAGED: Final = frozenset({"XX001", "XX002"})
"""PostgreSQL, appendix A: data_corrupted, index_corrupted."""
_INDEXES: Final = """
    SELECT c.oid, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
        JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND m.amname = 'btree' AND c.relpersistence = 'p' AND i.indisready AND i.indisvalid
    ORDER BY c.relname
"""


def flaws() -> Iterator[Discrepancy]:
    """What the database says is wrong with itself, without a word of what rows hold.

    SQLite is asked by ``PRAGMA integrity_check`` (``quick_check`` leaves indexes out); PostgreSQL by its extension amcheck, where an
    administrator has created that and lets us use it. Else nothing of it is found there.
    """
    if connection.vendor == "postgresql":
        yield from _damaged_indexes()
        return
    with one_moment(), connection.cursor() as cursor:
        cursor.execute(f"PRAGMA integrity_check({MAX_TOLD})")
        answers = [str(line) for (line,) in cursor.fetchall()]
    yield from (Discrepancy("database", _("它前后不合"), found=line) for line in answers if line != "ok")


def _damaged_indexes() -> Iterator[Discrepancy]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege(oid, 'EXECUTE') FROM pg_proc WHERE proname = 'bt_index_check' AND pronargs = 2",
            [],
        )
        if cursor.fetchall() != [(True,)]:
            return
        cursor.execute(_INDEXES, [])
        for oid, name in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute("SELECT bt_index_check(%s::oid::regclass, true)", [oid])
            except DatabaseError as error:
                if getattr(error.__cause__, "sqlstate", "") not in _DAMAGED:
                    raise
                yield Discrepancy(_("索引 %(name)s") % {"name": name}, _("它不指向实有的行"))
