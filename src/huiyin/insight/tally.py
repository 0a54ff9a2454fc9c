"""Adding up what would be otherwise in many cases."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class DutyShift:
    """How the due dates of one kind of duty would move: how many are earlier, later and the same; days as numbers of days later.

    ``least``, ``middle`` (the median) and ``most`` are over those that move, 0 when none does; ``by_days`` counts all of them.
    """

    procedure: str
    duty: str
    earlier: int
    later: int
    same: int
    least: int
    middle: float
    most: int
    by_days: Mapping[int, int]


@dataclass
class DifferenceTally:
    """Counts over cases. ``kinds`` are differences by kind, ``affected`` the cases that have one of the kind.

    ``without_place`` are those that could not be moved to the other rulebook. ``ends`` are the days from registration to the end of the cases that ended, recorded and replayed.
    """

    cases: int = 0
    changed: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    affected: Counter[str] = field(default_factory=Counter)
    ends: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    late: list[int] = field(default_factory=lambda: [0, 0])
    without_place: int = 0
    _days: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, counted: Mapping[str, Any]) -> None:
        """One more case, as ``CaseDifference.tally_figures`` tells it."""
        self.cases += 1
        self.changed += bool(counted["kinds"] or counted.get("misfits"))
        self.without_place += bool(counted.get("misfits"))
        self.fates[counted["fate"]] += 1
        self.kinds.update(counted["kinds"])
        self.affected.update(counted["kinds"].keys())
        for kind, days in counted["shifts"].items():
            self._days[counted["procedure"], kind].update(days)
        for side in (0, 1):
            self.late[side] += counted["late"][side]
            if counted["days"][side] is not None:
                self.ends[side].append(counted["days"][side])

    def shifts(self) -> tuple[DutyShift, ...]:
        """How due dates would move, the kinds of duty first of which most would."""
        found = [_shift(*name, days) for name, days in self._days.items()]
        return tuple(sorted(found, key=lambda shift: (-(shift.earlier + shift.later), shift.procedure, shift.duty)))

    def end_days(self, side: int) -> float | None:
        """The median of the days to the end, recorded (0) or replayed (1); None when nothing ended."""
        return float(median(self.ends[side])) if self.ends[side] else None

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "unknown_procedure": self.fates["unknown_procedure"],
            "imported": self.fates["imported"],
            "unreadable": self.fates["unreadable"],
            "differences": dict(self.kinds),
            "affected": dict(self.affected),
            "duties": [
                {
                    "procedure": shift.procedure,
                    "duty": shift.duty,
                    "earlier": shift.earlier,
                    "later": shift.later,
                    "same": shift.same,
                    "days": {"least": shift.least, "median": shift.middle, "most": shift.most},
                }
                for shift in self.shifts()
            ],
            "overdue_duties": {"was": self.late[0], "would": self.late[1]},
            "ended": {"was": len(self.ends[0]), "would": len(self.ends[1])},
            "days_to_end": {"was": self.end_days(0), "would": self.end_days(1)},
        }


def _shift(procedure: str, duty: str, days: Counter[int]) -> DutyShift:
    moved = sorted(day for day in days.elements() if day)
    return DutyShift(
        procedure=procedure,
        duty=duty,
        earlier=sum(day < 0 for day in moved),
        later=sum(day > 0 for day in moved),
        same=days[0],
        least=moved[0] if moved else 0,
        middle=float(median(moved)) if moved else 0.0,
        most=moved[-1] if moved else 0,
        by_days=dict(sorted(days.items())),
    )
