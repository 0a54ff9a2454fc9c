"""A rulebook that gives the petitioner less than the law: more days until they are told. To replay under, never to work under."""

from __future__ import annotations

from pathlib import Path
from typing import Final

BOOK: Final = """\
rulebook: slower
version: "1"
title: {{zh: 更慢的规程, en: a slower rulebook}}
extends: national-2022
effective: 2026-01-01
clauses:
  "1": {{zh: 审查期限 {days} 日, en: "{days} days to examine", cite: {{zh: 第一条, en: Art. 1}}}}
procedures:
  matter:
    limits:
      notice: {{within: {days} days, clause: "1"}}
"""


def write(folder: Path, days: int) -> Path:
    """The book as a file in ``folder``, with ``days`` natural days for telling the petitioner."""
    path = folder / "slower.yaml"
    path.write_text(BOOK.format(days=days), encoding="utf-8")
    return path
