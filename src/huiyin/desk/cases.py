"""The register of all cases one may see, and the list of those that are not finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.case_view import SEVERITY_FACT
from huiyin.casework.labels import name_of
from huiyin.casework.lists import search_tokens
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.unfinished import unfinished as unfinished_matters
from huiyin.people.models import Unit
from huiyin.people.once_a_request import organisation_of
from huiyin.people.web import Acting, staff_page
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Procedure, Rulebook, Stage

MAX_SEARCH_CHARS = 100
FILTERS = ("stage", "unit", "klass", "overdue", "open")


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters of the register offer: values and their names. ``stages`` are grouped by procedure, and stand with it: two procedures
    may have a stage of the same name."""

    stages: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    severities: Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def case_register(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The register, newest first. A search is sent by POST, since a phone or identity number must not end in an address; the way
    leads on to a page of its own, so that one can come back to it."""
    if request.method == "POST":
        return _to_found(request.POST, acting)
    search = request.GET.get("search", "")
    q = search_tokens.looked_for(search, acting.account.id, acting.at) if search else ""
    if q is None:
        messages.warning(request, _("这次查找已经过期，请重新输入要找的内容"))
    filters = _filters(request.GET, q or "")
    context = {
        "page": cases(acting.actor, filters, acting.at, after=request.GET.get("after", "")),
        "filters": filters,
        "choices": _choices(acting.actor, acting.at),
        "at": acting.at,
        "query": _query(request.GET, search if q else ""),
    }
    return render(request, "desk/cases.html", context)


def _to_found(sent: QueryDict, acting: Acting) -> HttpResponse:
    q = sent.get("q", "").strip()[:MAX_SEARCH_CHARS]
    query = _query(sent, search_tokens.token(q, acting.account.id, acting.at) if q else "")
    return HttpResponseRedirect(f"{reverse('desk:cases')}{f'?{query}' if query else ''}")


@require_safe
@staff_page
def unfinished(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every unfinished matter with its owner, age, next step and due time, the longest overdue first."""
    page = unfinished_matters(acting.actor, acting.at, request.GET.get("after", ""))
    return render(request, "desk/unfinished.html", {"page": page, "at": acting.at})


def _filters(given: QueryDict, q: str) -> CaseFilter:
    return CaseFilter(
        stage=given.get("stage", ""),
        unit=given.get("unit", ""),
        severity=given.get("klass", ""),
        overdue=given.get("overdue") == "1",
        open=given.get("open") == "1",
        q=q[:MAX_SEARCH_CHARS],
    )


def _query(given: QueryDict, search: str) -> str:
    """The filters and what was looked for again, for the link to the next rows."""
    words = {name: given.get(name, "") for name in FILTERS} | {"search": search}
    return urlencode({name: value for name, value in words.items() if value})


def _stages(book: Rulebook) -> dict[str, dict[str, str]]:
    """The stages by procedure; one whose name another procedure has too says whose it is, since a chosen option stands without its group."""
    known = Counter(name_of(stage) for procedure in book.procedures.values() for stage in procedure.stages.values())

    def called(stage: Stage, procedure: Procedure) -> str:
        name = name_of(stage)
        if known[name] == 1:
            return name
        return _("%(stage)s（%(procedure)s）") % {"stage": name, "procedure": name_of(procedure)}

    return {
        name_of(procedure): {f"{name}.{id}": called(stage, procedure) for id, stage in procedure.stages.items()}
        for name, procedure in book.procedures.items()
    }


def _choices(actor: Actor, at: datetime) -> FilterChoices:
    organisation = organisation_of(actor.organisation)
    assert organisation is not None
    book = load(organisation.rulebook_at(at)).book
    units = Unit.objects.filter(organisation=organisation).order_by("code")
    severity = book.facts.get(SEVERITY_FACT)
    return FilterChoices(
        stages=_stages(book),
        units={unit.code: unit.name for unit in units},
        severities={value: name_of(name) for value, name in severity.values.items()} if severity else {},
    )
