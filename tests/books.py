"""Which rulebooks a test is tried on: one that speaks for the law and one that extends it each time, all of them in `make test-all`.

What must be tried on all of them each time (`everywhere`) is so on SQLite; on PostgreSQL it is those two.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from huiyin.rules.book.load import shipped

EACH_TIME: Final = frozenset({"national-2022", "street-office"})


def book(name: str, *more: object) -> Any:
    """A set of parameters that begins with the name of a book."""
    marks = () if name in EACH_TIME else (pytest.mark.exhaustive,)
    return pytest.param(name, *more, marks=marks, id="-".join(map(str, (name, *more))))


def everywhere(name: str, *more: object) -> Any:
    """The same for a test of the database, each time."""
    marks = () if name in EACH_TIME else (pytest.mark.rarely_on_postgresql,)
    return pytest.param(name, *more, marks=marks, id="-".join(map(str, (name, *more))))


BOOKS: Final = [book(name) for name in shipped()]
