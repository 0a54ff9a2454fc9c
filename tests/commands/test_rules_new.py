"""`huiyin rules new`, `export` and `check --watch` on the command line."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest

from huiyin import cli, commands
from huiyin.commands._rules.watching import watched
from huiyin.rules.book.load import load_file

ANSWERS = "name: pond\ntitle: 鱼塘办法\nnotice_days: 7\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody works."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_ten_answers_at_the_keyboard_make_a_book(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The second line answers no question of the first kind, and is asked for again.
    monkeypatch.setattr("sys.stdin", io.StringIO("Not A Name\npond\n鱼塘办法\n\n\n\n\n\n\n7\n\n"))
    assert cli.main(["rules", "new"]) == commands.DONE
    said = capsys.readouterr()
    assert said.out == "pond.yaml written; look at it, then: huiyin rules check pond.yaml\n"
    assert "a book is not called 'Not A Name'" in said.err
    assert str(load_file(folder / "pond.yaml").book.procedures["matter"].limits["notice"].within) == "7 days"


@pytest.mark.slow
def test_a_file_of_answers_makes_a_book_that_the_check_finds_sound(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    assert cli.main(["rules", "new", "--file", "answers.yaml", "--json"]) == commands.DONE
    assert json.loads(capsys.readouterr().out) == {"file": "pond.yaml"}
    assert cli.main(["rules", "check", "pond.yaml"]) == commands.DONE
    told = capsys.readouterr().out
    assert "pond.yaml: nowhere less than national-2022@" in told
    assert "to do: pond.yaml:11: TODO: one entry" in told and "(clauses local-1, local-2, local-3, local-4)" in told


def test_the_questions_can_be_read_by_a_program(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "new", "--answers", "--json"]) == commands.DONE
    told = json.loads(capsys.readouterr().out)
    assert [one["key"] for one in told][:2] == ["name", "title"] and len(told) == 10
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pond.yaml", "--defaults"], "the file of my-office is called my-office.yaml"),
        (["nowhere/my-office.yaml", "--defaults"], "cannot be written"),
        (["--file", "missing.yaml"], "missing.yaml"),
        ([], "the answers ended early"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line_and_nothing_is_left(
    arguments: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli.main(["rules", "new", *arguments]) == commands.MISUSED
    assert said in capsys.readouterr().err
    assert list(folder.iterdir()) == []


def test_a_book_that_is_there_is_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "my-office.yaml").write_text("mine", encoding="utf-8")
    assert cli.main(["rules", "new", "--defaults"]) == commands.MISUSED
    assert "is there already" in capsys.readouterr().err
    assert (folder / "my-office.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["squad-rules", "--promela", "--procedure", "manner-complaint"], "/* squad-rules@"),
        (["squad-rules", "--bpmn"], "<?xml version"),
        (["--json-schema"], '{\n  "$schema"'),
    ],
)
def test_each_form_is_printed_or_written(
    arguments: list[str], begins: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rules", "export", *arguments]) == commands.DONE
    printed = capsys.readouterr().out
    assert printed.startswith(begins)
    assert cli.main(["rules", "export", *arguments, "--output", "out"]) == commands.DONE
    assert (folder / "out").read_text(encoding="utf-8") == printed
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bpmn"], "no book was named"),
        (["squad-rules", "--bpmn", "--procedure", "incident"], "has no procedure incident"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["rules", "export", *arguments]) == commands.MISUSED
    assert said in capsys.readouterr().err


def test_watching_checks_again_when_a_file_of_the_book_changes_and_ends_when_interrupted(folder: Path) -> None:
    book, checked = folder / "own.yaml", list[str]()
    book.write_text("first", encoding="utf-8")
    looks = iter(["nothing happens", "changed", "beside it", "interrupted"])

    def check(_arguments: argparse.Namespace) -> int:
        checked.append(book.read_text(encoding="utf-8"))
        return commands.FAILED

    def wait() -> None:
        match next(looks):
            case "changed":
                book.write_text("second, longer", encoding="utf-8")
            case "beside it":
                (folder / "module.yaml").write_text("new", encoding="utf-8")
            case "interrupted":
                raise KeyboardInterrupt

    assert watched(argparse.Namespace(book=str(book)), check, wait) == commands.DONE
    assert checked == ["first", "second, longer", "second, longer"]


def test_a_shipped_book_is_not_watched(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "check", "xx-bureau", "--watch"]) == commands.MISUSED
    assert "a shipped book does not change" in capsys.readouterr().err
