"""The register of all cases one may see, and the list of those that are not finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.case_view import SEVERITY_FACT
from huiyin.casework.labels import name_of
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.unfinished import unfinished as unfinished_matters
from huiyin.people.models import Organisation, Unit
from huiyin.people.web import Acting, staff_page
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load

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
    """The register, newest first. A search is sent by POST: a phone or identity number must not end in an address."""
    given = request.POST if request.method == "POST" else request.GET
    filters = _filters(given, request.POST.get("q", ""))
    page = cases(acting.actor, filters, acting.at, after=given.get("after", ""))
    context = {
        "page": page,
        "filters": filters,
        "choices": _choices(acting.actor, acting.at),
        "at": acting.at,
        "query": _query(given),
    }
    return render(request, "desk/cases.html", context)


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
        q=q[:100],
    )


def _query(given: QueryDict) -> str:
    """The filters again, for the link to the next rows."""
    return urlencode({name: value for name in FILTERS if (value := given.get(name))})


def _choices(actor: Actor, at: datetime) -> FilterChoices:
    organisation = Organisation.objects.get(id=actor.organisation)
    book = load(organisation.rulebook_at(at)).book
    units = Unit.objects.filter(organisation=organisation).order_by("code")
    severity = book.facts.get(SEVERITY_FACT)
    return FilterChoices(
        stages={
            name_of(procedure): {f"{name}.{id}": name_of(stage) for id, stage in procedure.stages.items()}
            for name, procedure in book.procedures.items()
        },
        units={unit.code: unit.name for unit in units},
        severities={value: name_of(name) for value, name in severity.values.items()} if severity else {},
    )
