"""Simulations in the database of the test."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from huiyin.rules.book.load import load
from huiyin.simulation.run import SimulationOrder, SimulationRun, run
from huiyin.simulation.staffing import DEFAULT, Staffing, default_staffing, merged

Simulate = Callable[..., SimulationRun]


def staffing(**tables: Any) -> Staffing:
    """The default staffing with other values in some tables."""
    return Staffing.model_validate(merged(default_staffing_tree(), tables))


def default_staffing_tree() -> dict[str, Any]:
    """The default staffing as the file has it."""
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


@pytest.fixture
def reset(db: None) -> Iterator[Callable[[], None]]:
    """Takes back what a simulation wrote, so that another one can begin: the ledger lets nobody delete."""
    points = [transaction.savepoint()]

    def take_back() -> None:
        transaction.savepoint_rollback(points.pop())
        points.append(transaction.savepoint())

    yield take_back


@pytest.fixture
def simulate(db: None) -> Simulate:
    """Simulates a number of matters of a shipped book, once a test."""

    def simulated(book: str, matters: int, seed: int = 1, **tables: Any) -> SimulationRun:
        assumed = staffing(**tables) if tables else default_staffing()
        return run(SimulationOrder(load(book), assumed, matters, seed))

    return simulated
