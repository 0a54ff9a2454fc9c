"""Which clauses of the register are carried out, where, and which tests show it: the register, the books and the marks, compared.

The shipped rulebooks say what is expected. A clause that an element cites, or that stands under ``elsewhere``, must be shown by a
test; one under ``elsewhere`` with ``built: false`` awaits its feature and must not be, so that this list can only become shorter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ruamel.yaml import YAML

from huiyin.rules.book.elements import Clause, Named
from huiyin.rules.book.files import book_of
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.prover.proofs.citations import cited_clauses

REGISTER: Final = Path(__file__).parent / "clauses.yaml"
"""Every requirement of the four texts that this system is made after."""
RECORD: Final = Path(__file__).parent / "shown.json"
"""The tests of each clause, for installations without tests; written by `huiyin rules coverage --write`."""

ClauseState = Literal["shown", "awaited", "lost", "early", "homeless"]
WRONG: Final[frozenset[ClauseState]] = frozenset({"lost", "early", "homeless"})
"""What `make test` fails for: no test shows it any more; its feature came and the book does not say so; it is in no book."""

Tests = Mapping[str, Sequence[str]]
"""By clause the tests that show it: ``tests/rules/deadlines/test_limits.py::test_a_day_is_a_day``."""


@dataclass(frozen=True, slots=True)
class ElementPlace:
    """A line of a shipped book: ``path`` is the element there, such as ``procedures.matter.actions.accept``, ``within`` its procedure."""

    file: str
    path: str
    line: int
    name: Named
    within: Named | None = None

    def __str__(self) -> str:
        return f"{self.path} ({self.file}:{self.line})"

    @property
    def book(self) -> str:
        """The name of the book in whose ``file`` it stands."""
        return book_of(self.file)


@dataclass(frozen=True, slots=True)
class Feature(ElementPlace):
    """What carries a clause out instead of a procedure; not ``built``: what will."""

    built: bool = True


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row of the register. ``reading`` is how one that could hurt a person has to be read; empty for all others."""

    clause: str
    zh: str
    en: str
    reading: str

    @property
    def source(self) -> str:
        """The text from which the clause comes: s0, s1, s2 or s3."""
        return self.clause.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Wording:
    """How a book words and quotes the clause; its ``note`` says why it does not follow the text, where it does not."""

    book: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Coverage:
    """One clause of the register: how its book words it, the elements and features that carry it out, the tests that show it."""

    requirement: Requirement
    wording: Wording | None
    elements: tuple[ElementPlace, ...]
    features: tuple[Feature, ...]
    tests: tuple[str, ...]

    @property
    def clause(self) -> str:
        """The id of the clause."""
        return self.requirement.clause

    @property
    def awaits(self) -> Feature | None:
        """The feature that has to be built first; None for what is carried out."""
        carried_out = bool(self.elements) or any(feature.built for feature in self.features)
        return None if carried_out else next(iter(self.features), None)

    @property
    def state(self) -> ClauseState:
        """Whether it is as it should be (shown, awaited) or not."""
        if not self.elements and not self.features:
            return "homeless"
        if self.awaits is not None:
            return "early" if self.tests else "awaited"
        return "shown" if self.tests else "lost"

    @property
    def trouble(self) -> str:
        """What is wrong and what to do, in one line; empty when nothing is."""
        match self.state:
            case "homeless":
                return f"{self.clause} is in no rulebook: cite it in an element, or list it under `elsewhere`"
            case "lost":
                where = next(iter(self.elements or self.features))
                return f"{self.clause} is shown by no test any more: mark one that shows {where}"
            case "early":
                return f"{self.clause} is shown by {self.tests[0]}: take `built: false` out of {self.awaits}"
            case _:
                return ""


def coverage(tests: Tests, register: Path = REGISTER, books: Iterable[str] | None = None) -> list[Coverage]:
    """Every clause of the ``register`` in its order, as ``books`` (default: all that ship) carry it out and ``tests`` show it."""
    elements: dict[str, list[ElementPlace]] = {}
    features: dict[str, list[Feature]] = {}
    wordings: dict[str, Wording] = {}
    for name in shipped() if books is None else books:
        rules = load(name)
        for clause, place in _elements(name, rules):
            elements.setdefault(clause, []).append(place)
        for clause, feature in _features(name, rules):
            features.setdefault(clause, []).append(feature)
        wordings.update(_wordings(name, rules))
    return [
        Coverage(
            row,
            wordings.get(row.clause),
            tuple(elements.get(row.clause, ())),
            tuple(features.get(row.clause, ())),
            tuple(tests.get(row.clause, ())),
        )
        for row in requirements(register)
    ]


def requirements(register: Path = REGISTER) -> list[Requirement]:
    """The rows of the register."""
    rows: Iterable[Mapping[str, str]] = YAML(typ="safe").load(register)
    return [
        Requirement(row["id"], row["zh"], row.get("en", ""), row.get("rights_preserving_reading", "")) for row in rows
    ]


def recorded_tests() -> Tests:
    """The tests that showed each clause when this version was made."""
    known: dict[str, list[str]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return known


def record_text(tests: Tests) -> str:
    """``tests`` as the record keeps them."""
    return json.dumps({clause: list(tests[clause]) for clause in sorted(tests)}, ensure_ascii=False, indent=1) + "\n"


def _elements(name: str, rules: Rules) -> Iterator[tuple[str, ElementPlace]]:
    """What the book ``name`` cites in its own file: what it inherits is counted where it is written."""
    for clause, paths in cited_clauses(rules.book).items():
        for path in paths:
            parts = path.split(".")
            file, line = rules.where(*parts, "clause")
            if book_of(file) == name:
                within = rules.book.procedures[parts[1]] if len(parts) > 2 else None
                yield clause, ElementPlace(file, path, line, _at(rules, parts), within)


def _at(rules: Rules, parts: Sequence[str]) -> Named:
    found: object = rules.book
    for part in parts:
        found = found[part] if isinstance(found, Mapping) else getattr(found, part)
    assert isinstance(found, Named)
    return found


def _features(name: str, rules: Rules) -> Iterator[tuple[str, Feature]]:
    for clause, feature in rules.book.elsewhere.items():
        file, line = rules.where("elsewhere", clause)
        if book_of(file) == name:
            yield clause, Feature(file, f"elsewhere.{clause}", line, feature, built=feature.built)


def _wordings(name: str, rules: Rules) -> Iterator[tuple[str, Wording]]:
    for id, clause in rules.book.clauses.items():
        if book_of(rules.where("clauses", id)[0]) == name:
            yield id, Wording(name, clause)
