"""The register of cases, narrowed and searched, newest first, each from what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from huiyin.casework import receipts
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.imported.numbers import old_number
from huiyin.casework.lists.paging import Order, Page
from huiyin.casework.models import UNFINISHED, Case, CaseAccess, CaseParty, Submission
from huiyin.casework.owed import late_cases
from huiyin.casework.sealed.confidential import findable
from huiyin.casework.visible import accessible
from huiyin.people import petitioners
from huiyin.people.acting import overseen
from huiyin.people.checks import as_copied, forbidden_characters
from huiyin.people.models import Unit
from huiyin.procedure.command import Actor

PAGE = 25
MAX_FOUND = 1000
"""Cases of one day whose numbers begin as typed: the latest."""
_WITH_DAY = re.compile(r".+-(?:19|20)\d{6}", re.ASCII)
BY_REGISTRATION = Order(CaseAccess, ("registered_at", "case"), descending=True)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a register is narrowed to; empty means everything. ``q`` is a number or its beginning up to the day at least, a receipt, the last six signs of either, or an exact phone, identity number or name;
    ``stage`` a stage, or one of a certain procedure: matter.registered."""

    stage: str = ""
    unit: str = ""
    severity: str = ""
    overdue: bool = False
    open: bool = False
    q: str = ""


def cases(actor: Actor, filters: CaseFilter, at: datetime, after: str = "", size: int = PAGE) -> Page[CaseView]:
    """The register, newest first."""
    narrow = _narrowing(actor, filters, at)
    branches = [] if narrow is None else [rows.filter(narrow) for rows in accessible(actor)]
    page = BY_REGISTRATION.page(branches, after, size)
    return Page(case_views(cases_of(page.items), at), page.next)


def cases_of(rows: Iterable[CaseAccess]) -> list[Case]:
    """The cases of rows of access, with their units, in the same order."""
    ids = [row.case_id for row in rows]
    found = {case.id: case for case in Case.objects.filter(id__in=ids).select_related("unit")} if ids else {}
    return [found[id] for id in ids]


def _narrowing(actor: Actor, filters: CaseFilter, at: datetime) -> Q | None:
    """What rows of access are to say; None where nothing can be found."""
    q = as_copied(filters.q)
    if any(forbidden_characters("q", word) for word in (filters.stage, filters.unit, filters.severity, q)):
        return None  # nothing is called so, and databases refuse to look for it
    narrow = Q()
    if filters.stage:
        procedure, _dot, stage = filters.stage.rpartition(".")
        narrow &= Q(stage=stage, procedure=procedure) if procedure else Q(stage=stage)
    if filters.unit:
        named = _as_uuid(filters.unit)
        units = [named] if named else list(Unit.objects.filter(code=filters.unit).values_list("id", flat=True))
        narrow &= Q(unit_id__in=units)
    if filters.severity:
        narrow &= Q(severity=filters.severity)
    if filters.open:
        narrow &= UNFINISHED
    if filters.overdue:
        narrow &= late_cases(at)
    if filters.q:
        narrow &= Q(case_id__in=_found(actor, q.strip(), at))
    return narrow


def _found(actor: Actor, q: str, at: datetime) -> QuerySet[Any, UUID]:
    """The ids of all cases that somebody may mean by ``q``, whoever may see them: each kind of name is looked up by its own index."""
    number = receipts.case_number(q)
    hits: list[QuerySet[Any, Any]] = [
        Case.objects.filter(number=number).values_list("id"),
        Submission.objects.filter(receipt=receipts.normal(q)).values_list("case_id"),
    ]
    if _WITH_DAY.match(number):
        begin = Case.objects.filter(_begins(number)).order_by("-number").values("id")[:MAX_FOUND]
        hits.append(Case.objects.filter(id__in=begin).values_list("id"))
    if old := old_number(q):
        hits.append(Case.objects.filter(old_number=old).values_list("id"))
    if end := receipts.ending(q):
        hits.append(Case.objects.filter(ending=end).values_list("id"))
        hits.append(Submission.objects.filter(ending=end).values_list("case_id"))
    people = findable(actor, petitioners.find_among(overseen(actor.organisation), q), at)
    if people:
        hits.append(CaseParty.objects.filter(petitioner_id__in=people).values_list("case_id"))
    return hits[0].union(*hits[1:], all=True)


def _begins(number: str) -> Q:
    """Numbers that begin so. No index of SQLite serves LIKE, and no range serves the order in which PostgreSQL sorts words."""
    if connection.vendor == "sqlite":
        return Q(number__gte=number, number__lt=f"{number}\U0010ffff")
    return Q(number__startswith=number)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
