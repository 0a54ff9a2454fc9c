"""What is taken from a book is taken from that book alone, leaves it readable, and is noticed by a test that says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import huiyin
from huiyin import cli, commands
from huiyin.clauses.coverage import Coverage, coverage
from huiyin.clauses.marks import marked_tests, record_tests
from huiyin.clauses.removals.inputs import Inputs
from huiyin.clauses.removals.record import RemovalVerdict, record_text, recorded, verdicts
from huiyin.clauses.removals.removals import Removal, cites, removals_of, without
from huiyin.clauses.removals.run import Answer, NotTried, Probe, Trials, answers, probes, sample
from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.references import dangling
from tests.clauses.removals.records import books_without, failing
from tests.procedure.recorded import test_scenes

ROOT = Path(huiyin.__file__).parents[2]
BUREAU = "tests/procedure/test_books_bureau.py"
FORM = Removal("xx-bureau", "procedures.matter.actions.fill_form", "must be filled in: competence")
SIGN = Removal("xx-bureau", "procedures.matter.actions.sign_ordinary", "not_by: fill_form")
NOTICE = f"{BUREAU}::test_the_form_says_why_a_unit_is_responsible"
UNRELATED = f"{BUREAU}::test_leaders_office_and_departments_each_have_a_role_of_their_own"


@pytest.fixture(scope="module")
def rows() -> list[Coverage]:
    """All clauses as the tests of this tree show them."""
    return coverage(marked_tests(ROOT))


@pytest.fixture(scope="module")
def asked(rows: list[Coverage]) -> list[Probe]:
    """All that is to be asked."""
    return probes(rows, record_tests(ROOT))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree in which nothing was tried yet: this one's tests, and what they read of the rest."""
    for name in ("tests", "tools", "src", "benchmarks"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


# --- what is taken --------------------------------------------------------------------------------------------------


def test_every_part_of_every_element_that_cites_a_clause_can_be_taken_away(rows: list[Coverage]) -> None:
    assert len(removals_of(next(row for row in rows if row.clause == "s0-1a"))) >= 15
    assert len({removal for row in rows for removal in removals_of(row)}) > 2500


def test_a_record_shows_no_clause_but_is_asked_first_of_each_that_has_something_to_take_away(
    asked: list[Probe],
) -> None:
    assert not [test for tests in marked_tests(ROOT).values() for test in tests if "/recorded/" in test]
    scenes = "tests/procedure/recorded/test_scenes.py::"
    assert [one.clause for one in asked if not one.tests[0].startswith(scenes)] == []


def test_a_clause_that_a_feature_carries_out_has_nothing_to_take_away(rows: list[Coverage]) -> None:
    assert [row.clause for row in rows if not row.elements and removals_of(row)] == []


def test_a_book_without_a_part_differs_in_it_alone_and_the_book_itself_stays() -> None:
    book = load("xx-bureau").book
    damaged = without(book, SIGN)
    assert book.procedures["matter"].actions["sign_ordinary"].not_by == ("fill_form",)
    assert damaged.procedures["matter"].actions["sign_ordinary"].not_by == ()
    actions = {
        **damaged.procedures["matter"].actions,
        "sign_ordinary": book.procedures["matter"].actions["sign_ordinary"],
    }
    assert damaged.procedures["matter"].model_copy(update={"actions": actions}) == book.procedures["matter"]


def test_every_removal_changes_its_book_and_leaves_no_name_that_leads_nowhere(asked: list[Probe]) -> None:
    # Only of erasing does the reader itself ask for all that guards it.
    tried = {one.removal for one in sample(asked, 40)}
    for removal in tried:
        rules = load(removal.book)
        damaged = without(rules.book, removal)
        assert damaged != rules.book, removal
        changed = type(rules)(damaged, rules.calendar, rules.places, rules.parts, rules.files)
        flaws = [flaw for flaw in dangling(changed) if flaw.why.code is not FlawCode.ERASES_ALONE]
        assert list(map(str, flaws)) == [], removal


def test_a_removal_reaches_every_book_that_has_the_element_and_cites_the_clause_there() -> None:
    archiving = Removal("national-2022", "procedures.matter.limits.handling", "within")
    assert [name for name in shipped() if cites(load(name).book, archiving)] != []
    assert cites(load("xx-bureau").book, archiving)
    assert not cites(load("national-2022").book, SIGN)


# --- what notices it ------------------------------------------------------------------------------------------------


def asking(removal: Removal, *tests: str) -> Probe:
    """Whether one of the tests notices it."""
    return Probe("s0-1a", removal, tests)


def test_a_record_fails_without_a_part_that_its_clause_needs_and_not_with_it(
    asked: list[Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    test = next(one.tests[0] for one in asked if one.removal == FORM)
    for removal, fails in ((FORM, True), (None, False)):
        monkeypatch.setattr(test_scenes, "load", books_without(removal))
        assert failing([test], {"test_scenes": test_scenes}) == {test: fails}


@pytest.mark.slow
def test_a_test_notices_what_it_asserts_and_nothing_else_and_what_was_tried_is_not_tried_again(tree: Path) -> None:
    found = answers([asking(FORM, NOTICE), asking(SIGN, NOTICE), asking(FORM, UNRELATED, NOTICE)], tree, 1)
    assert [one.by for one in found] == [NOTICE, None, NOTICE]
    assert all(one.tried for one in found)
    lines = (tree / "build" / "removals.jsonl").read_text(encoding="utf-8").splitlines()
    with (tree / "build" / "removals.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "half a li')  # as an interrupted run leaves it
    tried = Trials(tree)
    assert len(tried.failed) == len(set(lines))
    assert tried.answer(asking(FORM, NOTICE)).by == NOTICE
    assert tried.left(FORM, [UNRELATED]) == [] and tried.left(SIGN, [UNRELATED]) == [UNRELATED]


@pytest.mark.slow
def test_a_test_that_fails_on_the_book_as_it_is_proves_nothing_and_is_named(tmp_path: Path, tree: Path) -> None:
    (tree / "tests").unlink()
    (tree / "tests").mkdir()
    for path in (ROOT / "tests").iterdir():
        (tree / "tests" / path.name).symlink_to(path)
    (tree / "tests" / "test_broken.py").write_text("def test_is_broken():\n    assert False\n", encoding="utf-8")
    with pytest.raises(NotTried, match=r"1 tests fail and 0 cannot be run: tests/test_broken\.py::test_is_broken"):
        answers([asking(FORM, "tests/test_broken.py::test_is_broken")], tree, 1)


def test_a_key_hangs_on_the_test_and_what_it_imports_and_not_on_another_test_beside_it(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text("")
    (tmp_path / "tests" / "tools.py").write_text("A = 1\n")
    file = tmp_path / "tests" / "test_one.py"
    file.write_text("from tests.tools import A\n\ndef test_a():\n    assert A\n")
    node = "tests/test_one.py::test_a"

    def key() -> str:
        for cached in ("_own_text", "_imports", "_bytes_digest"):
            __import__("huiyin.clauses.removals.inputs", fromlist=[cached]).__dict__[cached].cache_clear()
        return Inputs(tmp_path).key(FORM, node)

    first = key()
    file.write_text(file.read_text() + "\ndef test_b():\n    assert not A\n")
    assert key() == first
    assert Inputs(tmp_path).key(SIGN, node) != first
    (tmp_path / "tests" / "tools.py").write_text("A = 2\n")
    assert key() != first
    second = key()
    file.write_text(file.read_text().replace("assert A", "assert A == 2"))
    assert key() not in (first, second)


def test_a_key_is_the_same_in_every_process() -> None:
    """Sets have another order in each: what was tried would otherwise be tried again."""
    program = f"from pathlib import Path; from huiyin.clauses.removals.inputs import Inputs; from huiyin.clauses.removals.removals import Removal; print(Inputs(Path({str(ROOT)!r})).key(Removal(*{(FORM.book, FORM.path, FORM.what)!r}), 'tests/desk/test_lists.py::test_it'))"
    keys = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(keys) == 1 and all(keys)


# --- the record -----------------------------------------------------------------------------------------------------


def test_a_clause_is_thin_when_one_removal_passes_and_has_no_verdict_while_one_is_untried() -> None:
    noticed, unnoticed, untried = (
        Answer(asking(FORM, NOTICE), NOTICE),
        Answer(asking(SIGN, NOTICE), None),
        Answer(asking(SIGN, NOTICE), None, tried=False),
    )
    assert verdicts([noticed])["s0-1a"].proof == "shown"
    assert verdicts([noticed, unnoticed])["s0-1a"] == RemovalVerdict(2, (str(SIGN),))
    assert verdicts([noticed, unnoticed])["s0-1a"].proof == "thin"
    assert verdicts([noticed, untried]) == {}


def test_a_record_of_another_book_is_no_record(rows: list[Coverage], tmp_path: Path) -> None:
    found = {"s0-1a": RemovalVerdict(2, (str(SIGN),))}
    path = tmp_path / "removals.json"
    path.write_text(record_text(rows, found), encoding="utf-8")
    assert recorded(rows, path) == found
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["s0-1a"]["of"] = "0" * 16
    path.write_text(json.dumps(kept), encoding="utf-8")
    assert recorded(rows, path) == {}
    assert recorded(rows, tmp_path / "missing.json") == {}


def test_the_shipped_record_speaks_of_clauses_and_removals_that_there_are(rows: list[Coverage]) -> None:
    by_clause = {row.clause: row for row in rows}
    for clause, verdict in recorded(rows).items():
        names = list(map(str, removals_of(by_clause[clause])))
        assert verdict.removals == len(names)
        assert set(verdict.unnoticed) <= set(names)


def test_without_a_tree_of_tests_nothing_can_be_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "coverage", "--removals", "--tree", str(tmp_path)]) == commands.FAILED
    assert "run this in a source tree" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--clause", "s0-1a"], "give --removals too"),
        (["--removals", "--clause", "s9-9"], "there is no clause s9-9"),
    ],
)
def test_what_cannot_be_chosen_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "coverage", *arguments]) == commands.MISUSED
    assert said in capsys.readouterr().err


# --- the gate -------------------------------------------------------------------------------------------------------


@pytest.fixture
def expected(asked: list[Probe], rows: list[Coverage]) -> list[Probe]:
    """Those of which the record does not say that nobody notices them: what it says of the others, each full run finds anew at the price of
    all tests that need a database.
    """
    known = recorded(rows)
    return [one for one in asked if one.clause not in known or str(one.removal) not in known[one.clause].unnoticed]


@pytest.mark.slow
def test_a_sample_of_removals_is_noticed_as_the_record_says(
    expected: list[Probe], rows: list[Coverage], tree: Path
) -> None:
    known = recorded(rows)
    noticed = [
        one
        for one in expected
        if one.clause in known and all(test.startswith("tests/procedure/") for test in one.tests)
    ]
    found = answers(sample(noticed, 8), tree, 1)
    assert [f"{one.probe.clause}: {one.probe.removal}" for one in found if one.by is None] == []


@pytest.mark.slow
@pytest.mark.exhaustive
def test_every_removal_is_noticed_but_those_that_the_record_names(expected: list[Probe]) -> None:
    found = answers(expected, ROOT, 1)
    assert [f"{one.probe.clause}: {one.probe.removal}" for one in found if one.by is None] == []
