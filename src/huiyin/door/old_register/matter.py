"""A matter as an old register has it, on its way to the door, and by what it is known when it comes again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from huiyin.door import numbers
from huiyin.door.intake import Intake
from huiyin.procedure.command import PersonId, Seat


@dataclass(frozen=True, slots=True)
class OldMatter:
    """A matter as an old register has it; ``petition`` is what came in, ``rulebook`` (name@version) what was in force then.

    ``number`` is by what that register knows it, ``row`` the cells as they stood, by which a row that comes again is known; ``as_written`` is
    what is kept of them word for word, ``remarks`` those of them that are somebody's own words, ``days`` are by moment, ``facts`` by name.
    """

    petition: Intake
    rulebook: str
    number: str
    as_written: str = field(repr=False)
    stage: str
    remarks: tuple[str, ...] = field(default=(), repr=False)
    row: tuple[str, ...] = field(default=(), repr=False)
    facts: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    unit: Seat | None = None
    handler: PersonId | None = None
    promised: date | None = None
    archived: bool = False


def old_key(number: str) -> str:
    """By which a matter of an old register is brought in once."""
    return f"import:old:{number}"


def old_fingerprint(organisation: UUID, row: Iterable[str]) -> str:
    """A hex digest of a row of the register: equal for the same cells, and for nothing else.

    Of the cells and not of what was made of them: who handles a matter may have left since, and the row is the same.
    """
    return numbers.digest([organisation, "old-register", sorted(row)])
