"""What one reads at once stays small: files under 500 lines, functions under 50, folders of at most 20 modules."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT

MAX_LINES = 500
MAX_FUNCTION = 50
MAX_MODULES = 20
WRITTEN = ("src", "tests", "tools", "benchmarks")


def files(*suffixes: str) -> list[Path]:
    """Our own files of these kinds; migrations are made by Django, and what stands in ``static/vendor`` is others'."""
    found = (path for top in WRITTEN for path in (ROOT / top).rglob("*") if path.suffix in suffixes)
    return [path for path in found if not {"migrations", "vendor", "node_modules"} & {*path.parts}]


def test_no_file_is_longer_than_one_reads_at_once() -> None:
    long = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files(".py", ".html")}
    assert {str(path): lines for path, lines in long.items() if lines > MAX_LINES} == {}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without what it says about itself."""
    said = ast.get_docstring(function, clean=False)
    return (function.end_lineno or 0) - function.lineno + 1 - len((said or "").splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in files(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if lines_of(node) > MAX_FUNCTION
    ]
    assert long == []


def test_no_folder_holds_more_modules_than_one_oversees() -> None:
    many = Counter(path.parent for path in files(".py") if path.name != "__init__.py" and "src" in path.parts)
    assert {str(folder): count for folder, count in many.items() if count > MAX_MODULES} == {}
