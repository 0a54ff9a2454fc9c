"""The month as a picture: who serves on which day, one's own shifts first; what no longer stands, and the swaps that wait for the reader."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.registers.due_days import month_after, month_of
from huiyin.rota.calendar_file import CalendarEntry, calendar_file
from huiyin.rota.calls import LATE_AFTER, calls_of
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import OPEN_SWAPS, DutyGroup, ReceptionCall, Rota, Shift, Swap
from huiyin.rota.on_duty import on_duty
from huiyin.rota.planning import Setting, setting_of
from huiyin.rota.rights import is_head, may_approve, may_plan
from huiyin.rota.soundness import RotaSoundness, rota_soundness
from huiyin.rota.swaps import swaps_of
from huiyin.rota.words import day_reason
from huiyin.rules.deadlines.calendar import Calendar, DayKind

OWN_SHOWN: Final = 31
OWN_DAYS: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class MonthShift:
    """A shift in a picture: ``is_own`` the reader's; ``why`` it no longer stands, empty where it does; ``is_new`` in a draft."""

    shift: Shift
    is_own: bool
    why: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a picture; ``note`` says which holiday it is or makes up for; ``lacks`` that somebody is missing."""

    day: date
    inside: bool
    shifts: tuple[MonthShift, ...] = ()
    note: str = ""
    is_off: bool = False
    lacks: bool = False

    @property
    def tone(self) -> str:
        """How its cell looks: one outside of the month and one without a shift are left out on narrow screens."""
        if not self.inside:
            return "month-outside"
        return "" if self.shifts or self.lacks else "month-free"


def weeks_of(
    first: date, shifts: Sequence[MonthShift], setting: Setting, lacking: frozenset[date] = frozenset()
) -> list[list[MonthDay]]:
    """The weeks of the month that begins with ``first``, from Monday on."""
    moved = setting.moved(first, month_after(first) - timedelta(days=1))
    by_day: dict[date, list[MonthShift]] = defaultdict(list)
    for one in shifts:
        by_day[one.shift.day].append(one)
    return [
        [
            _day(
                MonthDay(day, day.month == first.month, tuple(by_day[day]), lacks=day in lacking),
                setting.calendar,
                moved.get(day, ""),
            )
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]


def _day(shown: MonthDay, days: Calendar, moved: str) -> MonthDay:
    """The day with what it is, and with why leaders receive on it where it is none of their own (``moved``)."""
    kind = days.kind(shown.day)
    note = day_reason(days, shown.day) if kind in (DayKind.HOLIDAY, DayKind.MAKE_UP) else ""
    if any(one.shift.rota.group == DutyGroup.LEADERS for one in shown.shifts):
        note = " ".join(filter(None, (note, moved)))
    return replace(shown, note=note, is_off=not days.is_working(shown.day))


@require_safe
@reader_page
def month(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """Everybody's shifts of a month, and what waits for the reader."""
    first = month_of(request.GET.get("month", ""), reader.day)
    plans = may_plan(reader.by.actor)
    stand = rota_soundness(reader.organisation, reader.by.at)
    lacking = frozenset(day for one in stand for day in one.bare)
    shifts = _shifts_of(reader, first, stand)
    own = shifts_in_force(reader.organisation, reader.day, reader.day + OWN_DAYS).filter(account=reader.account)
    open_swaps = list(swaps_of(reader.organisation).filter(state__in=OPEN_SWAPS))
    context = {
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": month_after(first),
        "weeks": weeks_of(first, shifts, setting_of(reader.organisation, reader.by.at), lacking),
        "today": reader.day,
        "now": on_duty(reader.organisation, reader.by.at),
        "own": list(own[:OWN_SHOWN]),
        "broken": [one for one in stand if not one.is_sound] if plans else [],
        "drafts": Rota.objects.filter(organisation=reader.organisation, published_at=None, last__gte=reader.day)
        if plans
        else [],
        "swaps": _waiting(reader, open_swaps),
        "asked_for": {id for one in open_swaps for id in (one.shift_id, one.back_id)},
        "calls": _urgent_calls(reader),
        "plans": plans,
        "is_empty": not shifts and not own,
    }
    return render(request, "readiness_pages/rota/month.html", context)


def _shifts_of(reader: PageReader, first: date, stand: Sequence[RotaSoundness]) -> list[MonthShift]:
    fallen = {one.shift.id: one.why for rota in stand for one in rota.fallen}
    found = shifts_in_force(reader.organisation, first, month_after(first) - timedelta(days=1))
    shifts = [MonthShift(one, one.account_id == reader.account.id, fallen.get(one.id, "")) for one in found]
    return sorted(shifts, key=lambda one: (one.shift.day, not one.is_own, one.shift.rota.group, one.shift.begins))


def _waiting(reader: PageReader, open_swaps: Iterable[Swap]) -> list[tuple[Swap, str]]:
    """The open swaps that concern the reader, with what they may do: agree to, approve, or withdraw."""
    found = []
    decides = may_plan(reader.by.actor) or is_head(reader.by.actor)
    for swap in open_swaps:
        if swap.asked_of_id == reader.account.id and swap.state == Swap.SwapState.ASKED:
            found.append((swap, "agree"))
        elif swap.asked_by_id == reader.account.id:
            found.append((swap, "withdraw"))
        elif decides and swap.state == Swap.SwapState.AGREED and may_approve(reader.by.actor, swap):
            found.append((swap, "approve"))
    return found


def _urgent_calls(reader: PageReader) -> list[ReceptionCall]:
    """The calls of the reader, and those of others who should be there by now."""
    waited = Q(last_called_at__lte=reader.by.at - LATE_AFTER) | Q(called=reader.account)
    return list(calls_of(reader.organisation).filter(waited, arrived_at=None))


@require_safe
@reader_page
def own_calendar(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The reader's own shifts from today on, for their calendar."""
    shifts = shifts_in_force(reader.organisation, reader.day, reader.day + OWN_DAYS).filter(account=reader.account)
    entries = [
        CalendarEntry(
            one.id,
            one.day,
            one.begins,
            one.ends,
            f"{one.rota.get_group_display()}",
            one.place,
            one.rota.published_at or reader.by.at,
        )
        for one in shifts
    ]
    content = calendar_file(_("我的值班"), entries, timezone.get_current_timezone())
    headers = {"Content-Disposition": "attachment; filename=rota.ics"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
