"""Worklists: who owes what on which case, the most overdue first, each from what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.casework.case_view import titles_of
from huiyin.casework.labels import cites, language, name_of
from huiyin.casework.lists.paging import Order, Page
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import duties_visible_to
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.deadlines.limits import Derivation
from huiyin.rules.deadlines.limits import explain as explain_date

PAGE = 25
BY_DUE = Order(Duty, ("due_at", "id"))


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as worklists show it; ``overdue`` as of when the list was asked for, ``owner`` the id of the unit that owes it."""

    id: UUID
    case: Case
    title: str
    kind: str
    label: str
    role: str
    role_label: str
    unit: str
    unit_code: str
    owner: UUID | None
    assignee: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    suspended: bool
    derivation: str
    derivation_plain: Mapping[str, object]
    clause: tuple[str, ...]
    cites: str
    discharged_at: datetime | None
    withdrawn_at: datetime | None


def worklist(
    actor: Actor,
    at: datetime,
    *,
    mine: bool = True,
    overdue: bool = False,
    due_before: datetime | None = None,
    due_from: datetime | None = None,
    unit: UUID | None = None,
    after: str = "",
) -> Page[DutyRow]:
    """Open duties, the most overdue first. ``mine``: those that the actor's post may discharge; else all on cases they may see.

    ``due_from`` is inclusive, ``due_before`` is not; ``unit`` is whose duties they are.
    """
    rows = open_duties(actor, mine=mine, unit=unit)
    if overdue:
        rows = rows.filter(due_at__lt=at)
    if due_from is not None:
        rows = rows.filter(due_at__gte=due_from)
    if due_before is not None:
        rows = rows.filter(due_at__lt=due_before)
    page = BY_DUE.page(rows.select_related("case"), after, PAGE)
    return Page(duty_rows(page.items, at), page.next)


def open_duties(actor: Actor, *, mine: bool, unit: UUID | None = None) -> QuerySet[Duty]:
    """Duties not done yet on cases that ``actor`` may see, narrowed as ``worklist`` says."""
    rows = duties_visible_to(actor).filter(discharged_at__isnull=True, withdrawn_at__isnull=True)
    if mine:
        owner = Q(unit_id=actor.unit, role__in=actor.roles) & (Q(assignee__isnull=True) | Q(assignee_id=actor.person))
        rows = rows.filter(owner)
    return rows.filter(unit_id=unit) if unit else rows


def duties_of(case: Case, at: datetime, title: str | None = None) -> tuple[DutyRow, ...]:
    """All duties of a case that the reader may see: open ones first, by due time, then those that are done.

    ``title`` is the case's where the caller has read it already; else it is read here.
    """
    rows = case.duties.order_by(
        F("discharged_at").desc(nulls_first=True), F("withdrawn_at").desc(nulls_first=True), "due_at", "id"
    )
    return duty_rows(rows, at, None if title is None else {case.id: title})


def duty_rows(rows: Iterable[Duty], at: datetime, titles: Mapping[UUID, str] | None = None) -> tuple[DutyRow, ...]:
    """Rows of duties, fetched with their cases, in words and in the order given; ``titles`` by case, read here when not given."""
    rows = tuple(rows)
    units = {unit.id: unit for unit in Unit.objects.filter(id__in={row.unit_id for row in rows}).only("code", "name")}
    people = {account.id: str(account) for account in Account.objects.filter(id__in={row.assignee_id for row in rows})}
    known = titles_of(row.case for row in rows) if titles is None else titles
    return tuple(_duty_row(row, units, people, known, at) for row in rows)


def _duty_row(
    row: Duty, units: Mapping[UUID, Unit], people: Mapping[UUID, str], titles: Mapping[UUID, str], at: datetime
) -> DutyRow:
    rules = load(row.case.rulebook)
    derivation = Derivation.from_dict(row.derivation)
    rule = rules.book.procedures[row.case.procedure].duties.get(row.kind)
    is_open = row.discharged_at is None and row.withdrawn_at is None
    unit = units.get(row.unit_id) if row.unit_id else None
    return DutyRow(
        id=row.id,
        case=row.case,
        title=titles.get(row.case_id, ""),
        kind=row.kind,
        label=name_of(rule, row.kind),
        role=row.role,
        role_label=name_of(rules.book.roles.get(row.role), row.role),
        unit=unit.name if unit else "",
        unit_code=unit.code if unit else "",
        owner=row.unit_id,
        assignee=people.get(row.assignee_id, "") if row.assignee_id else "",
        opened_at=row.opened_at,
        due_at=row.due_at,
        overdue=is_open and row.due_at < at and not derivation.suspended,
        suspended=derivation.suspended,
        derivation=explain_date(derivation, language()),
        derivation_plain=row.derivation,
        clause=tuple(row.clause),
        cites=cites(rules, row.clause),
        discharged_at=row.discharged_at,
        withdrawn_at=row.withdrawn_at,
    )
