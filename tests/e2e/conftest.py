"""What every walk through a browser stands on: both screens, and a demonstration that is served."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import DATABASE
from tests.installation import Installation, fresh_database

WIDTHS: Final = ("page", "phone")


@pytest.fixture(params=WIDTHS)
def screen(request: pytest.FixtureRequest) -> Any:
    """The same walk on both screens."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def demonstration(peopled: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demonstration accounts without any matter, served."""
    made = peopled.copy(tmp_path_factory.mktemp("demonstration") / "home")
    made.start()
    yield made
    made.close()


@contextmanager
def served_after(home: Path, *commands: str) -> Iterator[Installation]:
    """An installation at ``home`` on which each of ``commands`` was run, served."""
    made = Installation(home, fresh_database(os.environ["DATABASE_URL"]) if DATABASE == "postgresql" else None)
    for command in commands:
        outcome = made.run(*command.split())
        assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    made.start()
    yield made
    made.close()
