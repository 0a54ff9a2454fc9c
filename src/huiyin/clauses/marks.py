"""Which tests of a source tree claim a clause (`@pytest.mark.clause`), and which of those passed in the last run."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from huiyin.clauses.coverage import Tests
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop

PASSED = Path("build") / "clauses.json"
"""Where a run of the tests, below the root of the tree, notes which of them passed for which clause."""


class NoRecord(HuiyinError):
    """Raised when no run of the tests has left a record."""

    to_do = gettext_noop("请先运行测试（make test）")


def marked_tests(root: Path) -> Tests:
    """The tests below ``root``/tests that are marked with each clause, read from their source: nothing is run."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.clause" not in text:
            continue
        for test, clause in _marks(ast.parse(text, path.name)):
            found.setdefault(clause, []).append(f"{path.relative_to(root).as_posix()}::{test}")
    return {clause: sorted(set(found[clause])) for clause in sorted(found)}


def record_tests(root: Path) -> Tests:
    """The tests below ``root``/tests that compare what is done under each clause with its record (`@by_clause`).

    They say that it is still done, not that the clause means it: a clause is shown by none of them, but they notice what is taken from it.
    """
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "@by_clause" not in text:
            continue
        for node in ast.parse(text, path.name).body:
            for name, clause in _recorded_by(node):
                found.setdefault(clause, []).append(f"{path.relative_to(root).as_posix()}::{name}[{clause}]")
    return found


def _recorded_by(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "by_clause":
                yield from ((node.name, clause) for clause in str(ast.literal_eval(decorator.args[0])).split())


def passed_tests(root: Path) -> Tests:
    """Of ``marked_tests`` those that passed in the last run, with at least one of their parameters. Raises NoRecord."""
    path = root / PASSED
    if not path.is_file():
        raise NoRecord(f"{path} does not exist")
    known: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    passed = {clause: {node.partition("[")[0] for node in nodes} for clause, nodes in known.items()}
    marked = marked_tests(root)
    return {clause: [test for test in tests if test in passed.get(clause, ())] for clause, tests in marked.items()}


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Each marked test of a file, or of a class in it, with each clause that it is marked with."""
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                yield from ((f"{node.name}::{test}", clause) for test, clause in _marks_of(inner))
        else:
            yield from _marks_of(node)


def _marks_of(node: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.clause":
                yield from ((node.name, str(ast.literal_eval(clause))) for clause in decorator.args)
