"""What comes due on which day of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyin.registers.due_days import MAX_DUTIES, DueMonth, due_days, month_after, month_of
from huiyin.web.page_access import Acting, staff_page


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A month with what is due in it, and the months around it."""

    first: date
    before: date
    after: date
    month: DueMonth


@require_safe
@staff_page
def calendar(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What the post owes by which day, or with ``whose=all`` everybody on the cases that they may see."""
    first = month_of(request.GET.get("month", ""), timezone.localdate(acting.at))
    mine = request.GET.get("whose") != "all"
    month = due_days(acting.actor, first, acting.at, mine=mine)
    page = CalendarPage(first, (first - timedelta(days=1)).replace(day=1), month_after(first), month)
    context = {"page": page, "most": MAX_DUTIES, "mine": mine, "today": timezone.localdate(acting.at), "at": acting.at}
    return render(request, "desk/registers/calendar.html", context)
