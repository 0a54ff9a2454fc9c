"""Lists a page at a time: sorted by columns that together are unique, each page beginning behind the last row of the one before."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, reduce
from operator import or_
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from huiyin.rows import Alike, together

MAX_NUMBERS: Mapping[str, int] = {
    "PositiveSmallIntegerField": 2**15 - 1,
    "PositiveIntegerField": 2**31 - 1,
    "BigAutoField": 2**63 - 1,
}
"""What the columns for numbers hold on both databases."""

Item = TypeVar("Item")
Found = TypeVar("Found", bound=Model)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _number(value: Any, most: int) -> int:
    number = int(value)
    if not 0 <= number <= most:
        raise ValueError("no such number")
    return number


def _name(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:  # which PostgreSQL takes in no text
        raise ValueError("no such name")
    return value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "DateTimeField": _moment,
    "UUIDField": UUID,
    "CharField": _name,
    **{kind: partial(_number, most=most) for kind, most in MAX_NUMBERS.items()},
}


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the key with which the next ones are asked for (empty at the end)."""

    items: tuple[Item, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Order(Generic[Found]):
    """By which columns a list of ``model`` is sorted, all one way; together they are unique, and none is null."""

    model: type[Found]
    columns: tuple[str, ...]
    descending: bool = False

    def page(self, rows: QuerySet[Found] | Sequence[QuerySet[Found]], after: str, size: int) -> Page[Found]:
        """``size`` of ``rows``, those behind the key ``after``; from the first one when it is empty, or no key of this order.

        Of several querysets (of whole rows of ``model``) what stands in one of them: each is read in order and no further than it takes, and what stands
        in two is there once.
        """
        branches = [rows] if isinstance(rows, QuerySet) else rows
        key = self.read_key(after)
        behind = Q() if key is None else self._behind(key)

        def some(branch: QuerySet[Found]) -> QuerySet[Found]:
            return branch.filter(behind).order_by(*self._sorted())[: size + 1]

        found = self._merged(branches.each(some) if isinstance(branches, Alike) else [*map(some, branches)])
        return Page(tuple(found[:size]), self.key(found[size - 1]) if len(found) > size else "")

    def _merged(self, branches: Sequence[QuerySet[Found]]) -> list[Found]:
        """The rows of all branches in order, each once."""
        if len(branches) == 1:
            return list(branches[0])
        if not branches:
            return []
        by_place = {self._place(row): row for row in together(branches)}
        return [by_place[place] for place in sorted(by_place, reverse=self.descending)]

    def _place(self, row: Found) -> tuple[Any, ...]:
        return tuple(getattr(row, self.model._meta.get_field(column).attname) for column in self.columns)  # type: ignore[union-attr]

    def key(self, row: Found) -> str:
        """Where a list goes on behind ``row``, as the address of a page carries it."""
        return self.key_of(self._place(row))

    def key_of(self, place: Sequence[Any]) -> str:
        """As ``key``, by the values of the columns: for a list that goes on where there need be no row."""
        written = json.dumps([_plain(value) for value in place])
        return (
            base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
        )  # which an address could not hold as it is

    def read_key(self, text: str) -> tuple[Any, ...] | None:
        """What ``key`` wrote; None for anything else."""
        try:
            values = json.loads(base64.urlsafe_b64decode(f"{text}==".encode()))
            pairs = zip(self.columns, values, strict=True)
            return tuple(self._value(column, value) for column, value in pairs)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return None

    def _value(self, column: str, value: Any) -> Any:
        field = self.model._meta.get_field(column)
        kind = getattr(field, "target_field", field).get_internal_type()
        return _READERS[kind](value)

    def _sorted(self) -> list[str]:
        return [f"{'-' if self.descending else ''}{column}" for column in self.columns]

    def _behind(self, key: tuple[Any, ...]) -> Q:
        """Rows that differ from the key first in a column in which they come later."""
        later = "lt" if self.descending else "gt"
        equal = Q()
        behind = []
        for column, value in zip(self.columns, key, strict=True):
            behind.append(equal & Q(**{f"{column}__{later}": value}))
            equal &= Q(**{column: value})
        # The first part says nothing that the rest does not say, but is what an index begins to read at.
        return Q(**{f"{self.columns[0]}__{later}e": key[0]}) & reduce(or_, behind)


def page_of(items: Sequence[Item], key: Callable[[Item], str], after: str, size: int) -> Page[Item]:
    """As ``Order.page``, of ``items`` that stand in order already by more than columns: those behind the one whose ``key`` is ``after``.

    From the first one when ``after`` is empty, or when that one stands there no more.
    """
    start = next((place + 1 for place, item in enumerate(items) if key(item) == after), 0) if after else 0
    found = items[start : start + size + 1]
    return Page(tuple(found[:size]), key(found[size - 1]) if len(found) > size else "")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value
