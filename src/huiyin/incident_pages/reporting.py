"""The report from the scene, made for one hand on a phone; and what becomes of it in the first minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions.choices import action_choices
from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import load_case
from huiyin.casework.visible import visible_to
from huiyin.door import in_words
from huiyin.incidents.hops import hops_of
from huiyin.incidents.reporting import ADD_REPORT, Reported, report, report_action, same_event
from huiyin.people.models import Organisation
from huiyin.web.case_lookup import visible_case
from huiyin.web.drafts.draft_requests import kept_when_turned_away
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.start_form import at_the_scene, start_form
from huiyin.web.uploads import with_files

APART: Final = "apart"
"""Says that what is reported is another event than the one reported just before."""


@with_files
@kept_when_turned_away
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def report_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Report an incident; one that somebody else reported just before gets this report as well. 404 for whom no rulebook lets report."""
    start = report_action(Organisation.objects.get(id=acting.actor.organisation), acting.actor, acting.at)
    if start is None:
        raise Http404

    def send(
        organisation: Organisation, fields: Mapping[str, object], key: str
    ) -> HttpResponse | tuple[FormError, ...]:
        same = same_event(organisation, acting.actor, acting.at, fields) if APART not in request.GET else None
        outcome = report(organisation, start, acting.actor, acting.at, fields, key, same)
        return _received(acting, outcome) if isinstance(outcome, Reported) else in_words(outcome)

    fields = at_the_scene(acting, start)
    return start_form(request, acting, start, send, "incidents/report.html", here_and_now=fields)


def _received(acting: Acting, reported: Reported) -> HttpResponse:
    """On to what becomes of it; whoever may not see the incident, since it happened elsewhere, is told that it came in and no more."""
    if not visible_to(acting.actor).filter(id=reported.case.id).exists():
        return HttpResponseRedirect(reverse("incidents:received-elsewhere"))
    joined = "?joined=1" if reported.joined else ""
    return HttpResponseRedirect(reverse("incidents:received", args=[reported.case.number]) + joined)


@require_safe
@staff_page
def received(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """A report that came in: who was told when, and who has acknowledged it. It looks again by itself where scripts run."""
    case = visible_case(acting, no)
    context = {
        "case": case,
        "hops": hops_of(case, acting.at),
        "joined": "joined" in request.GET,
        "may_add": bool(action_choices(load_case(case), acting.actor, acting.at, {ADD_REPORT}).allowed),
        "add_report": ADD_REPORT,
    }
    template = "incidents/parts/hops.html" if "HX-Request" in request.headers else "incidents/received.html"
    return render(request, template, context)


@require_safe
@staff_page
def received_elsewhere(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A report that came in about premises with which the reader has nothing else to do."""
    return render(request, "incidents/received_elsewhere.html")
