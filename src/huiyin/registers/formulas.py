"""Texts that go into a spreadsheet, kept from being carried out there; imports nothing heavy, so that commands start quickly."""

from __future__ import annotations

import re
from typing import Final

_CARRIED_OUT: Final = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula (CWE-1236; OWASP, CSV Injection)."""
_NUMBER: Final = re.compile(r"-\d+", re.ASCII)


def harmless(cell: str) -> str:
    """``cell`` such that a spreadsheet shows it and does not carry it out: one that begins like a formula gets an apostrophe before it."""
    begins = cell.startswith(_CARRIED_OUT) or cell.lstrip().startswith(_CARRIED_OUT)
    return f"'{cell}" if begins and not _NUMBER.fullmatch(cell) else cell
