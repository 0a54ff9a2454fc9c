"""What was, or would be, changed to bring an installation in line with a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from huiyin.language import catalogue, reader_of, terminal
from huiyin.organisations.texts import ENTRIES, ChangeKind
from huiyin.rules.book.texts import CodedText


@dataclass(frozen=True, slots=True)
class StructureChange:
    """One difference: in which organisation, of what, in which ``entry`` of it (empty: not of one alone), and how it was and will be."""

    kind: ChangeKind
    organisation: str
    what: str
    was: str = ""
    will: str = ""
    entry: str = ""

    def subject(self, language: str) -> str:
        """What it is about, in words."""
        return f"{self.what}, {entry_in_words(self.entry, language)}" if self.entry else self.what

    def __str__(self) -> str:
        place = f"{self.organisation}: " if self.organisation else ""
        detail = f": {self.was or '-'} → {self.will or '-'}" if self.was or self.will else ""
        return f"{place}{self.kind.about().text(terminal())} {self.subject(terminal())}{detail}"


def entry_in_words(entry: str, language: str) -> str:
    """What an entry of an organisation is called on pages."""
    return catalogue(reader_of(language)).gettext(ENTRIES[entry])


@dataclass(frozen=True, slots=True)
class InvitationNotice:
    """How somebody new comes by their account: a link to be printed, or mailed to an address by a worker."""

    username: str
    name: str
    address: str
    link: str
    until: datetime


@dataclass(slots=True)
class ApplyReport:
    """What came of applying a file.

    ``unheld`` are roles, by organisation, that somebody held before and nobody would; ``waiting`` and ``waiting_sealed`` how many duties
    nobody would do any more, ``without_post`` who would have no appointment left. ``missing`` is what an office still lacks to receive petitions. ``done``: False where it was
    taken back, because of a dry run or since nobody agreed to what would be left lying.
    """

    changes: list[StructureChange] = field(default_factory=list)
    invitations: list[InvitationNotice] = field(default_factory=list)
    unheld: dict[str, list[str]] = field(default_factory=dict)
    waiting: int = 0
    waiting_sealed: int = 0
    without_post: list[str] = field(default_factory=list)
    followed: int = 0
    missing: list[CodedText] = field(default_factory=list)
    done: bool = False

    @property
    def leaves_something(self) -> bool:
        """Whether something would be left lying, so that somebody has to agree first."""
        return bool(self.unheld or self.waiting or self.waiting_sealed or self.without_post)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {
            "missing": [{"code": str(one.code), "text": one.text(terminal())} for one in self.missing]
        }
