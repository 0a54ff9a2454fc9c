"""What is to be supervised (督办): found by the system, ordered by a person.

Three kinds of leads: duties that are overdue, matters rated poorly, and the lot of the week. What a superior asks for is ordered by hand. A machine that
issued letters by itself would decide, which the rules prove that it never does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from huiyin.accountability.failures import about
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.lists.cases import cases_of
from huiyin.casework.lists.duties import duty_rows
from huiyin.casework.models import NO_PETITION, Case, CaseAccess, Duty
from huiyin.casework.owed import days_late, late
from huiyin.casework.samples import lot
from huiyin.casework.visible import accessible, on_visible, visible_to
from huiyin.paging import Order, Page
from huiyin.procedure.command import Actor
from huiyin.rules import MATTER

LeadKind = Literal["overdue", "rated", "drawn"]
PROCEDURE: Final = "urging"
MAX_LEADS: Final = 100
DRAWN_A_WEEK: Final = 5
LATELY: Final = timedelta(days=90)
PAGE: Final = 50
BY_TIME: Final = Order(CaseAccess, ("registered_at", "case"), descending=True)


@dataclass(frozen=True, slots=True)
class UrgingLead:
    """A matter that somebody is to supervise: why, what is owed (empty: not one duty), by which unit, how many days late, and the orders that are there already."""

    kind: LeadKind
    view: CaseView
    duty: str
    unit: str
    unit_id: UUID | None
    late_days: int
    orders: tuple[str, ...] = ()


def leads(actor: Actor, at: datetime) -> tuple[UrgingLead, ...]:
    """What ``actor`` is to look at in their organisation at ``at`` (aware): the longest overdue first, then what was rated poorly, then the lot of the week."""
    found = (*_overdue(actor, at), *_rated(actor, at), *_drawn(actor, at))
    orders = about(actor, {lead.view.case.id for lead in found}, PROCEDURE)
    return tuple(replace(lead, orders=orders.get(lead.view.case.id, ())) for lead in found)


def orders(actor: Actor, at: datetime, after: str = "") -> Page[CaseView]:
    """The supervision that is going on, as far as ``actor`` may see it, the latest first; several may be about one matter."""
    rows = accessible(actor).each(lambda branch: branch.filter(NO_PETITION, procedure=PROCEDURE))
    page = BY_TIME.page(rows, after, PAGE)
    return Page(case_views(cases_of(page.items), at), page.next)


def lot_of_week(organisation: UUID, at: datetime, ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """The lot of the week that ``at`` is in."""
    year, week, _day = timezone.localtime(at).isocalendar()
    return lot(f"{organisation.hex}:{year}:{week}:", ids, DRAWN_A_WEEK)


def _overdue(actor: Actor, at: datetime) -> Iterator[UrgingLead]:
    rows = Duty.objects.filter(
        late(at), on_visible(actor), organisation_id=actor.organisation, case__procedure=MATTER, unit__isnull=False
    )
    seen = set[tuple[UUID, UUID | None]]()
    shown = duty_rows(rows.select_related("case__unit").order_by("turn_at", "id")[:MAX_LEADS], at)
    views = {view.case.id: view for view in case_views({row.case.id: row.case for row in shown}.values(), at)}
    for row in shown:
        if (row.case.id, row.owner) not in seen:
            seen.add((row.case.id, row.owner))
            days = days_late(row.due_at, at)
            yield UrgingLead("overdue", views[row.case.id], row.label, row.unit, row.owner, days)


def _rated(actor: Actor, at: datetime) -> Iterator[UrgingLead]:
    """Matters under way or ended lately on which the petitioner said so. What they chose stands in the state; their words do not."""
    lately = Q(ended_at=None) | Q(ended_at__gte=at - LATELY)
    rated = visible_to(actor).filter(
        lately, organisation_id=actor.organisation, procedure=MATTER, state__contains='"dissatisfied"'
    )
    ids = list(rated.order_by("-registered_at", "-id").values_list("id", flat=True)[:MAX_LEADS])
    yield from _whole("rated", actor, Q(id__in=ids), at)


def _drawn(actor: Actor, at: datetime) -> Iterator[UrgingLead]:
    ended = visible_to(actor).filter(
        organisation_id=actor.organisation, procedure=MATTER, ended_at__gte=at - LATELY, ended_at__lte=at
    )
    drawn = lot_of_week(actor.organisation, at, ended.values_list("id", flat=True))
    yield from _whole("drawn", actor, Q(id__in=drawn), at)


def _whole(kind: LeadKind, actor: Actor, which: Q, at: datetime) -> Iterator[UrgingLead]:
    cases: Mapping[UUID, Case] = visible_to(actor).filter(which, procedure=MATTER).select_related("unit").in_bulk()
    for view in case_views(cases.values(), at):
        unit = view.unit
        yield UrgingLead(kind, view, "", unit.name if unit else "", unit.id if unit else None, 0)
