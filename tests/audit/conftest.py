"""A world that all tests of a file verify: each module says with ``make_world`` what is in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.matters import Matter
from tests.standing import standing

World = tuple[Matter, Path]


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[World]:
    """The matter that the tests of the module are about, in its installation, and the folder of its files."""
    files = tmp_path_factory.mktemp("files")
    with standing(django_db_blocker):
        with override_settings(MEDIA_ROOT=str(files)):
            made = request.module.make_world()
        yield made, files


@pytest.fixture
def matter(world: World, db: None, settings: Any, tmp_path: Path) -> Matter:
    """The same for one test, which takes back what it did to rows and files."""
    made, files = world
    settings.MEDIA_ROOT = str(shutil.copytree(files, tmp_path / "files"))
    return deepcopy(made)
