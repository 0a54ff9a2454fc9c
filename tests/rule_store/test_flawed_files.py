"""Whatever file somebody tries to put in force, the version in force stays in force when the file is none, and cases go on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from huiyin import cli, commands
from huiyin.people.models import Organisation
from tests import tables
from tests.cast import Cast, make_cast
from tests.matters import ROAD, begin, walk
from tests.rules.book.test_bad_files import BOMBS, MISTAKES, written

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
FILES = MISTAKES | BOMBS


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize("attempt", ["activate", "dry-run"])
def test_a_flawed_file_changes_nothing_and_cases_go_on(
    cast: Cast, attempt: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matter = walk(begin(cast), until="accept")
    in_force, before = Organisation.objects.get(code="lj").rulebook, tables.contents()
    by = ["--by", "head"] if attempt == "activate" else []
    for content, error in FILES.values():
        path = written(tmp_path, content())
        status = cli.main(["rules", attempt, str(path), "--organisation", "lj", *by])
        said = capsys.readouterr()
        assert status == commands.FAILED, error
        assert error.partition(": ")[2].partition(";")[0] in said.out + said.err, error
        assert "Traceback" not in said.err
    assert tables.contents() == before
    assert Organisation.objects.get(code="lj").rulebook == in_force
    for who, action in ROAD[1:4]:
        matter.does(who, action)
    assert walk(begin(cast), until="accept").case.rulebook == matter.case.rulebook


def test_a_shipped_book_that_was_spoilt_on_disk_is_told_and_the_others_still_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiyin.rules.book import load as files  # the module whose folder is replaced

    shutil.copytree(files.BOOKS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "company.yaml").write_text("rulebook: company\n\tversion")
    monkeypatch.setattr(files, "BOOKS", tmp_path)
    files._shipped.cache_clear()
    try:
        with pytest.raises(files.RulebookFlawed, match=r"company\.yaml:"):
            files.load("company")
        assert files.load("xx-bureau").book.rulebook == "xx-bureau"
    finally:
        files._shipped.cache_clear()


def test_every_kind_of_flaw_is_among_the_files() -> None:
    kinds: list[Callable[[], str | bytes]] = [content for content, _ in FILES.values()]
    assert len(kinds) > 60


@pytest.mark.parametrize("command", [("show",), ("compare",), ("diagram",), ("activate", "--organisation", "lj", "--by", "head"), ("dry-run", "--organisation", "lj")])  # fmt: skip
def test_a_book_whose_names_lead_nowhere_is_told_by_every_command(
    cast: Cast, command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(cast)
    path = tmp_path / "own.yaml"
    path.write_text(
        'rulebook: own\nversion: "1"\nextends: national-2022\n'
        "procedures: {matter: {duties: {review: {limit: later, of: boss}}, actions: {accept: {to: lost, by: boss}}}}\n"
    )
    status = cli.main(["rules", command[0], str(path), *command[1:]])
    said = capsys.readouterr()
    assert status == commands.FAILED
    assert said.err.startswith("huiyin: own.yaml:4: procedures.matter.")
    assert said.err.endswith("(and 3 more)\n")
