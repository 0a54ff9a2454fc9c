"""Which rulebook one's organisation works under, since when and by whose decision, and how many open cases are under which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import UNFINISHED, Case
from huiyin.casework.visible import access_of
from huiyin.people.administrators import scope_of
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.rule_store.models import Activation
from huiyin.rule_store.store import load
from huiyin.web.page_access import Acting, staff_page


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision about the rulebook, the latest first. ``number`` is that of its event in the organisation's own chain."""

    number: int
    rulebook: str
    title: str
    digest: str
    effective_from: datetime
    decided_at: datetime
    decided_by: str
    basis: str
    status: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many open cases of the organisation, of those that the reader may see, are under a version."""

    rulebook: str
    title: str
    cases: int
    in_force: bool


@require_safe
@staff_page
def versions(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is in force in the reader's organisation, what was, and what will be."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    current = organisation.rulebook_at(acting.at)
    context = {
        "organisation": organisation,
        "current": current,
        "title": name_of(load(current).book.title),
        "waiting": organisation.next_rulebook if organisation.next_rulebook != current else "",
        "waiting_from": organisation.next_rulebook_from,
        "decisions": _decisions(organisation, current, acting.at),
        "shares": _shares(organisation, current, acting),
        "may_decide": _may_decide(organisation, acting),
    }
    return render(request, "rule_pages/versions.html", context)


def _may_decide(organisation: Organisation, acting: Acting) -> bool:
    scope = scope_of(acting.account, day_of(acting.at)) if acting.administers else None
    return scope is not None and scope.organisations.filter(id=organisation.id).exists()


def _decisions(organisation: Organisation, current: str, at: datetime) -> tuple[ShownDecision, ...]:
    found = (
        Activation.objects.filter(organisation=organisation).select_related("edition", "decided_by").order_by("-seq")
    )
    decisions: list[ShownDecision] = []
    settled = False
    for one in found:
        key = str(one.edition)
        # The latest decision whose day has come is the one in force; one that waited when a later one came never was.
        waits = one.effective_from > at
        status = "waiting" if waits and not decisions else "replaced" if waits else "past" if settled else "current"
        settled = settled or not waits
        decisions.append(
            ShownDecision(
                number=one.seq,
                rulebook=key,
                title=name_of(load(key).book.title),
                digest=one.edition.digest,
                effective_from=one.effective_from,
                decided_at=one.decided_at,
                decided_by=str(one.decided_by) if one.decided_by else "",
                basis=one.basis,
                status=status,
            )
        )
    return tuple(decisions)


def _shares(organisation: Organisation, current: str, acting: Acting) -> tuple[Share, ...]:
    unfinished = access_of(acting.actor).filter(UNFINISHED).values("case")
    open_cases = Case.objects.filter(id__in=unfinished, organisation=organisation)
    counted = open_cases.order_by("rulebook").values_list("rulebook").annotate(cases=Count("id"))
    return tuple(Share(key, name_of(load(key).book.title), cases, key == current) for key, cases in counted)
