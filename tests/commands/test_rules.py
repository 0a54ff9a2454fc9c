"""`huiyin rules`, as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiyin import cli, commands
from huiyin.rules.book.load import shipped


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Status, output and complaint of one command."""
    status = cli.main(["rules", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_shipped_books_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list", "--json")
    assert status == commands.DONE
    assert [book["rulebook"] for book in json.loads(out)] == list(shipped())
    assert {"national-2022", "terminated-matters", "xx-bureau"} <= set(shipped())


def test_a_sound_book_is_said_to_be_sound(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "check", "national-2022")
    assert (status, out.partition("\n")[0], err) == (commands.DONE, "national-2022: sound", "")


def test_a_flawed_book_is_status_1_with_file_and_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("rulebook: own\nextends: national-2022\nprocedures: {matter: {actions: {accept: {to: lost}}}}\n")
    status, out, _ = run(capsys, "check", str(path), "--json")
    (flaw,) = json.loads(out)["flaws"]
    assert status == commands.FAILED
    assert (flaw["file"], flaw["line"], flaw["got"]) == ("own.yaml", 3, "lost")


def test_an_unknown_book_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "show", "nowhere")
    assert status == commands.FAILED
    assert "national-2022" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("line", [("check", "nosuch.yaml"), ("check", "./nosuch.yaml"), ("compare", "its/nosuch")])
def test_a_file_that_is_not_there_is_not_told_as_an_unknown_book(
    capsys: pytest.CaptureFixture[str], line: tuple[str, str]
) -> None:
    status, out, err = run(capsys, *line)
    assert (status, out) == (commands.MISUSED, "")
    assert err.startswith(f"huiyin: {line[1]}: no such file; ")


def test_a_book_is_shown_with_its_duties_and_limits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh-hans")
    _, out, _ = run(capsys, "show", "xx-bureau")
    assert "receive_group" in out
    assert "审查并书面告知 · 纪委受理人 · 15 日 · art-22.1、art-23.2" in out
    _, out, _ = run(capsys, "show", "xx-bureau", "--json")
    assert json.loads(out)["procedures"]["matter"]["actions"]["accept"]["from"] == ["registered"]


def test_a_diagram_is_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "diagram", "xx-bureau", "--procedure", "incident")
    assert status == commands.DONE
    assert out.startswith("<svg")


def test_a_procedure_that_the_book_lacks_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "diagram", "national-2022", "--procedure", "incident")
    assert status == commands.MISUSED
    assert "it has matter" in err


def test_coverage_counts_clauses_by_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "coverage", "--json")
    assert (status, err) == (commands.DONE, "")
    counts = json.loads(out)["sources"]
    assert {source: count["clauses"] for source, count in counts.items()} == {"s0": 39, "s1": 65, "s2": 35, "s3": 80}
    assert all(count["shown"] + count["awaited"] == count["clauses"] for count in counts.values())
