"""`huiyin drill` in a process of its own: its status says whether anything came too late, and no installation is touched."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from huiyin.commands import drill
from huiyin.simulation.drill import scenarios
from tests import forks

SECONDS = 120


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    ours = ("HUIYIN_", "DATABASE_URL", "DJANGO_", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return forks.run(
        [forks.COMMAND_LINE, "drill", *arguments], {**kept, "HUIYIN_HOME": str(home), "HUIYIN_LANGUAGE": "en"}, SECONDS
    )


@pytest.mark.slow
def test_a_drill_in_which_nobody_acknowledges_ends_with_status_1_and_says_which_step_was_late(tmp_path: Path) -> None:
    done = command(tmp_path / "home", "group-visit", "--absent", "department_head", "--json")
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert [data["late"] for data in report["drills"]] == [["pass_on"]]
    assert not (tmp_path / "home").exists()


def test_what_is_wrong_is_told_in_one_line(tmp_path: Path) -> None:
    done = command(tmp_path / "home", "flood")
    assert (done.returncode, "invalid choice" in done.stderr) == (2, True)


def test_the_command_offers_every_scenario_that_ships() -> None:
    assert scenarios.names() == drill.SCENARIOS
