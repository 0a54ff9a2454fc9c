"""The register of cases, narrowed and searched, newest first, each from what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework import receipts
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.lists.paging import Order, Page
from huiyin.casework.models import Case
from huiyin.casework.owed import late_cases
from huiyin.casework.sealed.confidential import findable
from huiyin.casework.visible import visible_to
from huiyin.people import petitioners
from huiyin.people.acting import overseen
from huiyin.people.checks import as_copied, forbidden_characters
from huiyin.procedure.command import Actor

PAGE = 25
BY_REGISTRATION = Order(Case, ("registered_at", "id"), descending=True)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a register is narrowed to; empty means everything. ``q`` is a number, a receipt, the last six signs of either, or an exact phone, identity number or name;
    ``stage`` a stage, or one of a certain procedure: matter.registered."""

    stage: str = ""
    unit: str = ""
    severity: str = ""
    overdue: bool = False
    open: bool = False
    q: str = ""


def cases(actor: Actor, filters: CaseFilter, at: datetime, after: str = "", size: int = PAGE) -> Page[CaseView]:
    """The register, newest first."""
    rows = _narrowed(visible_to(actor), actor, filters, at).select_related("unit")
    page = BY_REGISTRATION.page(rows, after, size)
    return Page(case_views(page.items, at), page.next)


def _narrowed(rows: QuerySet[Case], actor: Actor, filters: CaseFilter, at: datetime) -> QuerySet[Case]:
    q = as_copied(filters.q)
    if any(forbidden_characters("q", word) for word in (filters.stage, filters.unit, filters.severity, q)):
        return rows.none()  # nothing is called so, and databases refuse to look for it
    if filters.stage:
        procedure, _dot, stage = filters.stage.rpartition(".")
        rows = rows.filter(stage=stage, procedure=procedure) if procedure else rows.filter(stage=stage)
    if filters.unit:
        named = _as_uuid(filters.unit)
        rows = rows.filter(unit_id=named) if named else rows.filter(unit__code=filters.unit)
    if filters.severity:
        rows = rows.filter(facts__klass=filters.severity)
    if filters.open:
        rows = rows.filter(ended_at__isnull=True)
    if filters.overdue:
        rows = rows.filter(late_cases(at))
    if filters.q:
        rows = _found(rows, actor, q.strip(), at)
    return rows


def _found(rows: QuerySet[Case], actor: Actor, q: str, at: datetime) -> QuerySet[Case]:
    people = findable(actor, petitioners.find_among(overseen(actor.organisation), q), at)
    number = receipts.case_number(q)
    hit = Q(number__iexact=number) | Q(number__istartswith=number) | Q(submissions__receipt=receipts.normal(q))
    if end := receipts.ending(q):
        hit |= Q(number__endswith=f"-{end}") | Q(submissions__receipt__endswith=f"{end[:-4]}-{end[-4:]}")
    if people:
        hit |= Q(parties__petitioner_id__in=people)
    return rows.filter(hit).distinct()


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
