"""Writing very many rows: by COPY on PostgreSQL, by one prepared statement a table on SQLite. Rows are mappings by attribute (``case_id``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, models

from huiyin.ledger.models import Row
from huiyin.ledger.packed import pack


class Bulk:
    """Rows of ``tables`` that are to be written; those of others are dropped."""

    def __init__(self, tables: Collection[type[models.Model]]) -> None:
        self.tables = tables
        self._rows: dict[type[models.Model], list[Sequence[Any]]] = defaultdict(list)

    def add(self, model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep ``rows`` until ``flush``."""
        if model in self.tables:
            chosen = itemgetter(*attributes(model))
            self._rows[model] += map(chosen, rows)

    def extend(self, model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
        """As ``add``, for rows whose values are in the order of the columns."""
        if model in self.tables:
            self._rows[model] += rows

    def flush(self) -> None:
        """Write them."""
        for model, rows in self._rows.items():
            if model is Row:
                place = attributes(model).index("body")
                rows = [(*row[:place], pack(row[place]), *row[place + 1 :]) for row in rows]
            _write(model, rows)
        self._rows.clear()


@cache
def attributes(model: type[models.Model]) -> tuple[str, ...]:
    """The attributes of a row, in the order of its columns."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def _write(model: type[models.Model], rows: list[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in model._meta.concrete_fields)
    into = f"{quote(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
        cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", [tuple(map(_on_sqlite, row)) for row in rows])


def _on_sqlite(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return str(value.astimezone(UTC).replace(tzinfo=None)) if isinstance(value, datetime) else value
