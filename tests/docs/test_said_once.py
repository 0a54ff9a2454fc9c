"""What two modules have to know is said in one of them: no function of one has the body of a function of another."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Final

from tests.docs.test_names import SOURCE

MAX_ALIKE: Final = 340
"""So long, as a tree in words, a body may be that another module has as well: a line, be it a long one."""


def test_no_function_says_what_a_function_of_another_module_says() -> None:
    said = defaultdict[str, set[str]](set)
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "migrations":
            continue  # They keep what the code of their time did.
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not any(map(_has_an_address, node.decorator_list)):
                body = ast.dump(ast.Module([line for line in node.body if not _explains(line)], []))
                if len(body) > MAX_ALIKE:
                    said[body].add(f"{path.relative_to(SOURCE)}: {node.name}")
    alike = [sorted(places) for places in said.values() if len({place.partition(":")[0] for place in places}) > 1]
    assert alike == []


def _has_an_address(decorator: ast.expr) -> bool:
    """Views are alike where their pages are, each with its own address and rights."""
    return ast.unparse(decorator).endswith(("_page", "require_safe", "require_POST"))


def _explains(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
