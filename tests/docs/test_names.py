"""One word per thing: no class name stands for two things, unless the glossary says why it may; a bound is MAX_ or MIN_."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "huiyin"
GLOSSARY: Final = ROOT / "docs" / "glossary.md"


def homonyms() -> dict[str, set[str]]:
    """Every public class name that several packages define, with these packages."""
    packages: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        package = path.relative_to(SOURCE).parent.as_posix()
        if package.endswith("migrations"):
            continue  # Django names their classes.
        for node in _classes(ast.parse(path.read_text(encoding="utf-8"))):
            if not node.name.startswith("_") and node.name != "Meta":  # Django looks for it
                packages[node.name].add(package)
    return {name: where for name, where in packages.items() if len(where) > 1}


def _classes(node: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef]:
    """The classes of a module, and those within them."""
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            yield inner
            yield from _classes(inner)


def allowed() -> dict[str, set[str]]:
    """The glossary's table of names that may stand for classes in several packages."""
    section = GLOSSARY.read_text(encoding="utf-8").partition("## Allowed homonyms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| .{10,} \|$", section, re.MULTILINE)
    return {name: set(re.findall(r"`([\w/]+)`", where)) for name, where in rows}


def test_a_class_name_stands_for_one_thing_unless_the_glossary_says_why_not() -> None:
    unexplained = {name: sorted(where) for name, where in homonyms().items() if where != allowed().get(name)}
    assert unexplained == {}


def test_the_glossary_allows_no_more_homonyms_than_there_are() -> None:
    assert allowed().items() <= homonyms().items()


BOUND: Final = re.compile("_?(MOST|LEAST|FEWEST|LARGEST|SMALLEST)(_|$)")


def test_a_bound_is_called_max_or_min() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {node.id}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and BOUND.match(node.id)
    }
    assert named == set()
