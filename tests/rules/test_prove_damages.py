"""Damaged rulebooks: the prover or the comparison rejects them. HUIYIN_ALL_DAMAGES=1 tries every damage, not a sample (minutes)."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from huiyin.rules.compare import compare
from huiyin.rules.finding import Finding
from huiyin.rules.load import load, shipped
from huiyin.rules.prove import prove
from tests.rules.damage import Damage, damages, explained

LAW = "national-2022"
ALL = bool(os.environ.get("HUIYIN_ALL_DAMAGES"))
SEED = 20220501
FEW, MANY = 5, 30
MUST_FAIL_WITH_A_STORY = ("drop discharges", "drop notice", "drop remedy")


@cache
def damaged(name: str) -> tuple[Damage, ...]:
    """Every damage to the shipped book ``name``."""
    return tuple(damages(load(name)))


def sample(found: Sequence[Damage], name: str) -> list[Damage]:
    """All of ``found``, or as many as there is time for: more of the law, which every book inherits, than of each other."""
    most = MANY if name == LAW else FEW
    if ALL or len(found) <= most:
        return list(found)
    return random.Random(SEED).sample(list(found), most)


def findings(damage: Damage) -> tuple[Finding, ...]:
    """What the prover finds."""
    return prove(damage.rules).findings


def passes(damage: Damage) -> bool:
    """Whether neither the prover nor the comparison with the law finds anything."""
    return not findings(damage) and not compare(damage.rules, load(LAW))


@pytest.mark.parametrize("name", [name for name in shipped() if name != "national-2005"])
def test_every_shipped_book_can_be_damaged_in_two_hundred_ways(name: str) -> None:
    assert len(damaged(name)) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_what_passes_damaged_is_of_a_kind_that_is_explained(name: str) -> None:
    tried = sample(damaged(name), name)
    passed = [damage for damage in tried if passes(damage)]
    assert [str(damage) for damage in passed if not explained(damage)] == []
    if ALL and os.environ.get("HUIYIN_DAMAGES_TO"):
        path = Path(os.environ["HUIYIN_DAMAGES_TO"]) / f"{name}.txt"
        path.write_text("\n".join([f"{len(passed)} of {len(tried)} pass", *map(str, passed)]), encoding="utf-8")
    if len(tried) > FEW:
        assert len(passed) <= 0.05 * len(tried)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_removing_one_discharge_notice_or_remedy_fails_with_a_story(name: str) -> None:
    tried = sample([damage for damage in damaged(name) if damage.kind in MUST_FAIL_WITH_A_STORY], name)
    untold = [str(damage) for damage in tried if not any(finding.story for finding in findings(damage))]
    assert untold == []
