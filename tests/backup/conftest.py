"""An installation with petitions and files, and a backup of it, for tests to copy."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests import forks
from tests.conftest import HOME
from tests.installation import COMMAND_SECONDS, Installation, fresh_database

USING = Path(__file__).parent / "using.py"
FILES = 3


def use(installation: Installation, *what: str) -> Any:
    """What ``using.py`` prints in an installation."""
    plain = {"HUIYIN_DEBUG": "1"}  # style sheets as they are: no server has collected them yet
    outcome = forks.run([str(USING), *what], installation.environment() | plain, COMMAND_SECONDS)
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def done(outcome: subprocess.CompletedProcess[str]) -> Any:
    """What a command reported with `--json`, which must have gone well."""
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return json.loads(outcome.stdout)


@dataclass(frozen=True)
class Kept:
    """An installation, a backup of it, and a copy of its key ring apart."""

    installation: Installation
    file: Path
    ring: Path


@pytest.fixture(scope="session")
def lived_in(peopled: Installation) -> Installation:
    """The people of the demonstration, a few petitions with files, and a signed head of the log."""
    made = peopled.copy(HOME / "lived-in")
    assert len(use(made, "hand-in", str(FILES))) == FILES
    assert use(made, "work") > 0
    return made


@pytest.fixture(scope="session")
def kept(lived_in: Installation) -> Kept:
    """A backup of it; nobody changes any of these."""
    file, ring = HOME / "kept.zip", HOME / "kept-ring"
    done(lived_in.run("backup", str(file), "--keys", str(ring), "--json"))
    return Kept(lived_in, file, ring)


@pytest.fixture
def bureau(lived_in: Installation) -> Iterator[Installation]:
    """A copy of the installation, to do with as one likes."""
    made = lived_in.copy(HOME / uuid4().hex)
    (made.home / "backups.json").unlink(missing_ok=True)  # nobody has made one yet
    yield made
    made.close()
    shutil.rmtree(made.home, ignore_errors=True)


@pytest.fixture
def nowhere(kept: Kept) -> Iterator[Installation]:
    """A place for an installation in which there is nothing yet: no folder, and an empty database."""
    like = kept.installation.database_url
    place = Installation(HOME / uuid4().hex, fresh_database(like) if like else None)
    yield place
    shutil.rmtree(place.home, ignore_errors=True)


Damage = Callable[[bytes], bytes]


@pytest.fixture
def spoilt(kept: Kept, tmp_path: Path) -> Callable[[Damage], Path]:
    """The backup after something was done to its bytes."""

    def spoil(damage: Damage) -> Path:
        file = tmp_path / "spoilt.zip"
        file.write_bytes(damage(kept.file.read_bytes()))
        return file

    return spoil
