"""Damaged rulebooks: the prover rejects them. HUIYIN_ALL_DAMAGES=1 tries every damage, not a sample (docs/proofs.md)."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from huiyin.rules.book.load import load, shipped
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.prove import leading_nowhere, of_book, of_procedure
from huiyin.rules.prover.walks import walk_all
from tests.books import BOOKS
from tests.rules.damage import Damage, damages, unchanged

DOC = Path(__file__).parents[3] / "docs" / "proofs.md"
LAW = "national-2022"
LAWS = (LAW, "national-2005")
"""Nothing stands above these: the prover alone must see what is wrong with them."""
ONE_BOOK = [pytest.param(name, marks=() if name == "street-office" else pytest.mark.exhaustive) for name in shipped()]
SEED = 20220501
SAMPLE = 4
PARTS = 24
ALL = bool(os.environ.get("HUIYIN_ALL_DAMAGES"))
TO = os.environ.get("HUIYIN_DAMAGES_TO")


@cache
def damaged(name: str) -> tuple[Damage, ...]:
    """Every damage to the shipped book ``name``."""
    return tuple(damages(load(name)))


@cache
def explained(name: str) -> frozenset[str]:
    """The damages to the book ``name`` of which docs/proofs.md says why they pass."""
    rows = re.findall(r"^\| (`[^+`].+`) \| ([^|`]+) \| [^|]+ \|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(
        damage for named, books in rows if name in books.split(", ") for damage in re.findall(r"`([^`]+)`", named)
    )


def findings(damage: Damage) -> Iterator[Finding]:
    """What the prover finds, one after the other: the procedures that were not touched are proved already."""
    nowhere = list(leading_nowhere(damage.rules))
    yield from nowhere
    if not nowhere:
        yield from of_book(damage.rules)
        yield from of_procedure(walk_all(damage.rules, damage.procedure))


def proved_wrong(damage: Damage) -> bool:
    """Whether the prover finds anything."""
    return next(findings(damage), None) is not None


def gives_less(name: str, damage: Damage) -> bool:
    """Whether the damaged book ``name`` is found to give less than the law above it."""
    return name not in LAWS and bool(compare(damage.rules, load(LAW)))


@pytest.mark.parametrize("name", BOOKS)
def test_every_shipped_book_can_be_damaged_in_two_hundred_ways(name: str) -> None:
    assert len(damaged(name)) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, PARTS))])
@pytest.mark.parametrize("name", ONE_BOOK)
def test_removing_any_discharge_notice_or_remedy_fails_with_a_story(name: str, part: int) -> None:
    removed = [damage for damage in damaged(name) if damage.takes_a_right]
    assert removed
    untold = [str(damage) for damage in removed[part::PARTS] if not any(map(readable, findings(damage)))]
    assert untold == []


def readable(found: Finding) -> bool:
    """Whether the finding says what is wrong and tells how one comes there, in both languages."""
    said = [(found.zh, str(found.flaw)), *((step.zh, step.en) for step in found.story)]
    return bool(found.story) and all(zh.strip() and en.strip() for zh, en in said)


@pytest.mark.slow
@pytest.mark.skipif(ALL, reason="every damage is tried")
@pytest.mark.parametrize("name", ONE_BOOK)
def test_a_damage_is_rejected_or_it_is_explained_why_it_passes(name: str) -> None:
    tried = random.Random(SEED).sample(damaged(name), SAMPLE)
    passed = [damage for damage in tried if not proved_wrong(damage) and not gives_less(name, damage)]
    known = explained(name)
    assert [str(one) for one in passed if str(one) not in known and not unchanged(load(name), one)] == []


@pytest.mark.parametrize(
    ("where", "same"),
    [
        ("drop sets · matter.grant_extension: extension", True),
        ("swap start · matter.handling", False),
        *(
            pytest.param(*one, marks=pytest.mark.exhaustive)
            for one in (
                ("swap start · matter.simple", True),
                ("drop sets · matter.accept: kind", False),
                ("drop notice · matter.accept: acceptance", False),
                ("wrong actor · matter.investigate", False),
            )
        ),
    ],
)
def test_what_changes_nothing_is_found_by_comparing_all_situations(where: str, same: bool) -> None:
    (damage,) = [one for one in damaged(LAW) if str(one) == where]
    assert unchanged(load(LAW), damage) is same


@dataclass(frozen=True)
class Outcome:
    """What became of every damage to one book."""

    tried: int
    alike: tuple[str, ...]
    compared: tuple[str, ...]
    passed: tuple[str, ...]

    @property
    def row(self) -> str:
        """The figures as docs/proofs.md gives them: damages, those that change something, rejected by the prover, and in all."""
        changing = self.tried - len(self.alike)
        proved = changing - len(self.compared) - len(self.passed)
        both = proved + len(self.compared)
        rates = [f"{count} ({100 * count / changing:.1f} %)" for count in (proved, both)]
        return f"{self.tried} | {changing} | {rates[0]} | {rates[1]}"


def outcome(name: str) -> Outcome:
    """Try every damage to the book ``name``."""
    left = [damage for damage in damaged(name) if not proved_wrong(damage)]
    alike = [damage for damage in left if unchanged(load(name), damage)]
    changing = [damage for damage in left if damage not in alike]
    compared = [damage for damage in changing if gives_less(name, damage)]
    passed = [damage for damage in changing if damage not in compared]
    lists = [tuple(map(str, damages)) for damages in (alike, compared, passed)]
    return Outcome(len(damaged(name)), *lists)


@pytest.mark.slow
@pytest.mark.skipif(not ALL, reason="HUIYIN_ALL_DAMAGES=1 tries every damage")
@pytest.mark.parametrize("name", BOOKS)
def test_what_passes_of_all_damages_is_what_the_documentation_explains(name: str) -> None:
    found = outcome(name)
    if TO:
        lists = [f"{what}: {one}" for what in ("alike", "compared", "passed") for one in getattr(found, what)]
        Path(TO, f"{name}.txt").write_text("\n".join([f"{name} | {found.row}", *lists]), encoding="utf-8")
    assert len(found.passed) <= 0.05 * (found.tried - len(found.alike))
    assert set(found.passed) == explained(name)
    assert f"| {name} | {found.row} |" in DOC.read_text(encoding="utf-8")
