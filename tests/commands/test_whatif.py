"""`huiyin whatif` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huiyin import cli
from huiyin.ledger.models import Row
from tests.cast import Cast, make_cast
from tests.matters import begin, walk
from tests.rule_store.slower import write


@pytest.fixture
def cast(db: None) -> Cast:
    """Three matters: one replied to, one accepted, one just in."""
    made = make_cast()
    walk(begin(made), until="serve_reply")
    walk(begin(made), until="accept")
    begin(made)
    return made


@pytest.fixture
def slower(tmp_path: Path) -> Path:
    return write(tmp_path, 20)


def whatif(book: object, *more: str, since: str = "2026-03-01") -> int:
    return cli.main(["whatif", "--book", str(book), "--since", since, *more])


def json_report(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_under_the_book_in_force_nothing_would_be_otherwise(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert whatif("national-2022") == 0
    assert capsys.readouterr().out == "national-2022@2: 3 cases registered since 2026-03-01, 0 would be otherwise\n"


def test_a_file_with_a_longer_limit_shows_by_how_much_due_dates_move(
    cast: Cast, slower: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert whatif(slower, "--json") == 0
    answer = json_report(capsys)
    assert (answer["rulebook"], answer["cases"], answer["changed"]) == ("slower@1", 3, 3)
    assert answer["differences"] == {"due": 3}
    (moved,) = [duty for duty in answer["duties"] if duty["later"]]
    assert (moved["duty"], moved["later"], moved["days"]) == (
        "decide_acceptance",
        3,
        {"least": 6, "median": 6.0, "most": 6},
    )
    (first, *_) = answer["changes"]
    assert first["differences"][0]["clause_would"] == ["art-22.1", "art-23.2", "1"]


def test_the_table_names_kinds_duties_and_cases(cast: Cast, slower: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert whatif(slower, "--list", "2") == 0
    said = capsys.readouterr().out
    assert "due dates" in said
    assert "█" in said
    assert "decide_acceptance" in said
    assert "examine and tell in writing" in said
    assert said.count("due decide_acceptance: 2026-03-17 → 2026-03-23 (+6 days)") == 2
    assert "and 1 more cases" in said


def test_another_book_tells_steps_that_it_does_not_have(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert whatif("science-bureau") == 0
    assert "steps that would not be allowed" in capsys.readouterr().out


def test_only_cases_of_the_organisation_and_since_the_day(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert whatif("national-2022", "--organisation", "jn", "--json") == 0
    assert json_report(capsys)["cases"] == 0
    assert whatif("national-2022", "--organisation", "lj", "--json", since="2026-03-03") == 0
    assert json_report(capsys)["cases"] == 0


def test_nothing_is_changed(cast: Cast, slower: Path) -> None:
    before = Row.objects.count()
    whatif(slower)
    assert Row.objects.count() == before


@pytest.mark.parametrize(
    ("book", "more", "since", "status", "said"),
    [
        ("no-such-book", (), "2026-03-01", 1, "one of the known rulebooks"),
        ("missing.yaml", (), "2026-03-01", 2, "missing.yaml"),
        ("national-2022", (), "yesterday", 2, "give a day as in"),
        ("national-2022", (), "2026-13-01", 2, "give a day as in"),
        ("national-2022", ("--organisation", "nowhere"), "2026-03-01", 2, "there is no organisation nowhere"),
        ("national-2022", ("--list", "-1"), "2026-03-01", 2, "--list must be 0 or more"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    cast: Cast,
    book: str,
    more: tuple[str, ...],
    since: str,
    status: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert whatif(book, *more, since=since) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1


def test_a_book_and_a_day_must_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["whatif", "--book", "national-2022"])
    assert left.value.code == 2
    assert "--since" in capsys.readouterr().err
