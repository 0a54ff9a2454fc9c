"""Days that somebody gives: within reach of everything that is calculated with them. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final

EARLIEST: Final = date(1900, 1, 1)
"""Earlier than anything that anybody alive reports: a slip of the pen, or of a machine."""
LATEST: Final = date(2999, 12, 31)
"""So far from the end of the calendar that a day, a month and a zone after it still are days."""


def day_given(text: str) -> date | None:
    """The day written as 2026-03-02; None where it is none, or lies before ``EARLIEST`` or after ``LATEST``."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
