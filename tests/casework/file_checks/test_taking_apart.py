"""What strangers made is taken apart beside: who may import the libraries that do it, and what the limits end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huiyin.casework.file_checks.turns import Limits, TakesTooMuch, take_apart

SOURCE = Path(__file__).parents[3] / "src" / "huiyin"
BESIDE = {"casework/file_checks/pdf_words.py", "readiness/pdf_text.py", "documents/comparing/scan_reading.py"}
BESIDE |= {"casework/file_checks/heic_to_jpeg.py", "archive/package/pdf_pages.py"}
OUR_OWN = {"dispatch/bundles.py", "archive/package/contents.py"}
"""These count the pages of what was laid out here."""


def hungry(_content: bytes) -> bytes:
    return bytes(2 * 1024**3)


def endless(_content: bytes) -> bytes:
    while True:
        pass


def failing(content: bytes) -> bytes:
    raise ValueError(content)


def test_no_module_reads_pdfs_or_pictures_but_those_that_run_beside() -> None:
    reads = re.compile(r"^\s*(?:from|import) (?:pypdf|PIL|pillow_heif)\b", re.MULTILINE)
    found = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if reads.search(path.read_text())}
    assert found == BESIDE | OUR_OWN


def test_what_takes_too_much_memory_or_time_is_ended_and_what_fails_says_nothing() -> None:
    for work in (hungry, endless):
        with pytest.raises(TakesTooMuch):
            take_apart(work, b"", Limits(seconds=1, patience=30))
    assert take_apart(failing, b"x", Limits(seconds=5, patience=60)) is None
