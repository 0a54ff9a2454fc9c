"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is, from nothing at all to what keeps the installation from doing its duty."""

    OK = "ok"
    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"

    @property
    def rank(self) -> int:
        """0 for what is well; the higher the worse."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check looked at.

    ``code`` is the same in every language and version: monitoring may rely on it. ``what`` says what is so and ``to_do`` what to do about
    it, in the reader's language, without personal data; ``to_do`` is empty where there is nothing to do.
    """

    code: str
    level: Level
    what: str
    to_do: str = ""


def ok(code: str, what: str) -> Finding:
    """Something that is as it should be."""
    return Finding(code, Level.OK, what)


def notice(code: str, what: str, to_do: str = "") -> Finding:
    """Something worth knowing, with which the installation may go on as it is."""
    return Finding(code, Level.NOTICE, what, to_do)


def warning(code: str, what: str, to_do: str) -> Finding:
    """Something that becomes a failure when nobody does anything."""
    return Finding(code, Level.WARNING, what, to_do)


def failure(code: str, what: str, to_do: str) -> Finding:
    """Something that keeps petitions from being taken in, handled or kept, or lays personal data open."""
    return Finding(code, Level.FAILURE, what, to_do)


def worst(findings: tuple[Finding, ...]) -> Level:
    """The level of the worst of them; OK where there are none."""
    return max((finding.level for finding in findings), key=lambda level: level.rank, default=Level.OK)
