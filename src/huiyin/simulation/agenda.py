"""What happens when: the clock of the simulation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Happening = Callable[[datetime], None]


class Agenda:
    """Happenings in the order of time; of two at one moment, the one that was entered first."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Happening]] = []
        self._entered = 0

    def add(self, at: datetime, happening: Happening) -> None:
        """Let ``happening`` happen at ``at`` (aware)."""
        self._entered += 1
        heappush(self._entries, (at, self._entered, happening))

    def run(self, until: datetime) -> datetime | None:
        """Let everything up to ``until`` happen; when the last thing did, None when nothing."""
        last = None
        while self._entries and self._entries[0][0] <= until:
            last, _n, happening = heappop(self._entries)
            happening(last)
        return last
