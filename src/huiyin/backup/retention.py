"""Which backups are kept: of each of the last days, weeks and months that have any, the latest. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeepRule:
    """Of how many days, weeks (Monday to Sunday, ISO 8601) and months that have a backup one is kept."""

    daily: int = 0
    weekly: int = 0
    monthly: int = 0


def spent(backups: Mapping[Path, datetime], keep: KeepRule, zone: tzinfo) -> list[Path]:
    """The backups that no rule keeps, oldest first; never the latest of all, and none where nothing is to be kept.

    Args:
        backups: all good ones, each with the moment (aware) at which it was made.
        zone: in which days begin.
    """
    if keep == KeepRule():
        return []
    latest_first = sorted(backups, key=lambda path: (backups[path], path), reverse=True)
    kept = set(latest_first[:1])
    periods: tuple[tuple[int, Callable[[date], Hashable]], ...] = (
        (keep.daily, lambda day: day),
        (keep.weekly, lambda day: day.isocalendar()[:2]),
        (keep.monthly, lambda day: (day.year, day.month)),
    )
    for most, period_of in periods:
        seen: set[Hashable] = set()
        for path in latest_first:
            period = period_of(backups[path].astimezone(zone).date())
            if period not in seen and len(seen) < most:
                seen.add(period)
                kept.add(path)
    return [path for path in reversed(latest_first) if path not in kept]
