"""Which clauses are carried out and shown by a test, and the gate that fails when one no longer is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import huiyin
from huiyin import cli, commands
from huiyin.clauses.coverage import RECORD, Coverage, coverage, record_text, recorded_tests, requirements
from huiyin.clauses.marks import NoRecord, marked_tests, passed_tests
from huiyin.rules.book.load import load, shipped

ROOT = Path(huiyin.__file__).parents[2]

AWAITED = "art-37"
"""An article of the law that no element of a book carries yet."""
"""A clause whose feature does not exist yet, for as long as that is so."""


@pytest.fixture(scope="module")
def rows() -> list[Coverage]:
    """All clauses as the tests of this tree show them."""
    return coverage(marked_tests(ROOT))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree with the tests of this one."""
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def gate(tree: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Status and complaints of `huiyin rules coverage` for a tree."""
    capsys.readouterr()
    status = cli.main(["rules", "coverage", "--tree", str(tree), *options])
    return status, capsys.readouterr().err


# --- this tree ------------------------------------------------------------------------------------------------------


def test_every_clause_that_the_books_carry_out_is_shown_and_none_that_is_awaited(rows: list[Coverage]) -> None:
    assert [row.trouble for row in rows if row.trouble] == []


def test_the_record_in_the_package_is_what_the_tests_are_marked_with() -> None:
    kept = RECORD.read_text(encoding="utf-8")
    assert kept == record_text(marked_tests(ROOT)), "bring it up to date: .venv/bin/huiyin rules coverage --write"


def test_no_test_is_marked_with_a_clause_that_does_not_exist() -> None:
    known = {row.clause for row in requirements()}.union(*(load(name).book.clauses for name in shipped()))
    assert marked_tests(ROOT).keys() - known == set()


def test_the_register_has_all_clauses_of_the_four_texts(rows: list[Coverage]) -> None:
    assert Counter(row.requirement.source for row in rows) == {"s0": 39, "s1": 65, "s2": 35, "s3": 80}


def test_the_register_is_the_one_that_was_agreed_on(shared: Path) -> None:
    agreed = requirements(shared / "clauses" / "clauses.yaml")
    assert requirements() == agreed


def test_every_clause_is_worded_in_the_book_of_its_text(rows: list[Coverage]) -> None:
    texts = {"s0": "xx-bureau", "s1-A": "street-office", "s1-B": "squad-rules", "s1-C": "science-bureau"}
    texts |= {"s2": "terminated-matters", "s3": "company"}
    for row in rows:
        (book,) = (book for prefix, book in texts.items() if row.clause.startswith(prefix))
        assert row.wording is not None and row.wording.book == book, row.clause


def test_a_clause_that_could_hurt_a_person_says_in_its_book_how_it_is_read(rows: list[Coverage]) -> None:
    warned = [row for row in rows if row.requirement.reading]
    assert len(warned) == 34
    assert [row.clause for row in warned if row.wording is None or row.wording.clause.note is None] == []


def test_no_book_invents_a_clause_of_the_texts() -> None:
    known = {row.clause for row in requirements()}
    for name in shipped():
        assert {clause for clause in load(name).book.clauses if re.match(r"s\d-", clause)} <= known, name


def test_what_is_awaited_names_its_feature_and_is_cited_by_nothing(rows: list[Coverage]) -> None:
    awaited = [row for row in rows if row.state == "awaited"]
    assert all(row.awaits and row.awaits.name.zh and row.awaits.name.en and not row.elements for row in awaited)


def test_an_element_is_found_where_its_book_says_it(rows: list[Coverage]) -> None:
    folder = ROOT / "src" / "huiyin" / "rules" / "books"
    for row in rows:
        for place in row.elements:
            assert row.clause in (folder / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1], str(
                place
            )
            assert place.name.zh, str(place)


# --- the gate -------------------------------------------------------------------------------------------------------


def test_a_tree_as_it_should_be_passes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(tree, capsys) == (commands.DONE, "")


def test_it_fails_and_names_the_clause_when_the_last_marked_test_is_gone(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tests = marked_tests(tree)
    alone = {clause: tree / nodes[0].partition("::")[0] for clause, nodes in tests.items() if len(nodes) == 1}
    clause, path = next(
        (clause, path)
        for clause, path in alone.items()
        if f'@pytest.mark.clause("{clause}")\n' in path.read_text(encoding="utf-8") and clause.startswith("s")
    )
    path.write_text(path.read_text(encoding="utf-8").replace(f'@pytest.mark.clause("{clause}")\n', ""), "utf-8")
    status, said = gate(tree, capsys)
    assert status == commands.FAILED
    assert said.startswith(f"{clause} is shown by no test any more: mark one that shows ")
    assert said.count("\n") == 1


def test_it_still_passes_when_one_of_several_tests_is_gone(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(marked_tests(tree)["s1-A5"]) == 3
    path = tree / "tests/desk/test_confidentiality.py"
    path.write_text(path.read_text(encoding="utf-8").replace("mark.clause", "mark.claus", 1), "utf-8")
    assert gate(tree, capsys) == (commands.DONE, "")


def test_a_clause_that_is_shown_may_not_stay_on_the_list_of_awaited_ones(tmp_path: Path) -> None:
    register = tmp_path / "clauses.yaml"
    register.write_text(f"- {{id: {AWAITED}, zh: 救助与帮扶}}\n", encoding="utf-8")
    (awaited,) = coverage({}, register)
    assert (awaited.state, awaited.trouble, awaited.features[0].built) == ("awaited", "", False)
    (early,) = coverage({AWAITED: ["tests/test_new.py::test_they_are_helped"]}, register)
    assert early.state == "early"
    assert early.trouble.startswith(
        f"{AWAITED} is shown by tests/test_new.py::test_they_are_helped: take `built: false` out of"
    )


def test_a_clause_that_is_in_no_book_fails(tmp_path: Path) -> None:
    register = tmp_path / "clauses.yaml"
    register.write_text("- {id: s9-1, zh: 乙}\n", encoding="utf-8")
    (row,) = coverage({"s9-1": ["tests/test_one.py::test_it"]}, register)
    assert row.state == "homeless"
    assert row.trouble.startswith("s9-1 is in no rulebook")


# --- what a run of the tests leaves behind --------------------------------------------------------------------------

HOOKS = "from tests.clause_record import pytest_runtest_setup, pytest_sessionstart\n"
"""As tests/conftest.py has them, without the stage for tests of pages and databases."""
OPTIONS = "[pytest]\ntestpaths = tests\npythonpath = .\naddopts = --import-mode=importlib\nmarkers = clause\n"
RUN = """
import pytest

@pytest.mark.clause("s0-1a", "s0-1b")
@pytest.mark.parametrize("number", [1, 2])
def test_passes(number): ...

@pytest.mark.clause("s0-2")
def test_fails():
    assert False

@pytest.mark.clause("s0-2", "s0-0a")
@pytest.mark.skip
def test_is_skipped(): ...
"""


def run(tree: Path, *paths: str) -> None:
    """Runs the tests of a tree as `make test` does, on two processes."""
    alone = ["-p", "xdist.plugin", "--numprocesses", "2", "--dist", "loadfile"]
    command = [sys.executable, "-m", "pytest", "-q", *alone, *paths]
    inherited = ("PYTEST_", "DJANGO_SETTINGS_MODULE")  # a run within a run would read the settings of this one
    environment = {name: value for name, value in os.environ.items() if not name.startswith(inherited)}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=120, check=False)


@pytest.mark.slow
def test_only_tests_that_passed_count_and_a_partial_run_forgets_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "clause_record.py", tmp_path / "tests")
    (tmp_path / "tests" / "conftest.py").write_text(HOOKS)
    (tmp_path / "pytest.ini").write_text(OPTIONS)
    (tmp_path / "tests" / "test_one.py").write_text(RUN)
    (tmp_path / "tests" / "test_two.py").write_text(RUN.replace("s0-1b", "s0-1c").replace("s0-2", "s0-3"))
    with pytest.raises(NoRecord, match="run the tests first"):
        passed_tests(tmp_path)
    run(tmp_path)
    both = ["tests/test_one.py::test_passes", "tests/test_two.py::test_passes"]
    passed = passed_tests(tmp_path)
    assert {clause: tests for clause, tests in passed.items() if tests} == {
        "s0-1a": both,
        "s0-1b": both[:1],
        "s0-1c": both[1:],
    }
    run(tmp_path, "tests/test_two.py")
    assert passed_tests(tmp_path) == passed
    status, said = gate(tmp_path, capsys, "--passed")
    assert status == commands.FAILED
    complaints = dict(line.split(" ", 1) for line in said.splitlines())
    assert {"s0-1a", "s0-1b"}.isdisjoint(complaints)
    assert "marked, but not passed: tests/test_one.py::test_is_skipped" in complaints["s0-0a"]
    (tmp_path / "tests" / "test_one.py").unlink()
    assert passed_tests(tmp_path)["s0-1a"] == both[1:]


def test_without_tests_the_record_of_the_package_is_told(rows: list[Coverage]) -> None:
    assert [row.tests for row in coverage(recorded_tests())] == [row.tests for row in rows]


def test_a_program_reads_where_each_clause_lives(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "coverage", "--json"]) == commands.DONE
    told = json.loads(capsys.readouterr().out)
    clause = next(row for row in told["clauses"] if row["clause"] == "s0-3.1.1c")
    assert clause["state"] == "shown"
    assert clause["book"] == "xx-bureau"
    assert {"path", "zh", "file", "line"} == set(clause["elements"][0])
    assert clause["tests"][0].startswith("tests/")


def test_a_folder_without_tests_is_no_source_tree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = gate(tmp_path, capsys)
    assert status == commands.FAILED
    assert "run this in a source tree" in said
