"""A rulebook of one's own, in as many versions as a test needs: the national rules with a shorter notice."""

from __future__ import annotations

from pathlib import Path
from typing import Final

BOOK: Final = """\
rulebook: lj-own
version: "{version}"
title: {{zh: 临江局工作规则, en: Rules of Linjiang}}
extends: national-2022
clauses:
  own-1: {{cite: {{zh: 规则一, en: Rule 1}}, zh: "{days} 日内告知", en: Notice within {days} days}}
procedures:
  matter:
    limits:
      notice: {{zh: 告知期限, en: notice, within: {days} days, from: received, clause: [own-1, art-22.1, art-23.2, art-23.3]}}
{more}"""

# Nobody learns whether the matter is accepted: no rules to work under.
SILENT: Final = """\
    actions:
      accept: {notice: []}
"""


def write(folder: Path, version: str = "1", days: int = 10, more: str = "") -> Path:
    """The book as a file: ``days`` natural days for telling the petitioner, ``more`` lines below the procedure."""
    path = folder / "lj-own.yaml"
    path.write_text(BOOK.format(version=version, days=days, more=more), encoding="utf-8")
    return path
