"""A rulebook that changes the national one in a few lines, as an institution would write it."""

from __future__ import annotations

from pathlib import Path

from huiyin.rules.book.load import load_file
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.prove import prove_rules

OWN = """\
rulebook: own
version: "1"
title: {zh: 本单位规程}
extends: national-2022
effective: 2026-01-01
procedures:
"""


def found_in(tmp_path: Path, text: str) -> list[Finding]:
    """What is found in the book with this ``text``."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return list(prove_rules(load_file(path)).findings)
