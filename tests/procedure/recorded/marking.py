"""Marks one test for many clauses, once for each."""

from __future__ import annotations

import pytest


def by_clause(names: str) -> pytest.MarkDecorator:
    """Runs a test with each clause of ``names`` as its ``clause``, each time as a test of that clause alone (`huiyin.clauses.marks`)."""
    return pytest.mark.parametrize(
        "clause", [pytest.param(name, marks=pytest.mark.clause(name)) for name in names.split()]
    )
