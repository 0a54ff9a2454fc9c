"""The cast, and the worker that keeps the index."""

from __future__ import annotations

import pytest

from huiyin.search import index
from tests.cast import NOW, Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def take_all_in() -> None:
    """What a worker does until nothing waits."""
    while index.take_in(NOW):
        pass
