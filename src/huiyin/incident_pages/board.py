"""The board for whoever leads: open incidents, and one of them as it runs. It looks again by itself where scripts run."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.incidents import INCIDENT
from huiyin.incidents.board import incident_board, open_incidents, sees_every_incident
from huiyin.incidents.reporting import report_action
from huiyin.people.models import Organisation
from huiyin.people.web import Acting, staff_page
from huiyin.web.case_lookup import visible_case


@require_safe
@staff_page
def board(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The open incidents that the reader may see, with who has not acted."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    context = {
        "incidents": open_incidents(acting.actor, acting.at),
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
    context = {"board": incident_board(case, acting.actor, acting.at), "at": acting.at}
    part = "HX-Request" in request.headers
    return render(request, "incidents/parts/incident.html" if part else "incidents/incident.html", context)
