"""The directory of an organisation: its units, who holds which post, who leads, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from huiyin.people.appointments import current, units_without_liaison
from huiyin.people.models import Holding, Leader, Organisation, Post, Unit
from huiyin.people.staff.units import current_units


@dataclass(frozen=True)
class PostEntry:
    """A post, its roles (ids of the rulebook) and who holds it now."""

    title: str
    roles: tuple[str, ...]
    holders: tuple[str, ...]


@dataclass(frozen=True)
class UnitEntry:
    """A unit at its place in the tree; ``depth`` 0 is the top."""

    code: str
    name: str
    depth: int
    posts: tuple[PostEntry, ...]
    lacks_liaison: bool


@dataclass(frozen=True)
class Directory:
    """The whole of it; ``leaders`` are position and name, head first."""

    organisation: Organisation
    first_responsible: str
    office: str
    leaders: tuple[tuple[str, str], ...]
    units: tuple[UnitEntry, ...]


def directory(organisation_id: UUID, at: datetime) -> Directory:
    """The directory of an organisation as it stands at ``at`` (clauses s0-2, s0-3.2.2.1e, s0-3.5b)."""
    organisation = Organisation.objects.select_related("office").get(id=organisation_id)
    day = timezone.localdate(at)
    lacking = {unit.id for unit in units_without_liaison(organisation, day)}
    holders: dict[UUID, list[str]] = {}
    for held in (
        current(Holding.objects.filter(organisation=organisation), day).select_related("account").order_by("since")
    ):
        holders.setdefault(held.post_id, []).append(str(held.account))
    posts: dict[UUID, list[PostEntry]] = {}
    for post in Post.objects.filter(organisation=organisation).order_by("title"):
        entry = PostEntry(post.title, tuple(post.roles), tuple(holders.get(post.id, ())))
        posts.setdefault(post.unit_id, []).append(entry)
    return Directory(
        organisation=organisation,
        first_responsible=organisation.first_responsible,
        office=organisation.office.name if organisation.office else "",
        leaders=_leaders(organisation),
        units=tuple(
            UnitEntry(unit.code, unit.name, depth, tuple(posts.get(unit.id, ())), unit.id in lacking)
            for unit, depth in _in_tree_order(organisation)
        ),
    )


def _leaders(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    order = list(Leader.Position)
    rows = sorted(
        Leader.objects.filter(organisation=organisation).select_related("account"),
        key=lambda row: order.index(Leader.Position(row.position)),
    )
    return tuple((row.get_position_display(), str(row.account)) for row in rows)


def _in_tree_order(organisation: Organisation) -> list[tuple[Unit, int]]:
    """Units with their depth, each behind its parent, by code."""
    units = current_units(organisation)
    known = {unit.id for unit in units}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    return _walk(below, None, 0)


def _walk(below: Mapping[UUID | None, list[Unit]], parent: UUID | None, depth: int) -> list[tuple[Unit, int]]:
    found = []
    for unit in below.get(parent, ()):
        found.append((unit, depth))
        found += _walk(below, unit.id, depth + 1)
    return found
