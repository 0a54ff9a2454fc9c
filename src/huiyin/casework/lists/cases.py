"""The register of cases, narrowed and searched, newest first, each from what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from huiyin.casework import receipts
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.imported.numbers import old_number
from huiyin.casework.lists.document_numbers import of_documents
from huiyin.casework.models import UNFINISHED, Case, CaseAccess, CaseParty, Submission
from huiyin.casework.owed import late_cases
from huiyin.casework.sealed.confidential import findable
from huiyin.casework.visible import access_of, accessible, office_wide
from huiyin.paging import Order, Page
from huiyin.people import petitioners
from huiyin.people.acting import overseen
from huiyin.people.checks import as_copied, forbidden_characters
from huiyin.people.ids import read_id
from huiyin.people.models import Organisation, Unit
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared

PAGE = 25
MAX_FOUND = 1000
"""Cases of one day whose numbers begin as typed: the latest."""
_WITH_DAY = re.compile(r".+-(?:19|20)\d{6}", re.ASCII)
BY_REGISTRATION = Order(CaseAccess, ("registered_at", "case"), descending=True)
Sort = Literal["newest", "oldest", "due"]
ORDERS: Final[Mapping[Sort, Order[CaseAccess]]] = {
    "newest": BY_REGISTRATION,
    "oldest": Order(CaseAccess, ("registered_at", "case")),
    "due": Order(CaseAccess, ("due_at", "case")),
}
"""How a register can be sorted; ``due`` lists what is unfinished alone, the most overdue first."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a register is narrowed to; empty means everything. ``q`` is a number or its beginning up to the day at least, a receipt, the last six signs of either, or an exact phone, identity number or name;
    ``stage`` a stage, or one of a certain procedure: matter.registered; ``organ`` the code of the organisation whose cases they are;
    ``from_day`` and ``to_day`` are the first and the last day on which they were registered."""

    stage: str = ""
    unit: str = ""
    severity: str = ""
    overdue: bool = False
    open: bool = False
    organ: str = ""
    from_day: date | None = None
    to_day: date | None = None
    q: str = ""


def cases(
    actor: Actor, filters: CaseFilter, at: datetime, after: str = "", size: int = PAGE, sort: Sort = "newest"
) -> Page[CaseView]:
    """The register, newest first unless it is sorted otherwise."""
    narrow = _narrowing(actor, filters, at)
    if narrow is not None and sort == "due":
        narrow &= UNFINISHED
    branches = [] if narrow is None else accessible(actor).each(lambda rows: rows.filter(narrow))
    page = ORDERS[sort].page(branches, after, size)
    return Page(case_views(cases_of(page.items), at), page.next)


def count(actor: Actor, filters: CaseFilter, at: datetime, sort: Sort = "newest") -> int:
    """How many cases the same register holds; reads all of them."""
    narrow = _narrowing(actor, filters, at)
    if narrow is None:
        return 0
    rows = access_of(actor).filter(narrow & UNFINISHED if sort == "due" else narrow)
    return rows.values("case_id").distinct().count()


def cases_of(rows: Iterable[CaseAccess]) -> list[Case]:
    """The cases of rows of access, with their units, in the same order."""
    ids = [row.case_id for row in rows]
    found = {case.id: case for case in _with_units.all(tuple(ids))} if ids else {}
    return [found[id] for id in ids]


_with_units: Final = Prepared(lambda ids: Case.objects.filter(id__in=ids).select_related("unit"))


def _narrowing(actor: Actor, filters: CaseFilter, at: datetime) -> Q | None:
    """What rows of access are to say; None where nothing can be found."""
    q = as_copied(filters.q)
    words = (filters.stage, filters.unit, filters.severity, filters.organ, q)
    if any(forbidden_characters("q", word) for word in words):
        return None  # nothing is called so, and databases refuse to look for it
    narrow = Q()
    if filters.stage:
        procedure, _dot, stage = filters.stage.rpartition(".")
        narrow &= Q(stage=stage, procedure=procedure) if procedure else Q(stage=stage)
    if filters.unit:
        named = read_id(filters.unit)
        units = [named] if named else list(Unit.objects.filter(code=filters.unit).values_list("id", flat=True))
        narrow &= Q(unit_id__in=units)
    if filters.severity:
        narrow &= Q(severity=filters.severity)
    if filters.organ:
        narrow &= _of_organ(actor, filters.organ)
    if filters.from_day:
        narrow &= Q(registered_at__gte=_midnight(filters.from_day))
    if filters.to_day:
        narrow &= Q(registered_at__lt=_midnight(filters.to_day + timedelta(days=1)))
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
    hits += of_documents(actor.organisation, q)
    people = findable(actor, petitioners.find_among(overseen(actor.organisation), q), at)
    if people:
        hits.append(CaseParty.objects.filter(petitioner_id__in=people).values_list("case_id"))
    return hits[0].union(*hits[1:], all=True)


def _of_organ(actor: Actor, code: str) -> Q:
    """Cases of one organisation. Those of another are never seen through a scope of all one's own, which is therefore not read."""
    organ = Organisation.objects.filter(code=code).values_list("id", flat=True).first()
    if organ is None or organ == actor.organisation:
        return Q(case__organisation=organ)
    return Q(case__organisation=organ) & ~Q(scope__in=office_wide(actor))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _begins(number: str) -> Q:
    """Numbers that begin so. No index of SQLite serves LIKE, and no range serves the order in which PostgreSQL sorts words."""
    if connection.vendor == "sqlite":
        return Q(number__gte=number, number__lt=f"{number}\U0010ffff")
    return Q(number__startswith=number)
