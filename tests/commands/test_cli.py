"""The command line keeps its promises whatever the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from huiyin import cli, commands
from tests.installation import Installation


def test_without_a_command_the_complaint_is_one_line_and_the_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([])
    assert end.value.code == commands.MISUSED
    assert capsys.readouterr().err.count("\n") == 1


def test_a_wrong_option_is_told_in_one_line_that_names_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["serve", "--port", "many"])
    complaint = capsys.readouterr().err
    assert end.value.code == commands.MISUSED
    assert "--port" in complaint
    assert "huiyin serve --help" in complaint
    assert complaint.count("\n") == 1


def test_asking_for_help_loads_neither_django_nor_pydantic() -> None:
    question = "import sys, huiyin.cli; huiyin.cli.parser(); print({'django', 'pydantic'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


def test_every_command_has_a_help_page(capsys: pytest.CaptureFixture[str]) -> None:
    for module in commands.names():
        with pytest.raises(SystemExit) as end:
            cli.main([module.rpartition(".")[2].removesuffix("_").replace("_", "-"), "--help"])
        assert end.value.code == 0, module
    assert "--help" in capsys.readouterr().out


def test_an_unknown_database_is_told_in_one_line(installation: Installation) -> None:
    installation.variables["DATABASE_URL"] = "mysql://somewhere/else"
    outcome = installation.run("prepare")
    assert outcome.returncode == commands.FAILED
    assert "DATABASE_URL" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_key_ring_that_others_can_read_is_refused_in_one_line(installation: Installation) -> None:
    keys: Path = installation.home / "keys"
    keys.chmod(0o644)
    outcome = installation.run("prepare")
    assert outcome.returncode == commands.FAILED
    assert "chmod 600" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_preparing_twice_does_nothing_the_second_time(bare_installation: Installation) -> None:
    assert "database brought up to date" in bare_installation.run("prepare").stdout
    assert bare_installation.run("prepare").stdout == "nothing to do\n"
