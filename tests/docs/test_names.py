"""One word per thing: the name of a type stands for one thing, unless the glossary says why not; a bound is MAX_ or MIN_."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "huiyin"
GLOSSARY: Final = ROOT / "docs" / "glossary.md"


@pytest.fixture(autouse=True, scope="module")
def _trees_are_forgotten() -> Iterator[None]:
    """Otherwise every later collection of garbage in this process would walk through all of the source."""
    yield
    parsed.cache_clear()


@cache
def parsed() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the source."""
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCE.rglob("*.py"))


@cache
def homonyms() -> dict[str, set[str]]:
    """Every name that several packages give a class, or a public one another type, with these packages."""
    packages: dict[str, set[str]] = defaultdict(set)
    for path, tree in parsed():
        package = path.relative_to(SOURCE).parent.as_posix()
        if package.endswith("migrations"):
            continue  # Django names their classes.
        for node in _classes(tree):
            if node.name != "Meta":  # Django looks for it
                packages[node.name].add(package)
        for name in _other_types(tree):
            packages[name].add(package)
    return {name: where for name, where in packages.items() if len(where) > 1}


def _classes(node: ast.Module | ast.ClassDef) -> Iterator[ast.ClassDef]:
    """The classes of a module, and those within them."""
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            yield inner
            yield from _classes(inner)


def _other_types(module: ast.Module) -> Iterator[str]:
    """What a module calls a type that is no class: one of some words, a function, a mapping; not what stands for any type (TypeVar)."""
    for node in module.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                any_type = isinstance(value, ast.Call) and ast.unparse(value.func) in ("TypeVar", "ParamSpec")
                if isinstance(value, ast.Attribute) and value.attr == name:
                    continue  # the same class, without its holder's name
                if name[0].isupper() and not name.isupper() and "_" not in name and not any_type:
                    yield name


def allowed() -> dict[str, set[str]]:
    """The glossary's table of names that may stand for classes in several packages."""
    section = GLOSSARY.read_text(encoding="utf-8").partition("## Allowed homonyms")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| .{10,} \|$", section, re.MULTILINE)
    return {name: set(re.findall(r"`([\w/]+)`", where)) for name, where in rows}


def test_the_name_of_a_type_stands_for_one_thing_unless_the_glossary_says_why_not() -> None:
    unexplained = {name: sorted(where) for name, where in homonyms().items() if where != allowed().get(name)}
    assert unexplained == {}


def test_the_glossary_allows_no_more_homonyms_than_there_are() -> None:
    assert allowed().items() <= homonyms().items()


def test_a_class_name_stands_for_one_thing_within_a_package() -> None:
    modules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, tree in parsed():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and path.parent.name != "migrations":
                modules[path.parent.as_posix(), node.name].append(path.name)
    assert {name: where for (_package, name), where in modules.items() if len(where) > 1} == {}


TYPE: Final = re.compile("[A-Z][a-z]")


def test_a_class_goes_by_one_name() -> None:
    """No module calls a class otherwise than where it is defined, be it by an assignment or where it is imported."""
    synonyms = []
    for path, tree in parsed():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                    pairs = [(name, other)]
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr=other)):
                    pairs = [(name, other)]
                case ast.ImportFrom(module=str(module), names=names) if module.startswith("huiyin"):
                    pairs = [(one.asname, one.name) for one in names if one.asname]
                case _:
                    continue
            synonyms += [(path, *pair) for pair in pairs if pair[0] != pair[1] and all(map(TYPE.match, pair))]
    assert synonyms == []


def _dotted(package: Path) -> str:
    return ".".join(("huiyin", *package.relative_to(SOURCE).parts))


def test_no_package_offers_a_name_that_a_module_within_it_has() -> None:
    """Whoever imports the module first would find it in place of what is offered."""
    hidden = {
        f"{path.parent.relative_to(SOURCE)}: {name}"
        for path, tree in parsed()
        if path.name == "__init__.py"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for name in (alias.asname or alias.name for alias in node.names)
        # What is imported from the very module, or is that module, stays what it is.
        if node.module not in (f"{_dotted(path.parent)}.{name}", _dotted(path.parent))
        if (path.parent / name).is_dir() or (path.parent / f"{name}.py").is_file()
    }
    assert hidden == set()


BOUND: Final = re.compile("_?(MOST|LEAST|FEWEST|LARGEST|SMALLEST)(_|$)")


def test_a_bound_is_called_max_or_min() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {node.id}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and BOUND.match(node.id)
    }
    assert named == set()


UNPLAIN: Final = re.compile(r"(?<![\w'-])(mend(s|ed|ing)?|reckon(s|ed|ing)?|deeds?)(?![\w'-])", re.IGNORECASE)
"""What docs/glossary.md has other words for: fix or correct, calculate or count, action."""


def test_docs_docstrings_and_texts_keep_to_plain_words() -> None:
    read = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]
    read.append(SOURCE / "locale/en/LC_MESSAGES/django.po")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in read
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNPLAIN.search(line) and not line.startswith("#")
    ]
    assert found == []


RETIRED: Final = {
    *("told", "wish", "deed", "warmth", "lineage"),
    *("_told", "_said", "_standing", "_Told", "Standing", "Barred", "Offer"),
    "said",
}
"""Names of variables, functions and classes that say nothing of what they hold: events, lines, fields, a text, a status."""


BARE: Final = re.compile(r"^ *def (?!read\(self\))_?(?:read|register|prove)\(.*", re.MULTILINE)
"""Functions that do not say what they read, register or prove; files of ours are read as Python's are."""


def test_what_reads_registers_or_proves_says_what() -> None:
    found = {path.relative_to(ROOT): BARE.findall(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")}
    assert {str(path): bare for path, bare in found.items() if bare} == {}


READ_FOR_THE_ACCUSED: Final = ("door/accus", "door/entry.py", "door/files/", "people/names/", "people/naming.py")
"""Where texts are read for whom they speak of: there ``said`` is what somebody said. A rulebook calls a part of an action so, too."""


def _is_what_was_said(path: Path, node: ast.AST) -> bool:
    read = path.relative_to(SOURCE).as_posix().startswith(READ_FOR_THE_ACCUSED) if SOURCE in path.parents else False
    return read or isinstance(node, ast.Attribute) or path.name == "schema.py"


def test_nothing_is_called_by_a_name_that_says_nothing_of_what_it_holds() -> None:
    names = {ast.Name: "id", ast.arg: "arg", ast.Attribute: "attr", ast.FunctionDef: "name", ast.ClassDef: "name"}
    beside = ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in (ROOT / "benchmarks").rglob("*.py"))
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"  # type: ignore[attr-defined]
        for path, tree in (*parsed(), *beside)
        for node in ast.walk(tree)
        if (name := getattr(node, names.get(type(node), ""), "")) in RETIRED
        if not (name == "said" and _is_what_was_said(path, node))
    ]
    assert found == []
