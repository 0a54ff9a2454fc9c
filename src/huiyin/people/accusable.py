"""Who may be meant when a matter of an organisation accuses somebody: the directory of it, of those above it and below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from huiyin.people.acting import units_of_people
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Holding, Organisation, Unit
from huiyin.people.names.directory import Index, NamedPerson, NamedUnit, Names, indexed, normal
from huiyin.rows import Prepared
from huiyin.rules.book.schema import CUSTODIAN, Rulebook

MAX_OFFERED = 40
"""More units at once nobody reads through: there is a search."""
Shut = tuple[frozenset[UUID], frozenset[UUID]]
"""Units and accounts that are kept out."""


@dataclass
class Accusable:
    """Among whom somebody is looked for whom a matter of ``organisation`` accuses at ``at``: one a command, each part read when it is first asked
    for. ``keeping`` are the roles whose holders may have to find out who is meant (``custody_of``).
    """

    organisation: UUID
    at: datetime
    keeping: frozenset[str] = frozenset({CUSTODIAN})

    @cached_property
    def scope(self) -> tuple[UUID, ...]:
        """The organisation, all above it and all below it."""
        return in_scope(self.organisation)

    @cached_property
    def names(self) -> Names:
        """Their units and people."""
        return names_in(self.scope)

    @cached_property
    def index(self) -> Index:
        """The same made ready to be matched."""
        return indexed(self.names)

    @cached_property
    def custodians(self) -> list[tuple[NamedPerson, UUID]]:
        """Whoever has unclear accusations in custody there, or would where nobody else may, with the post in which they do, and the organisation."""
        return custodians_in(self.scope, self.keeping, self.at)


def custody_of(book: Rulebook) -> frozenset[str]:
    """The roles in which somebody finds out whom a matter accuses: the custodian, and who stands in for them."""
    keeper = book.roles.get(CUSTODIAN)
    return frozenset({CUSTODIAN, keeper.stand_in or CUSTODIAN}) if keeper else frozenset()


def in_scope(organisation_id: UUID) -> tuple[UUID, ...]:
    """The organisation, all above it and all below it, in this order."""
    superiors = dict(Organisation.objects.values_list("id", "superior_id"))
    above = [organisation_id]
    while (link := superiors.get(above[-1])) is not None and link not in above:
        above.append(link)
    below = [organisation_id]
    for known in below:  # which grows while it is walked
        below += [id for id, superior in superiors.items() if superior == known and id not in (*below, *above)]
    return (*above, *below[1:])


def names_in(organisations: Sequence[UUID]) -> Names:
    """Their units, and everybody who holds or held a post there, by the names that they had as well. The first organisation is the one that is written to."""
    posts: dict[UUID, dict[tuple[str, UUID], None]] = {}
    people: dict[UUID, tuple[str, list[str]]] = {}
    for id, username, name, former, title, unit in _holders.all(tuple(organisations)):
        people[id] = username, [*former, name]
        posts.setdefault(id, {})[title, unit] = None
    return Names(
        units=tuple(
            NamedUnit(id, called, organisation, code, tuple(filter(None, names)))
            for id, code, name, former, organisation, *names in _units.all(tuple(organisations))
            for called in (*former, name)
        ),
        people=tuple(
            NamedPerson(id, called, username, tuple(posts[id]))
            for id, (username, names) in people.items()
            for called in names
        ),
        own=organisations[0],
    )


_units: Final = Prepared(
    lambda organisations: (
        Unit.objects.filter(organisation__in=organisations)
        .order_by("id")
        .values_list(
            *("id", "code", "name", "former_names", "organisation_id"),
            *("organisation__name", "organisation__short_name"),
        )
    )
)
_holders: Final = Prepared(
    lambda organisations: (
        Holding.objects.filter(organisation__in=organisations)
        .order_by("account_id", "id")
        .values_list(
            *("account_id", "account__username", "account__display_name", "account__former_names"),
            *("post__title", "post__unit_id"),
        )
    )
)
"""Whoever holds or held a post, a row for each: read with every petition, so nothing of them that no name is made of."""


def custodians_in(
    organisations: Collection[UUID], keeping: frozenset[str], at: datetime
) -> list[tuple[NamedPerson, UUID]]:
    """Whoever holds a role of ``keeping`` at ``at``, with the post in which they do, and the organisation."""
    held = _held_now(organisations, at).select_related("account", "post")
    return [
        (
            NamedPerson(one.account_id, name, one.account.username, ((one.post.title, one.post.unit_id),)),
            one.organisation_id,
        )
        for one in held
        if not keeping.isdisjoint(one.post.roles)
        for name in (*one.account.former_names, one.account.display_name)
    ]


def _held_now(organisations: Collection[UUID], at: datetime) -> QuerySet[Holding]:
    return current(Holding.objects.filter(organisation__in=organisations), day_of(at))


def shut_out(units: AbstractSet[UUID], people: AbstractSet[UUID], at: datetime) -> Shut:
    """All who are kept out when these are accused: a person with the units in which they hold a post at ``at``, and a unit with
    all units below it, and with its successor where it is no more: there those work who worked in it (Regulation Art. 30(3)).
    """
    if not units and not people:
        return frozenset(), frozenset()
    found = set(units).union(*units_of_people(people, at).values())
    owners = set(Unit.objects.filter(id__in=found).values_list("organisation_id", flat=True))
    return frozenset(found | _below(found, Unit.objects.filter(organisation__in=owners))), frozenset(people)


def _below(above: set[UUID], units: Iterable[Unit]) -> set[UUID]:
    children: dict[UUID, list[UUID]] = {}
    for unit in units:
        if unit.parent_id is not None:
            children.setdefault(unit.parent_id, []).append(unit.id)
        if unit.successor_id is not None:
            children.setdefault(unit.id, []).append(unit.successor_id)
    below: set[UUID] = set()
    waiting = list(above)
    while waiting:
        fresh = set(children.get(waiting.pop(), ())) - below
        below |= fresh
        waiting += fresh
    return below


def units_in_scope(organisation_id: UUID) -> list[tuple[UUID, str]]:
    """Every unit in scope with its name, those of the organisation itself first; of the others with their organisation's."""
    scope = in_scope(organisation_id)
    units = Unit.objects.filter(organisation__in=scope).select_related("organisation").order_by("code", "id")
    ordered = sorted(units, key=lambda unit: scope.index(unit.organisation_id))
    return [(unit.id, placed(unit.name, unit, organisation_id)) for unit in ordered]


def people_in_scope(organisation_id: UUID, at: datetime) -> list[tuple[UUID, str]]:
    """Everybody who holds a post in scope at ``at``, with unit and post by which to tell them apart."""
    scope = in_scope(organisation_id)
    held = _held_now(scope, at).select_related("account", "post__unit__organisation")
    found: dict[UUID, str] = {}
    for holding in sorted(held, key=lambda one: (scope.index(one.organisation_id), one.post.unit.code, one.post.title)):
        place = placed(
            f"{holding.account}　{holding.post.unit.name} {holding.post.title}", holding.post.unit, organisation_id
        )
        found.setdefault(holding.account_id, place)
    return list(found.items())


def placed(name: str, unit: Unit, organisation_id: UUID) -> str:
    """``name`` of or in ``unit``, with the name of its organisation where that is another than the one given."""
    owner = unit.organisation
    return name if owner.id == organisation_id else f"{name}　{owner.short_name or owner.name}"


@dataclass(frozen=True, slots=True)
class PickableUnit:
    """A unit that a form offers to accuse."""

    id: UUID
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PickableUnits:
    """The units that a form offers to accuse; ``is_cut``: there are more, which are to be looked for."""

    shown: tuple[PickableUnit, ...]
    is_cut: bool


def pickable_units(organisation_id: UUID, words: str, chosen: Collection[str]) -> PickableUnits:
    """The units ``chosen`` so far (ids), and those in scope in whose name ``words`` stand; without words those of the organisation."""
    sought = normal(words)
    own = set(Unit.objects.filter(organisation=organisation_id).values_list("id", flat=True))
    found, is_cut = [], False
    for id, label in units_in_scope(organisation_id):
        if str(id) in chosen:
            found.append(PickableUnit(id, label, is_chosen=True))
        elif sought in normal(label) if sought else id in own:
            is_cut = len(found) >= MAX_OFFERED
            found += [] if is_cut else [PickableUnit(id, label, is_chosen=False)]
    return PickableUnits(tuple(found), is_cut)


def units_among(organisation_id: UUID, given: Collection[str]) -> frozenset[UUID]:
    """Those of the ids ``given`` that are ids of units in scope."""
    known = {str(id): id for id, _label in units_in_scope(organisation_id)} if given else {}
    return frozenset(known[each] for each in given if each in known)
