"""On which days somebody has to serve, and when: working days for staff, the published reception days for leaders (clause s1-C20b)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from huiyin.people.models import ReceptionTime
from huiyin.people.staff import reception
from huiyin.rota.models import DutyGroup, Rota
from huiyin.rules.deadlines.calendar import Calendar


@dataclass(frozen=True, slots=True)
class ServedDay:
    """When and where somebody serves on a day; ``is_off`` where others are free."""

    begins: time
    ends: time
    place: str
    is_off: bool = False


def served_days(rota: Rota, calendar: Calendar, times: Iterable[ReceptionTime]) -> Mapping[date, ServedDay]:
    """The days of a rota, in their order. Holidays are none of them, unless staff serve every day; leaders receive on the working day after.

    ``times`` are those of its organisation.
    """
    number = (rota.last - rota.first).days + 1
    if rota.group == DutyGroup.LEADERS:
        chosen = [one for one in times if one.id.hex in rota.times]
        held = reception.sessions(chosen, rota.first, number, calendar)
        return _of_sessions(one for one in held if rota.covers(one.day))
    if rota.begins is None or rota.ends is None:
        return {}
    span = (rota.first + timedelta(days=count) for count in range(number))
    return {
        day: ServedDay(rota.begins, rota.ends, rota.place, not calendar.is_working(day))
        for day in span
        if rota.covers(day) and (rota.every_day or calendar.is_working(day))
    }


def moved_days(times: Iterable[ReceptionTime], first: date, last: date, calendar: Calendar) -> Mapping[date, str]:
    """Why leaders receive on days to which a holiday moved a reception, in words."""
    held = reception.sessions(times, first, (last - first).days + 1, calendar)
    found: dict[date, set[date]] = {}
    for one in held:
        found.setdefault(one.day, set()).update(one.moved_from)
    return {day: reception.moved_note(moved) for day, moved in found.items() if moved}


def _of_sessions(sessions: Iterable[reception.ReceptionSession]) -> Mapping[date, ServedDay]:
    """Whoever receives on a day does so at all its times: from the first to the last."""
    found: dict[date, ServedDay] = {}
    for one in sessions:
        there = found.get(one.day)
        begins = min(there.begins, one.begins) if there else one.begins
        ends = max(there.ends, one.ends) if there else one.ends
        found[one.day] = ServedDay(begins, ends, there.place if there else one.place)
    return found
