"""One demonstration for all tests of this folder: it takes seconds to make."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from huiyin import demo

NOW = datetime(2026, 6, 24, 7, 30, tzinfo=UTC)


@dataclass
class Made:
    """A demonstration as of ``now``."""

    told: demo.StoryReport
    now: datetime


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """Sixty matters in a database that is emptied again."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.make_cast(NOW)
        demo.keep_ready(NOW)
        yield Made(demo.tell(60, 1, NOW), NOW)
        transaction.set_rollback(True)
