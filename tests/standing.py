"""A world that the tests of a file share: it is made once, and each of them takes back what it alone did to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from tests import kept


@contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """What is written within it stands for as long as it is open: ``db`` of a test then begins and ends within its transaction.

    For a fixture of a module whose tests all use ``db``, and none ``transactional_db``; ``blocker`` is ``django_db_blocker``.
    A test that wants an empty database comes before the first that asks for the fixture.
    """
    with blocker.unblock(), transaction.atomic(), kept.instead_of_empty():
        yield
        transaction.set_rollback(True)
