"""Trying out a rulebook in a process of its own: what comes of it, and that it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import load
from huiyin.rules.book.sources import gather_shipped
from huiyin.rules.prover import sandbox
from huiyin.rules.prover.prove import prove_rules
from huiyin.rules.prover.sandbox import ProofUnfinished, try_out
from tests.rules.book.test_load_errors import SOUND

SECONDS = 60


def tried(text: str, seconds: int = SECONDS) -> sandbox.Verdict:
    return try_out({"small": text.encode()}, "small", seconds)


def test_another_process_finds_what_this_one_finds() -> None:
    _rules, sources = gather_shipped("national-2022")
    texts = sources.texts
    verdict = try_out({name: text.encode() for name, text in texts.items()}, "national-2022", SECONDS)
    proof = prove_rules(load("national-2022"))
    assert verdict.book == proof.rulebook
    assert dict(verdict.situations) == proof.situations
    assert verdict.proved == proof.proved
    assert {key: [(time.goal, time.days) for time in times] for key, times in verdict.longest.items()} == {
        key: [(time.goal, time.days) for time in times] for key, times in proof.longest.items()
    }


def test_a_book_is_compared_with_the_one_it_extends() -> None:
    raw = (Path(__file__).parents[1] / "raw" / "company.yaml").read_bytes()
    verdict = try_out({"ours": raw}, "ours", SECONDS)
    assert verdict.law == "national-2022@2"
    assert any("复查" in less.reason.zh for less in verdict.less)


def test_books_beside_it_go_before_those_that_ship() -> None:
    heir = 'rulebook: heir\nversion: "2"\ntitle: {zh: 下位}\nextends: small\neffective: 2026-01-01\n'
    verdict = try_out({"small": SOUND.encode(), "heir": heir.encode()}, "heir", SECONDS)
    assert verdict.sound
    assert verdict.book == "heir@2"


def test_a_file_that_cannot_be_read_says_so_with_its_lines() -> None:
    verdict = tried(SOUND.replace("version", "verzion"))
    assert not verdict.read
    assert not verdict.sound
    assert {fault.line for fault in verdict.faults} == {1, 2}


def test_what_the_prover_finds_comes_with_its_story() -> None:
    (fault, *_) = tried(SOUND.replace(", discharges: reply", "")).faults
    assert fault.of
    assert fault.story


def test_a_trial_ends_when_its_time_is_over() -> None:
    with pytest.raises(ProofUnfinished):
        tried(SOUND, seconds=0)


def test_a_trial_that_needs_too_much_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = "import sys, huiyin.rules.prover.sandbox as t; t.MAX_MEMORY = 1024; sys.exit(t.main(sys.argv[1], '9'))"
    monkeypatch.setattr(sandbox, "PROGRAM", ("-c", limited))
    with pytest.raises(ProofUnfinished):
        tried(SOUND)
