"""Damage by addition: rejected, or passing.yaml says why it passes.

HUIYIN_ALL_ADDITIONS=1 tries one of every kind in every book, and writes down what passes (HUIYIN_ADDITIONS_TO).
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from huiyin.rules.book.load import load
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.proofs.ends import ended
from huiyin.rules.prover.prove import leading_nowhere, of_book, of_procedure
from huiyin.rules.prover.refinement.law import law_of
from huiyin.rules.prover.refinement.refine import refined
from huiyin.rules.prover.walks import on_main_line, walk_all
from tests.books import BOOKS
from tests.rules.additions import KINDS, Addition, additions
from tests.rules.passing import explained

LAWS = ("national-2022", "national-2005")
SEED = 20220501
SAMPLE = 2
ALL = bool(os.environ.get("HUIYIN_ALL_ADDITIONS"))
TO = os.environ.get("HUIYIN_ADDITIONS_TO")


@cache
def added(name: str) -> tuple[Addition, ...]:
    """One addition of every kind to the shipped book ``name``, or to a copy of it: a law changed under its own name comes into force nowhere."""
    rules = load(name)
    copy = replace(rules, book=rules.book.model_copy(update={"rulebook": "own"}))
    return tuple(additions(copy if name in LAWS else rules, SEED))


def sampled(name: str) -> list[Addition]:
    """Some of them, of kinds that chance draws."""
    every = list(added(name))
    random.Random(f"{SEED}{name}").shuffle(every)
    return every[:SAMPLE]


def findings(one: Addition) -> Iterator[Finding]:
    """What the prover finds, what is found soonest first."""
    yield from leading_nowhere(one.rules)
    yield from of_book(one.rules)
    walks = walk_all(one.rules, one.procedure)
    yield from on_main_line(walks)
    if walks.main.complete:
        yield from ended(walks)
        yield from refined(walks)
        yield from of_procedure(walks)


def rejected(one: Addition) -> str:
    """By what the damaged book is rejected: the letter of a property, ``less`` for the comparison, or nothing."""
    found = next(findings(one), None)
    if found is not None:
        return found.of
    law = law_of(one.rules)
    return "less" if law is not None and compare(one.rules, law) else ""


def test_there_are_eighty_kinds_and_each_is_tried_in_a_book_of_many_steps() -> None:
    assert len(KINDS) >= 80
    assert {one.kind for one in added("xx-bureau")} == set(KINDS)
    assert len(added("national-2005")) >= 100


@pytest.mark.slow
@pytest.mark.skipif(ALL, reason="every kind is tried")
@pytest.mark.parametrize("name", BOOKS)
def test_an_addition_is_rejected_or_it_is_explained_why_it_passes(name: str) -> None:
    assert [
        str(one) for one in sampled(name) if not rejected(one) and str(one) not in explained("additions", name)
    ] == []


@pytest.mark.slow
@pytest.mark.skipif(not ALL, reason="HUIYIN_ALL_ADDITIONS=1 tries every kind")
@pytest.mark.parametrize("name", BOOKS)
def test_what_passes_of_all_additions_has_its_reason(name: str) -> None:
    found = {str(one): rejected(one) for one in added(name)}
    passed = [one for one in added(name) if not found[str(one)]]
    if TO:
        lines = [f"{by or 'PASSED'}\t{one}" for one, by in found.items()]
        Path(TO, f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert {str(one) for one in passed} <= explained("additions", name)
