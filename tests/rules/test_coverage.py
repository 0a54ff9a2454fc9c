"""Which clauses are shown by a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import huiyin
from huiyin.rules.check import cited_clauses
from huiyin.rules.coverage import NoRegister, coverage
from huiyin.rules.load import load

ROOT = Path(huiyin.__file__).parents[2]
REGISTER = "- {id: s0-1a, zh: 甲}\n- {id: s9-1, zh: 乙}\n"


def tree(tmp_path: Path) -> Path:
    """A source tree with a register and one test."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "clauses.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text('@pytest.mark.clause(\n    "s0-1a",\n)\ndef test_it(): ...\n')
    return tmp_path


def test_without_a_record_the_marks_in_the_tests_count(tmp_path: Path) -> None:
    first, second = coverage(tree(tmp_path))
    assert (first.clause, first.tests, first.covered) == ("s0-1a", ("tests/test_one.py",), True)
    assert (second.clause, second.covered, second.books) == ("s9-1", False, ())


def test_the_record_of_the_last_run_goes_before_the_marks(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "build").mkdir()
    (root / "build" / "clauses.json").write_text(json.dumps({"s9-1": ["tests/test_two.py::test_that"]}))
    first, second = coverage(root)
    assert (first.covered, second.tests) == (False, ("tests/test_two.py::test_that",))


def test_a_tree_without_a_register_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoRegister, match=r"clauses\.yaml does not exist"):
        coverage(tmp_path)


def test_every_clause_of_the_bureaus_plan_is_in_its_book() -> None:
    book = load("xx-bureau").book
    carried_out = {*cited_clauses(book), *book.elsewhere}
    rows = [row.clause for row in coverage(ROOT) if row.source == "s0"]
    assert len(rows) == 39
    assert set(rows) <= carried_out


def test_the_bureaus_book_invents_no_clause_of_the_plan() -> None:
    known = {row.clause for row in coverage(ROOT)}
    assert {clause for clause in load("xx-bureau").book.clauses if clause.startswith("s0-")} <= known
