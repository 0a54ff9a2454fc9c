"""Damaged rulebooks are rejected, or passing.yaml says why not. HUIYIN_ALL_DAMAGES=1 tries every damage, not a sample (docs/proofs.md)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from huiyin.rules.book.load import load, shipped
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.prove import leading_nowhere, of_book, of_procedure
from huiyin.rules.prover.refinement.law import law_of, modules_of
from huiyin.rules.prover.walks import walk_all
from tests.books import BOOKS
from tests.rules.damage import Damage, damages, unchanged
from tests.rules.passing import explained

LAW = "national-2022"
ONE_BOOK = [pytest.param(name, marks=() if name == "street-office" else pytest.mark.exhaustive) for name in shipped()]
SEED = 20220501
SAMPLE = 4
PARTS = 24
ALL = bool(os.environ.get("HUIYIN_ALL_DAMAGES"))
TO = os.environ.get("HUIYIN_DAMAGES_TO")


@cache
def damaged(name: str) -> tuple[Damage, ...]:
    """Every damage to the shipped book ``name``, but for the procedures that it takes over as they are: these are tried in the book or the
    module in which they are written.
    """
    rules = load(name)
    taken_over = {
        key
        for one in (load(LAW), *modules_of(rules))
        for key, procedure in one.book.procedures.items()
        if name != LAW and rules.book.procedures.get(key) == procedure
    }
    return tuple(damage for damage in damages(rules) if damage.procedure not in taken_over)


def findings(damage: Damage) -> Iterator[Finding]:
    """What the prover finds, one after the other: the procedures that were not touched are proved already."""
    nowhere = list(leading_nowhere(damage.rules))
    yield from nowhere
    if not nowhere:
        yield from of_book(damage.rules)
        yield from of_procedure(walk_all(damage.rules, damage.procedure))


def rejected(damage: Damage) -> bool:
    """Whether the prover finds anything, or the comparison: a law that is changed is a copy of the law as it is shipped."""
    law = law_of(damage.rules)
    return proved_wrong(damage) or (law is not None and bool(compare(damage.rules, law)))


def proved_wrong(damage: Damage) -> bool:
    """Whether the prover finds anything."""
    return next(findings(damage), None) is not None


@pytest.mark.parametrize("name", BOOKS)
def test_every_shipped_book_can_be_damaged_in_two_hundred_ways(name: str) -> None:
    assert len([*damages(load(name))]) >= 200


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
    passed = [damage for damage in tried if not rejected(damage)]
    known = explained("damages", name)
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


@pytest.mark.slow
@pytest.mark.skipif(not ALL, reason="HUIYIN_ALL_DAMAGES=1 tries every damage")
@pytest.mark.parametrize("name", BOOKS)
def test_what_passes_of_all_damages_has_its_reason(name: str) -> None:
    left = [damage for damage in damaged(name) if not rejected(damage)]
    passed = [str(damage) for damage in left if not unchanged(load(name), damage)]
    changing = len(damaged(name)) - (len(left) - len(passed))
    if TO:
        figures = f"{len(damaged(name))} damages, {changing} change something, {changing - len(passed)} rejected"
        Path(TO, f"{name}.txt").write_text("\n".join([figures, *passed]) + "\n", encoding="utf-8")
    assert set(passed) == explained("damages", name)
