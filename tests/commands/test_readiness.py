"""Commands work on an installation of this version with its own keys; elsewhere they say what is missing, and leave nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.people.models import Petitioner
from huiyin.sealing import keyring
from tests.cast import NOW
from tests.commands.running import Huiyin
from tests.commands.test_keys import petitioners  # noqa: F401 - a fixture
from tests.installation import Installation

LOOKING = (("ledger", "verify"), ("appointments", "list"), ("tokens", "list"), ("jobs",))


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_where_nothing_is_set_up_a_command_says_so_and_makes_nothing(
    bare_installation: Installation, command: tuple[str, ...]
) -> None:
    outcome = bare_installation.run(*command)
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "huiyin prepare" in outcome.stderr
    assert not bare_installation.home.exists()


def test_on_a_database_without_tables_a_command_names_what_makes_them(bare_installation: Installation) -> None:
    bare_installation.home.mkdir(mode=0o700)
    outcome = bare_installation.run("jobs")
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "nothing is set up here yet" in outcome.stderr and "huiyin prepare" in outcome.stderr


@pytest.mark.any_database
def test_no_new_keys_are_made_beside_a_database(installation: Installation) -> None:
    if installation.database_url:
        pytest.skip("the database is not in the data folder")
    keys = installation.home / "keys"
    keys.unlink()
    for command in (("prepare",), ("keys", "list"), ("ledger", "verify")):
        outcome = installation.run(*command)
        assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1), outcome.stderr
        assert "no key ring here, though huiyin.sqlite3 holds data" in outcome.stderr
    assert not keys.exists()


@pytest.mark.parametrize(
    "command", [("tokens", "list"), ("ledger", "verify"), ("prepare",), ("import", "x.csv", "--organisation", "lj", "--channel", "web")], ids=" ".join
)  # fmt: skip
def test_under_the_keys_of_another_database_nothing_is_done(
    petitioners: list[Petitioner],  # noqa: F811
    ring_file: Path,
    huiyin: Huiyin,
    command: tuple[str, ...],
) -> None:
    ring_file.write_text(keyring.new_key(NOW).line() + "\n")
    outcome = huiyin(*command)
    assert (outcome.status, outcome.err.count("\n")) == (1, 1), outcome.err
    assert "this key ring does not belong to the database" in outcome.err
    assert len(petitioners) == Petitioner.objects.count()
