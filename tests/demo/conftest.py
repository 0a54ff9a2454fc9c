"""One demonstration for all tests of this folder: it takes seconds to make."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from huiyin import demo
from tests.standing import standing

NOW = datetime(2026, 6, 24, 7, 30, tzinfo=UTC)


@dataclass
class Made:
    """A demonstration as of ``now``."""

    told: demo.StoryReport
    now: datetime


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """Sixty matters in a database that is emptied again."""
    with standing(django_db_blocker):
        demo.make_cast(NOW)
        demo.keep_ready(NOW)
        yield Made(demo.tell(60, 1, NOW), NOW)
