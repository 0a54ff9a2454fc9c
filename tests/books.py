"""Which rulebooks a test is tried on: one that speaks for the law and one that extends it each time, all of them in `make test-all`."""

from __future__ import annotations

from typing import Any, Final

import pytest

from huiyin.rules.book.load import load, shipped

LAW: Final = "national-2022"
EACH_TIME: Final = frozenset({LAW, "street-office"})


def book(name: str, *more: object) -> Any:
    """A set of parameters that begins with the name of a book."""
    marks = () if name in EACH_TIME else (pytest.mark.exhaustive,)
    return pytest.param(name, *more, marks=marks, id="-".join(map(str, (name, *more))))


def _procedure(name: str, procedure: str) -> Any:
    """Of a book that extends the law, each time its matters alone: its other procedures are the law's."""
    if name == LAW or procedure == "matter":
        return book(name, procedure)
    return pytest.param(name, procedure, marks=pytest.mark.exhaustive, id=f"{name}-{procedure}")


BOOKS: Final = [book(name) for name in shipped()]
PROCEDURES: Final = [_procedure(name, procedure) for name in shipped() for procedure in load(name).book.procedures]
"""The same with each of their procedures."""
