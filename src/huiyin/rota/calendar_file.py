"""A calendar that other programs subscribe to (RFC 5545): what is published and nothing beyond it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from huiyin import __version__


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A shift as a calendar shows it; ``changed_at`` is when it was published (aware)."""

    id: UUID
    day: date
    begins: time
    ends: time
    summary: str
    place: str
    changed_at: datetime


def calendar_file(name: str, entries: Iterable[CalendarEntry], zone: ZoneInfo) -> bytes:
    """The calendar ``name`` as a file; times stand in UTC, so that no program needs to know a time zone (RFC 5545, 3.3.5)."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Huiyin//Rota {__version__}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.id}@huiyin")
        event.add("dtstamp", entry.changed_at)
        event.add("dtstart", datetime.combine(entry.day, entry.begins, zone).astimezone(UTC))
        event.add("dtend", datetime.combine(entry.day, entry.ends, zone).astimezone(UTC))
        event.add("summary", entry.summary)
        if entry.place:
            event.add("location", entry.place)
        calendar.add_component(event)
    return calendar.to_ical()
