"""What verifying finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.db import connection, transaction

from huiyin.language import gettext as _
from huiyin.ledger.chain import ROW_ERRORS, recorded
from huiyin.ledger.models import Row

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One place where the installation is not as its ledger says, or ("erased") no longer can be, since retention ended.

    ``case`` is its number, or its id where there is no such case any more. Never holds personal data: times, ids, counts
    and names of the rulebook only.
    """

    case: str
    what: str
    expected: str = ""
    found: str = ""
    kind: Literal["wrong", "erased"] = "wrong"

    def __str__(self) -> str:
        """The finding on one line."""
        differs = _("：应为 %(expected)s，实为 %(found)s") % {
            "expected": self.expected or _("（没有）"),
            "found": self.found or _("（没有）"),
        }
        return f"{self.case}: {self.what}{differs if self.expected or self.found else ''}"


def readable(rows: Iterable[Row], kind: type[Found]) -> Iterator[tuple[Row, Found]]:
    """The events of a ``kind`` among ``rows``. What cannot be read is left out: the chain of the series tells that it was changed."""
    for row in rows:
        try:
            event = recorded(row).event
        except ROW_ERRORS:
            continue
        if isinstance(event, kind):
            yield row, event


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside was so at one and the same moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
