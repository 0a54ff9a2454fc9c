"""Lists a page at a time: sorted by columns that together are unique, each page beginning behind the last row of the one before."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

MAX_NUMBER = 2**31 - 1
"""What the number columns of both databases hold."""

Item = TypeVar("Item")
Found = TypeVar("Found", bound=Model)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _number(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError("no such number")
    return number


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "DateTimeField": _moment,
    "UUIDField": UUID,
    "PositiveIntegerField": _number,
}


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the key with which the next ones are asked for (empty at the end)."""

    items: tuple[Item, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Order(Generic[Found]):
    """By which columns a list of ``model`` is sorted, all one way; together they are unique. Only the first may be null: then it comes
    last, or first where the list says so.
    """

    model: type[Found]
    columns: tuple[str, ...]
    descending: bool = False
    nulls_first: bool = False

    def page(self, rows: QuerySet[Found], after: str, size: int) -> Page[Found]:
        """``size`` of ``rows``, those behind the key ``after``; from the first one when it is empty, or no key of this order."""
        key = self.read_key(after)
        if key is not None:
            rows = rows.filter(self._behind(key))
        found = list(rows.order_by(*self._sorted())[: size + 1])
        return Page(tuple(found[:size]), self.key(found[size - 1]) if len(found) > size else "")

    def key(self, row: Found) -> str:
        """Where a list goes on behind ``row``, as the address of a page carries it."""
        values = [_plain(getattr(row, column)) for column in self.columns]
        return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    def read_key(self, text: str) -> tuple[Any, ...] | None:
        """What ``key`` wrote; None for anything else."""
        try:
            values = json.loads(base64.urlsafe_b64decode(text.encode()))
            pairs = zip(self.columns, values, strict=True)
            return tuple(self._value(column, value) for column, value in pairs)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return None

    def _value(self, column: str, value: Any) -> Any:
        field = self.model._meta.get_field(column)
        if value is None and field.null:
            return None
        kind = getattr(field, "target_field", field).get_internal_type()
        return _READERS[kind](value)

    def _sorted(self) -> list[Any]:
        first = self.columns[0]
        sign = "-" if self.descending else ""
        plain = [sign + column for column in self.columns]
        if not self.model._meta.get_field(first).null:
            return plain
        where = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        return [F(first).desc(**where) if self.descending else F(first).asc(**where), *plain[1:]]

    def _behind(self, key: tuple[Any, ...]) -> Q:
        """Rows that differ from the key first in a column in which they come later."""
        later = "lt" if self.descending else "gt"
        equal = Q()
        behind = []
        for column, value in zip(self.columns, key, strict=True):
            if value is not None:
                behind.append(equal & Q(**{f"{column}__{later}": value}))
                if self.model._meta.get_field(column).null and not self.nulls_first:
                    behind.append(equal & Q(**{f"{column}__isnull": True}))
            elif self.nulls_first:
                behind.append(equal & Q(**{f"{column}__isnull": False}))
            equal &= Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
        return reduce(or_, behind)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value
