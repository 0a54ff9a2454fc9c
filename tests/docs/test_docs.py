"""What the documentation names is there: files, functions, commands, make targets, and the pages that it links to."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from huiyin import cli
from huiyin.jobs.kinds import KINDS

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "huiyin"
PAGES: Final = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
        *(ROOT / "tests").rglob("*.md"),
    ]
)
TOP: Final = {"src", "tests", "docs", "tools", "benchmarks", ".github", ".ci"}
"""Folders of the repository: a name that begins with one of them is a path."""
CODE: Final = {".py", ".html", ".css", ".js", ".sh", ".md", ".po"}
"""Endings by which a name is known as a file of ours, wherever it lies; rulebooks and tables may be the reader's own."""
MADE: Final = re.compile(r"^(\.venv|build|huiyin-data)/")
"""What appears only when it is made."""

FENCE: Final = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
SPAN: Final = re.compile(r"`([^`\n]+)`")
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
PATH: Final = re.compile(r"^[\w.*-]+(/[\w.*-]+)*/?$")
COMMAND: Final = re.compile(r"(?:^|\s)(?:\.venv/bin/)?huiyin((?: (?!#)\S+)+)", re.MULTILINE)
TARGET: Final = re.compile(r"(?:^\s*|`)make ([a-z][a-z-]*)\b", re.MULTILINE)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spans(page: Path) -> list[str]:
    return SPAN.findall(FENCE.sub("", text_of(page)))


def indented(page: Path) -> list[str]:
    """Lines that are shown as they are typed."""
    return [line for line in text_of(page).splitlines() if line.startswith("    ")]


@cache
def files() -> frozenset[str]:
    """Every file of the repository that somebody wrote, from its root."""
    found = (
        path for top in TOP for path in (ROOT / top).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return frozenset(str(path.relative_to(ROOT)) for path in found) | {
        path.name for path in ROOT.iterdir() if path.is_file()
    }


def named_paths(page: Path) -> Iterator[str]:
    """What a page names as a path of the repository."""
    for span in spans(page):
        path = span.partition(":")[0]
        if not PATH.match(path) or MADE.match(path):
            continue
        if path.split("/")[0] in TOP or Path(path).suffix in CODE:
            yield path


def is_there(path: str, page: Path) -> bool:
    """Whether ``path`` is written from the root, from the source, from the page's own folder, or is the end of a path.

    NAME stands for any name.
    """
    path = path.replace("NAME", "*")
    if any(next(base.glob(path.rstrip("/")), None) for base in (ROOT, SOURCE, page.parent)):
        return True
    return any(known.endswith("/" + path.rstrip("/")) or f"/{path.strip('/')}/" in known for known in files())


def test_every_path_that_a_page_names_is_there() -> None:
    assert [(page, path) for page in PAGES for path in named_paths(page) if not is_there(path, page)] == []


WRITTEN_OUT: Final = re.compile(r"\b(?:docs|tests|tools|benchmarks)/[\w./-]+\.(?:md|py|sh|yaml|html)\b")


def test_every_path_that_the_code_names_from_the_root_is_there() -> None:
    code = [path for top in ("src", "tools", "benchmarks") for path in (ROOT / top).rglob("*.py")]
    named = ((path, name) for path in code for name in WRITTEN_OUT.findall(text_of(path)))
    assert [(path, name) for path, name in named if not (ROOT / name).exists()] == []


def test_every_function_that_a_page_names_is_in_its_file() -> None:
    named = (span for page in PAGES for span in spans(page) if re.match(r"^[\w/]+\.py:\w+$", span))
    assert [span for span in named for path, name in [span.split(":")] if name not in defined_in(path)] == []


@cache
def defined_in(path: str) -> frozenset[str]:
    """The functions, classes and constants of a module, named from the root or from the source."""
    file = next((base / path for base in (ROOT, SOURCE) if (base / path).is_file()), None)
    if file is None:
        return frozenset()
    names: set[str] = set()
    for node in ast.parse(text_of(file)).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case _:
                pass
    return frozenset(names)


def test_every_relative_link_leads_to_a_file_and_to_a_heading_in_it() -> None:
    broken = []
    for page in PAGES:
        for link in LINK.findall(FENCE.sub("", text_of(page))):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            leads = target.exists() and (not anchor or anchor in anchors(target))
            if not leads and not re.match(r"^[a-z]+:", link):
                broken.append((page, link))
    assert broken == []


@cache
def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page are linked to, as GitHub makes them."""
    headings = HEADING.findall(FENCE.sub("", text_of(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_command_that_a_page_names_is_one() -> None:
    wrong = []
    for page in PAGES:
        typed = "\n".join([*spans(page), *indented(page)])
        wrong += [(page, f"huiyin{words}") for words in COMMAND.findall(typed) if not is_command(words.split())]
    assert wrong == []


def is_command(words: list[str]) -> bool:
    """Whether the words after `huiyin` are a command, its parts (each of `a | b`) and its options; other words are for it to read."""
    path = [parser_of_all()]
    beside: dict[str, argparse.ArgumentParser] = {}
    for before, word in zip(["", *words], words, strict=False):
        parts = subcommands(path[-1])
        if word == "…" or (parts and word.isupper()):
            return True
        if word.startswith("-"):
            if not any(word.partition("=")[0] in parser._option_string_actions for parser in path):
                return False
        elif parts or before == "|":
            names, known = word.split("|"), parts or beside
            if not known.keys() >= set(names):
                return False
            chosen = known[names[-1]]
            path, beside = ([*path[:-1], chosen] if before == "|" else [*path, chosen]), known
    return True


@cache
def parser_of_all() -> argparse.ArgumentParser:
    return cli.parser()


def test_every_command_is_named_on_some_page() -> None:
    typed = "\n".join(line for page in PAGES for line in (*spans(page), *indented(page)))
    named = {words.split()[0] for words in COMMAND.findall(typed)}
    assert [name for name in subcommands(parser_of_all()) if name not in named] == []


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def test_every_make_target_that_a_page_names_is_one() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        typed = "\n".join([*(f"`{span}" for span in spans(page)), *indented(page)])
        assert set(TARGET.findall(typed)) <= targets, page


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = text_of(ROOT / "docs" / "README.md")
    pages = [page for page in sorted((ROOT / "docs").rglob("*.md")) if page.name != "README.md"]
    links = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in LINK.findall(index)}
    assert [str(page.relative_to(ROOT)) for page in pages if page not in links] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_each_readme_names_the_same_packages_as_the_other_and_none_is_left_out(readme: str) -> None:
    named = {span.partition("/")[0] for span in packages_in(ROOT / readme)}
    there = {path.name.removesuffix(".py") for path in SOURCE.iterdir() if is_package(path)}
    assert {name.removesuffix(".py") for name in named} == there


def packages_in(page: Path) -> Iterator[str]:
    """What the map of the code names: everything below src/huiyin, one or several a row."""
    for row in text_of(page).splitlines():
        if row.startswith("| `"):
            cell = row.split("|")[1]
            yield from (span.removeprefix("src/huiyin/") for span in SPAN.findall(cell) if "tests" not in cell)


def is_package(path: Path) -> bool:
    without_code = {"locale", "static", "__pycache__"}
    return path.name not in without_code and not path.name.startswith("__") and (path.is_dir() or path.suffix == ".py")


def test_the_page_for_administrators_lists_every_job() -> None:
    """By the names under which `huiyin jobs` shows them."""
    section = text_of(ROOT / "docs" / "administration.md").partition("\n## Jobs\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert sorted(SPAN.findall("\n".join(rows))) == sorted(KINDS)
