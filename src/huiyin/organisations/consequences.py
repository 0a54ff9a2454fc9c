"""What follows for the work of organisations when people, posts or units change: who holds which role before and after, and what nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.labels import name_of
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Duty
from huiyin.people.absences import at_hand
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding, Organisation
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import Vacancy, vacancies
from huiyin.rules.book.schema import Role

OrganisationRole = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A role that nobody holds any more, by name, and the one whose holders do what is owed in it."""

    role: str
    other: str


@dataclass(frozen=True, slots=True)
class StaffedRoles:
    """Who works in organisations at a moment: the roles that somebody holds, those that the rulebook asks for and nobody holds, and the
    duties that nobody does.
    """

    organisations: Mapping[UUID, Organisation]
    moment: datetime
    held: frozenset[OrganisationRole]
    vacant: Mapping[OrganisationRole, Vacancy]
    unattended: Mapping[UUID, Duty]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change takes away: roles that nobody holds any more, each with the name of the one that stands in meanwhile (empty: none),
    those that others have for good, and duties that nobody does any more.
    """

    vacant: Mapping[OrganisationRole, tuple[Vacancy, str]]
    stood_in_for: Sequence[StandIn]
    unattended: Sequence[Duty]


def staffed_roles(organisations: Iterable[Organisation], owed: QuerySet[Duty], moment: datetime) -> StaffedRoles:
    """How some organisations are staffed at ``moment``, and which of the duties ``owed`` nobody does then."""
    known, day = {one.id: one for one in organisations}, day_of(moment)
    working = at_hand(Holding.objects.filter(organisation__in=known), day)
    return StaffedRoles(
        known,
        moment,
        frozenset((id, role) for id, roles in working.values_list("organisation_id", "post__roles") for role in roles),
        {
            (one.id, vacancy.role): vacancy
            for one in known.values()
            for vacancy in vacancies(load(one.rulebook_at(moment)), one, day)
        },
        {duty.id: duty for duty in unattended(owed, day)},
    )


def consequences(before: StaffedRoles, after: StaffedRoles) -> Consequences:
    """What a change that lies between the two takes away, of the organisations of ``before``."""
    vacant = {
        key: (one, _named(before, key[0], one.stand_in))
        for key, one in after.vacant.items()
        if key[0] in before.organisations and key not in before.vacant
    }
    unheld = sorted(before.held - after.held - vacant.keys())
    return Consequences(
        vacant,
        [one for organisation, role in unheld for one in _stand_in(before, organisation, role)],
        [duty for id, duty in after.unattended.items() if id not in before.unattended],
    )


def _stand_in(known: StaffedRoles, organisation: UUID, role: str) -> Iterable[StandIn]:
    """Who does what is owed in a role that lost its last holder, where the rulebook names somebody."""
    rule = _roles(known, organisation).get(role)
    if rule and (other := _named(known, organisation, rule.stand_in)):
        yield StandIn(name_of(rule), other)


def _named(known: StaffedRoles, organisation: UUID, role: str | None) -> str:
    rule = _roles(known, organisation).get(role or "")
    return name_of(rule) if rule else ""


def _roles(known: StaffedRoles, organisation: UUID) -> Mapping[str, Role]:
    return load(known.organisations[organisation].rulebook_at(known.moment)).book.roles
