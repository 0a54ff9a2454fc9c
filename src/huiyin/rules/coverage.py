"""Which clauses of the register are carried out and shown by a test, and which are not yet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from huiyin.rules.check import cited_clauses
from huiyin.rules.load import load, shipped

MARKED = re.compile(r"mark\.clause\(([^)]*)\)", re.DOTALL)
QUOTED = re.compile(r"[\"']([^\"']+)[\"']")


class NoRegister(Exception):
    """The clause register is not where it should be."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One clause of the register: the books that carry it out or say what else does, and the tests that show it."""

    clause: str
    zh: str
    books: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def source(self) -> str:
        """The text from which the clause comes: s0, s1, …"""
        return self.clause.partition("-")[0]

    @property
    def covered(self) -> bool:
        """Whether a test shows that it is carried out."""
        return bool(self.tests)


def coverage(root: Path) -> list[Coverage]:
    """Every clause of ``root``/docs/clauses.yaml, in its order.

    Tests are those that passed for it in the last run (``root``/build/clauses.json), or, without such a record, the files in
    ``root``/tests that claim it. Raises NoRegister.
    """
    path = root / "docs" / "clauses.yaml"
    if not path.is_file():
        raise NoRegister(f"{path} does not exist; run this in a source tree")
    books = _carried_out()
    tests = _tests(root)
    rows: Iterable[Mapping[str, str]] = YAML(typ="safe").load(path)
    return [
        Coverage(row["id"], row["zh"], tuple(books.get(row["id"], ())), tuple(tests.get(row["id"], ()))) for row in rows
    ]


def _carried_out() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in shipped():
        book = load(name).book
        for clause in {**cited_clauses(book), **book.elsewhere}:
            found.setdefault(clause, []).append(name)
    return found


def _tests(root: Path) -> Mapping[str, list[str]]:
    record = root / "build" / "clauses.json"
    if record.is_file():
        known: dict[str, list[str]] = json.loads(record.read_text(encoding="utf-8"))
        return known
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for marked in MARKED.findall(path.read_text(encoding="utf-8")):
            for clause in QUOTED.findall(marked):
                found.setdefault(clause, []).append(path.relative_to(root).as_posix())
    return found
