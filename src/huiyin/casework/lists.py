"""Worklists and registers: pages of rows, each starting from what the reader may see, continued by a keyset."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.casework import texts
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import duties_visible_to, visible_to
from huiyin.casework.wording import cites, language, name_of
from huiyin.people import petitioners
from huiyin.people.acting import overseen
from huiyin.people.checks import forbidden_characters
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.deadlines.limits import Derivation
from huiyin.rules.deadlines.limits import explain as explain_date

PAGE = 25
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, and the key with which the next ones are asked for (empty at the end)."""

    items: tuple[Item, ...]
    next: str


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


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as registers show it."""

    case: Case
    title: str
    stage: str
    unit: str
    overdue: bool
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a register is narrowed to; empty means everything. ``q`` is a number, a receipt, or an exact phone, identity number or name."""

    stage: str = ""
    unit: str = ""
    klass: str = ""
    overdue: bool = False
    open: bool = False
    q: str = ""


def cases(actor: Actor, wanted: CaseFilter, at: datetime, after: str = "", size: int = PAGE) -> Page[CaseRow]:
    """The register, newest first."""
    rows = _narrowed(visible_to(actor), actor, wanted, at).select_related("unit")
    key = read_key(after)
    if key:
        rows = rows.filter(Q(registered_at__lt=key[0]) | Q(registered_at=key[0], id__lt=key[1]))
    found = list(rows.order_by("-registered_at", "-id")[: size + 1])
    shown = found[:size]
    titles = texts.read(case.title for case in shown if case.title)
    items = tuple(_case_row(case, titles.get(case.title, "") if case.title else "", at) for case in shown)
    return Page(items, make_key(shown[-1].registered_at, shown[-1].id) if len(found) > size else "")


def duties(
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
    key = read_key(after)
    if key:
        rows = rows.filter(Q(due_at__gt=key[0]) | Q(due_at=key[0], id__gt=key[1]))
    found = list(rows.order_by("due_at", "id").select_related("case", "case__unit")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(duty_rows(shown, at), make_key(shown[-1].due_at, shown[-1].id) if len(found) > PAGE else "")


def open_duties(actor: Actor, *, mine: bool, unit: UUID | None = None) -> QuerySet[Duty]:
    """Duties not done yet on cases that ``actor`` may see, narrowed as ``duties`` says."""
    rows = duties_visible_to(actor).filter(discharged_at__isnull=True, withdrawn_at__isnull=True)
    if mine:
        owner = Q(unit_id=actor.unit, role__in=actor.roles) & (Q(assignee__isnull=True) | Q(assignee_id=actor.person))
        rows = rows.filter(owner)
    return rows.filter(unit_id=unit) if unit else rows


def duties_of(case: Case, at: datetime) -> tuple[DutyRow, ...]:
    """All duties of a case that the reader may see: open ones first, by due time, then those that are done."""
    rows = case.duties.select_related("case").order_by(
        F("discharged_at").desc(nulls_first=True), F("withdrawn_at").desc(nulls_first=True), "due_at", "id"
    )
    return duty_rows(list(rows), at)


def duty_rows(rows: list[Duty], at: datetime) -> tuple[DutyRow, ...]:
    """Rows of duties in words, in the order given."""
    units = {unit.id: unit for unit in Unit.objects.filter(id__in={row.unit_id for row in rows}).only("code", "name")}
    people = {account.id: str(account) for account in Account.objects.filter(id__in={row.assignee_id for row in rows})}
    titles = texts.read(row.case.title for row in rows if row.case.title)
    return tuple(_duty_row(row, units, people, titles, at) for row in rows)


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
        title=titles.get(row.case.title, "") if row.case.title else "",
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


def _narrowed(rows: QuerySet[Case], actor: Actor, wanted: CaseFilter, at: datetime) -> QuerySet[Case]:
    if any(forbidden_characters("q", word) for word in (wanted.stage, wanted.unit, wanted.klass, wanted.q)):
        return rows.none()  # nothing is called so, and databases refuse to look for it
    if wanted.stage:
        rows = rows.filter(stage=wanted.stage)
    if wanted.unit:
        named = _as_uuid(wanted.unit)
        rows = rows.filter(unit_id=named) if named else rows.filter(unit__code=wanted.unit)
    if wanted.klass:
        rows = rows.filter(facts__klass=wanted.klass)
    if wanted.open:
        rows = rows.filter(ended_at__isnull=True)
    if wanted.overdue:
        rows = rows.filter(ended_at__isnull=True, due_at__lt=at)
    if wanted.q:
        rows = _found(rows, actor, wanted.q.strip())
    return rows


def _found(rows: QuerySet[Case], actor: Actor, q: str) -> QuerySet[Case]:
    people = petitioners.find_among(overseen(actor.organisation), q)
    hit = Q(no__iexact=q) | Q(no__istartswith=q) | Q(submissions__receipt=q.upper())
    if people:
        hit |= Q(parties__petitioner_id__in=people)
    return rows.filter(hit).distinct()


def _case_row(case: Case, title: str, at: datetime) -> CaseRow:
    rules = load(case.rulebook)
    stage = name_of(rules.book.procedures[case.procedure].stages.get(case.stage), case.stage)
    facts = {
        name_of(rules.book.facts[name]): name_of(rules.book.facts[name].values.get(value), value)
        for name, value in case.facts.items()
        if name in rules.book.facts and value != rules.book.facts[name].initial
    }
    overdue = case.ended_at is None and case.due_at is not None and case.due_at < at
    return CaseRow(case, title, stage, case.unit.name if case.unit_id else "", overdue, facts)


_units = Prepared(lambda id: Unit.objects.filter(id=id))


def handling_unit(case: Case) -> Unit | None:
    """The unit that deals with a case, once it has one; with the case if it was fetched along."""
    if case.unit_id is None or Case.unit.is_cached(case):
        return case.unit
    return _units.first(case.unit_id)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def make_key(moment: datetime, id_: UUID) -> str:
    """Where a list goes on, as a page's address carries it."""
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), id_.hex]).encode()).decode()


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """What ``make_key`` wrote; None for anything else."""
    try:
        moment, id_ = json.loads(base64.urlsafe_b64decode(text.encode()))
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(id_)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
