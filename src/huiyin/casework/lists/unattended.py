"""Duties that nobody does: no one who is at work holds the role in the unit that owes them, or all who do are kept from the case, since
it accuses them or they withdrew from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value

from huiyin.casework.models import OPEN, Case, CaseAccess, CaseAccused, CaseUnit, Duty
from huiyin.casework.owed import open_duties
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.visible import duties_visible_to, roles_of
from huiyin.people.absences import people_at_hand
from huiyin.people.appointments import lately
from huiyin.people.models import Holding
from huiyin.procedure.amending.standing_in import kept_apart
from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import together
from huiyin.rule_store.store import load

MAX_LEFT: Final = 10
MAX_LOOKED_AT: Final = 200
"""So many cases from which somebody is kept are looked at for a page; all of them are for the health of the installation."""

RoleInUnit = tuple[UUID, str]
"""A unit, and the role in which somebody there owes something."""
PeopleAtWork = Mapping[RoleInUnit, Collection[UUID]]
"""Who is at work on a day, by place."""


def unattended(owed: QuerySet[Duty], day: date) -> list[Duty]:
    """Those of the open duties ``owed`` that nobody does on a day, with their cases, by due time. Not for readers: whoever shows them says
    of a sealed case no more than that there is something.
    """
    places = set(owed.filter(unit__isnull=False).values_list("unit_id", "role").distinct())
    working = _working(places, day)
    return _without_anybody(owed.filter(_suspect(places, working)), working, day)


def _working(places: Collection[RoleInUnit], day: date) -> PeopleAtWork:
    return people_at_hand(Holding.objects.filter(post__unit_id__in={unit for unit, _role in places}), day)


def _suspect(places: Collection[RoleInUnit], working: PeopleAtWork) -> Q:
    """What can be owed by nobody: in those of the places where nobody works, in none, or on a case from which somebody is kept."""
    return _or_where_nobody_works(Q(unit__isnull=True) | Q(case__sealed=True) | Q(case__recused=True), places, working)


def _or_where_nobody_works(found: Q, places: Collection[RoleInUnit], working: PeopleAtWork) -> Q:
    for unit, role in set(places) - working.keys():
        found |= Q(unit_id=unit, role=role)
    return found


def _without_anybody(suspect: QuerySet[Duty], working: PeopleAtWork, day: date) -> list[Duty]:
    found = [duty for duty in suspect.select_related("case", "unit").order_by("due_at", "id") if _ours(duty)]
    people, units = _accused({duty.case_id for duty in found if duty.case.sealed}, day)
    recused = {duty.id: _recused(duty) for duty in found if duty.case.recused}
    nobody: frozenset[UUID] = frozenset()
    return [
        duty
        for duty in found
        if (duty.case_id, duty.unit_id) in units
        or not _doing(duty, working) - people.get(duty.case_id, nobody) - recused.get(duty.id, nobody)
    ]


def places_without_anybody(places: Collection[RoleInUnit], day: date) -> set[RoleInUnit]:
    """Those of the places where nobody at work holds the role on a day; of a case it tells nothing."""
    asked = set(places)
    units = {unit for unit, _role in asked}
    return asked - people_at_hand(Holding.objects.filter(post__unit_id__in=units), day).keys() if asked else asked


def left_to_nobody(actor: Actor, day: date) -> list[Duty]:
    """What units that handle matters, or help with them, owe the organisation of ``actor`` on cases that they may see, where nobody there can do it;
    the first ``MAX_LEFT`` due. No stand-in gets these: somebody has to move the case, or be appointed.

    Of a case that accuses somebody that everybody who works there is kept from it is told to those alone who may know whom it accuses.
    """
    handling = [name for name, role in roles_of(actor.organisation).items() if role.of in ("handling", "co_handling")]
    owed = open_duties().filter(organisation_id=actor.organisation, role__in=handling, unit__isnull=False)
    # In one statement: where something is owed, and, each in the place of a unit and without a role, the cases.
    branches: list[QuerySet[Any]] = [owed.values_list("unit_id", "role").distinct(), *_kept_from_somebody(actor)]
    found = [(row.unit_id, row.role) for row in together(branches)]
    places, kept = {(unit, role) for unit, role in found if role}, [case for case, role in found if not role]
    working = _working(places, day)
    among = _or_where_nobody_works(Q(case_id__in=kept), places, working)
    ours = Q(organisation_id=actor.organisation, role__in=handling, unit__isnull=False)
    shown = (
        duty
        for duty in _without_anybody(duties_visible_to(actor).filter(OPEN, ours, among), working, day)
        if not duty.case.sealed or (duty.unit_id, duty.role) not in working or may_know(duty.case, actor)
    )
    return list(islice(shown, MAX_LEFT))


def _kept_from_somebody(actor: Actor) -> tuple[QuerySet[Any, RoleInUnit], ...]:
    """Open cases from which somebody of the organisation of ``actor`` is kept: they are few, and looked for first. Beside each stands no role."""
    accusing = CaseAccess.objects.filter(scope=actor.organisation, sealed=True, ended_at__isnull=True)
    recused = Case.objects.filter(organisation=actor.organisation, recused=True, ended_at__isnull=True)
    none = Value("", CharField())
    return accusing.values_list("case_id", none)[:MAX_LOOKED_AT], recused.values_list("id", none)[:MAX_LOOKED_AT]


def _recused(duty: Duty) -> frozenset[UUID]:
    """Who withdrew from the case, and who may not settle the duty since they took the step before it in place of whoever did."""
    state: State = codec.loads(duty.case.state)
    return frozenset(state.recused | kept_apart(load(duty.case.rulebook), state, duty.kind))


def _ours(duty: Duty) -> bool:
    return load(duty.case.rulebook).book.roles[duty.role].is_staff


def _doing(duty: Duty, working: PeopleAtWork) -> set[UUID]:
    return set(working.get((duty.unit_id, duty.role), ())) if duty.unit_id else set()


def _accused(cases: Collection[UUID], day: date) -> tuple[dict[UUID, set[UUID]], set[tuple[UUID, UUID]]]:
    """The people whom each of the cases accuses, or whose unit of today or lately, and the units with them."""
    people: dict[UUID, set[UUID]] = {}
    units: set[tuple[UUID, UUID]] = set()
    for case, account, unit in CaseAccused.objects.filter(case__in=cases).values_list(
        "case_id", "account_id", "unit_id"
    ):
        if account is not None:
            people.setdefault(case, set()).add(account)
        elif unit is not None:
            units.add((case, unit))
    members: dict[UUID, set[UUID]] = {}
    held = lately(Holding.objects.filter(post__unit__in={unit for _case, unit in units}), day)
    for unit, account in held.values_list("post__unit_id", "account_id"):
        members.setdefault(unit, set()).add(account)
    for case, unit in units:
        people.setdefault(case, set()).update(members.get(unit, ()))
    return people, units


def stood_in_for() -> Iterator[tuple[UUID, UUID, str]]:
    """Open cases on which somebody stands in: the case, its organisation, and the relation of the stand-in (discipline/custodian)."""
    owed = Exists(open_duties().filter(case=OuterRef("case_id")))
    rows = CaseUnit.objects.filter(owed, relation__contains="/")
    yield from rows.values_list("case_id", "case__organisation_id", "relation").distinct()
