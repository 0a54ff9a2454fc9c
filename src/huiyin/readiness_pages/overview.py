"""What is due of all that is kept ready, and how the groups stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyin.people.models import Leader
from huiyin.readiness import due, groups
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.registers import FUNDS, MEETINGS, MEMBERS, REGISTERS, TASKS
from huiyin.readiness_pages.rows import line_of

MAX_SHOWN = 5


@require_safe
@reader_page
def overview(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """What the reader answers for and is due; for who keeps the registers, what anybody does. Funds of the year as a picture."""
    whose = None if reader.kept and request.GET.get("whose") == "all" else reader.account.id
    found = due.reminders(reader.organisation, reader.day, whose)
    if whose is None:
        found = [one for one in found if reader.keeps(REGISTERS[one.register].kept_as)]
    lines = [(one, reverse("readiness:row", args=[one.register, one.row]), one.is_overdue(reader.day)) for one in found]
    this_year = FUNDS.rows(reader).filter(year=reader.day.year)
    context = {
        "lines": lines,
        "whose": "all" if whose is None else "mine",
        "overdue": sum(is_overdue for _one, _address, is_overdue in lines),
        "registers": [(one, one.rows(reader).count()) for one in REGISTERS.values()],
        "funds": [line_of(FUNDS, row, reader) for row in this_year],
        "keeps": bool(reader.kept),
    }
    return render(request, "readiness_pages/overview.html", context)


@require_safe
@reader_page
def both_groups(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """Leading group and working group, what they lack, their latest meetings and the tasks that are open (clauses s3-2.1.1, s3-2.2.1)."""
    leaders = Leader.objects.filter(organisation=reader.organisation).select_related("account")
    order = {position: rank for rank, position in enumerate(Leader.Position.values)}
    members = sorted(MEMBERS.rows(reader), key=lambda member: order[member.position])
    context = {
        "leaders": sorted(leaders, key=lambda leader: (order[leader.position], str(leader.account))),
        "members": members,
        "lacking": groups.lacking(reader.organisation),
        "meetings": [line_of(MEETINGS, row, reader) for row in MEETINGS.rows(reader)[:MAX_SHOWN]],
        "tasks": [line_of(TASKS, row, reader) for row in TASKS.rows(reader).filter(done_on=None)[:MAX_SHOWN]],
        "keeps": reader.keeps("groups"),
    }
    return render(request, "readiness_pages/groups.html", context)
