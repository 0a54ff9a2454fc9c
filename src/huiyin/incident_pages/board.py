"""The board for whoever leads: open incidents, and one of them as it runs. It looks again by itself where scripts run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.incidents import INCIDENT
from huiyin.incidents.board import incident_board, open_incidents, sees_every_incident
from huiyin.incidents.hops import Hop
from huiyin.incidents.reporting import report_action
from huiyin.people.absences import people_at_hand
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding, Organisation
from huiyin.rota.in_turn import in_turn
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page


@require_safe
@staff_page
def board(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The open incidents that the reader may see, with who has not acted."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    incidents = open_incidents(acting.actor, acting.at)
    context = {
        "incidents": [replace(one, waiting=_with_turns(one.waiting, acting)) for one in incidents],
        "sees_all": sees_every_incident(acting.actor),
        "may_report": report_action(organisation, acting.actor, acting.at) is not None,
        "organisation": organisation,
        "at": acting.at,
    }
    part = "HX-Request" in request.headers
    return render(request, "incidents/parts/open.html" if part else "incidents/board.html", context)


@require_safe
@staff_page
def incident(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """One incident: its hops, what was recorded part by part, and what the reader may record now. 404 for other cases."""
    case = visible_case(acting, no)
    if case.procedure != INCIDENT:
        raise Http404
    board = incident_board(case, acting.actor, acting.at)
    context = {"board": replace(board, hops=_with_turns(board.hops, acting)), "at": acting.at}
    part = "HX-Request" in request.headers
    return render(request, "incidents/parts/incident.html" if part else "incidents/incident.html", context)


def _with_turns(hops: Iterable[Hop], acting: Acting) -> tuple[Hop, ...]:
    """The hops, with who by the rota is to be called about those that wait and for which nobody is named."""
    found = tuple(hops)
    waiting = {hop.place for hop in found if _is_anybodys(hop) and hop.place}
    held = Holding.objects.filter(post__unit__in={unit for unit, _role in waiting})
    there = people_at_hand(held, day_of(acting.at)) if waiting else {}
    organisation = acting.actor.organisation
    return tuple(
        replace(hop, called=in_turn(organisation, there[hop.place], hop.opened_at, hop.due_at, acting.at))
        if _is_anybodys(hop) and hop.place in there
        else hop
        for hop in found
    )


def _is_anybodys(hop: Hop) -> bool:
    return hop.status in ("waiting", "late") and not hop.owner
