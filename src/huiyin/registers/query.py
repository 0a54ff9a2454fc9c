"""What a register is asked for: how it is narrowed, sorted and laid out. As an address carries it, and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, get_args
from urllib.parse import parse_qs, urlencode

from huiyin.casework.lists.cases import CaseFilter, Sort
from huiyin.registers.columns import COLUMNS, STANDARD
from huiyin.rules.deadlines.day_given import day_given

MAX_WORD_CHARS: Final = 100


@dataclass(frozen=True, slots=True)
class RegisterQuery:
    """A register as it is asked for. ``columns`` are names, in the order in which they stand."""

    filters: CaseFilter = field(default_factory=CaseFilter)
    sort: Sort = "newest"
    columns: tuple[str, ...] = STANDARD

    @classmethod
    def read_address(cls, given: Mapping[str, Sequence[str]], q: str = "") -> RegisterQuery:
        """From the parts of an address, each with its values; what nobody understands is left out. ``q`` never stands in one."""
        first = {name: values[0][:MAX_WORD_CHARS] for name, values in given.items() if values}
        sort = first.get("sort", "")
        chosen = tuple(name for name in COLUMNS if name in given.get("column", ()))
        filters = CaseFilter(
            stage=first.get("stage", ""),
            unit=first.get("unit", ""),
            severity=first.get("klass", ""),
            organ=first.get("organ", ""),
            overdue=first.get("overdue") == "1",
            open=first.get("open") == "1",
            from_day=day_given(first.get("from", "")),
            to_day=day_given(first.get("to", "")),
            q=q,
        )
        return cls(filters, sort if sort in get_args(Sort) else "newest", chosen or STANDARD)  # type: ignore[arg-type]  # just looked up

    @property
    def is_backward(self) -> bool:
        """Whether the last day asked for lies before the first: nothing can be found."""
        first, last = self.filters.from_day, self.filters.to_day
        return first is not None and last is not None and last < first

    @classmethod
    def parse(cls, address: str, q: str = "") -> RegisterQuery:
        """From what ``address`` wrote."""
        return cls.read_address(parse_qs(address), q)

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values that ask for the same, without what was looked for."""
        filters = self.filters
        found = [
            ("stage", filters.stage),
            ("unit", filters.unit),
            ("klass", filters.severity),
            ("organ", filters.organ),
        ]
        found += [
            (name, "1" if chosen else "") for name, chosen in (("overdue", filters.overdue), ("open", filters.open))
        ]
        found += [
            (name, day.isoformat() if day else "") for name, day in (("from", filters.from_day), ("to", filters.to_day))
        ]
        found += [("sort", self.sort if self.sort != "newest" else "")]
        found += [("column", name) for name in self.columns] if self.columns != STANDARD else []
        return [(name, value) for name, value in found if value]

    def address(self, **more: str) -> str:
        """The same as it stands behind the question mark of an address, with ``more``."""
        return urlencode([*self.pairs(), *((name, value) for name, value in more.items() if value)])
