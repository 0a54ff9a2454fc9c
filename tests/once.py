"""What is the same each time is found out once a process: fixtures of tests/conftest.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _judged_once() -> None:
    """What the same files say was judged already in this process, by the same prover: many tests decide on one small book."""
    from huiyin.insight import dry_run
    from huiyin.rule_store import activation

    judge, judged = activation.judge, {}

    def known(rules: Any) -> Any:
        files = list(rules.files.values())
        # A book that was made here, or read again from the store, has left its files behind.
        here = all(path.exists() for path in files)
        text = (rules.book.key, *(path.read_bytes() for path in files)) if here else rules.book.model_dump_json()
        if text not in judged:
            judged[text] = judge(rules)
        return judged[text]

    activation.judge = dry_run.judge = known


@pytest.fixture(scope="session", autouse=True)
def _tried_out_once() -> None:
    """What was proved of the same files in a process of its own was so for this one too (tests/rules/prover/test_sandbox.py)."""
    from huiyin.rule_pages import check
    from huiyin.rule_store import certificates

    try_out, verdicts = certificates.try_out, {}

    def known(files: Mapping[str, bytes], name: str, seconds: float) -> Any:
        asked = (name, seconds, *sorted(files.items()))
        if asked not in verdicts:
            verdicts[asked] = try_out(files, name, seconds)
        return verdicts[asked]

    certificates.try_out = check.try_out = known


@pytest.fixture(scope="session", autouse=True)
def _laid_out_once() -> None:
    """The same paper is the same file, byte for byte (tests/documents), and many tests look at one."""
    from huiyin.documents import pdf

    lay_out, papers = pdf.laid_out, {}

    def known(layout: Path, data: Any, day: date) -> bytes:
        paper = (layout, json.dumps(data, ensure_ascii=False), day)
        if paper not in papers:
            papers[paper] = lay_out(layout, data, day)
        return papers[paper]

    pdf.laid_out = known
