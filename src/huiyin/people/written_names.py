"""Units and people of an organisation by how they are written where no form lists them: one exact name, or nobody.

Nothing is guessed here: ``people.naming``, which finds whoever may be meant, is for accusations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding, Organisation, Post, Unit
from huiyin.people.names.directory import normal

MAX_WRITTEN_CHARS: Final = 200


def units_written(organisation: UUID, words: str) -> frozenset[UUID]:
    """The units of an organisation whose code or name, with or without that of the organisation before it, ``words`` (at most ``MAX_WRITTEN_CHARS``)
    are. Width, case, signs and traditional characters tell nothing apart.
    """
    sought = _sought(words)
    if not sought:
        return frozenset()
    owner = Organisation.objects.get(id=organisation)
    before = {"", *map(normal, (owner.name, owner.short_name))}
    rows = Unit.objects.filter(organisation_id=organisation, abolished_on=None).values_list("id", "code", "name")
    return frozenset(
        id for id, code, name in rows if sought == normal(code) or sought in {one + normal(name) for one in before}
    )


def people_written(organisation: UUID, words: str, at: datetime) -> frozenset[UUID]:
    """The accounts that hold a post in an organisation at ``at``, and whose user name, name, or name and unit in either order ``words`` are."""
    sought = _sought(words)
    if not sought:
        return frozenset()
    held = current(Holding.objects.filter(organisation_id=organisation, account__is_active=True), day_of(at))
    rows = held.values_list(
        "account_id", "account__username", "account__display_name", "post__unit__name", "post__unit__code"
    )
    return frozenset(row[0] for row in rows if sought in _ways(*row[1:]))


def posts_written(organisation: UUID, words: str) -> frozenset[UUID]:
    """The posts of an organisation that ``words`` name by unit and title."""
    sought = _sought(words)
    rows = Post.objects.filter(organisation_id=organisation, unit__abolished_on=None)
    found = rows.values_list("id", "title", "unit__name", "unit__code")
    return frozenset(
        id for id, title, *unit in found if sought and sought in {normal(each) + normal(title) for each in unit}
    )


def as_written(ids: Iterable[UUID]) -> dict[UUID, str]:
    """How somebody would write the units, people and posts with these ``ids``: by a name that only they bear in their organisation, else by code
    or user name. Unknown ids are left out.
    """
    wanted = set(ids)
    if not wanted:
        return {}
    units = list(Unit.objects.filter(id__in=wanted))
    people = Account.objects.filter(id__in=wanted)
    posts = Post.objects.filter(id__in=wanted).select_related("unit")
    namesakes = _namesakes(units)
    return {
        **{one.id: one.code if (one.organisation_id, one.name) in namesakes else one.name for one in units},
        **{one.id: f"{one}（{one.username}）" if _has_namesake(one) else str(one) for one in people},
        **{one.id: f"{one.unit.name} {one.title}" for one in posts},
    }


def _namesakes(units: Iterable[Unit]) -> set[tuple[UUID, str]]:
    """The names that several units of an organisation bear."""
    owners = {unit.organisation_id for unit in units}
    seen: set[tuple[UUID, str]] = set()
    twice: set[tuple[UUID, str]] = set()
    for key in Unit.objects.filter(organisation__in=owners, abolished_on=None).values_list("organisation_id", "name"):
        (twice if key in seen else seen).add(key)
    return twice


def _has_namesake(one: Account) -> bool:
    return Account.objects.filter(display_name=one.display_name).exclude(id=one.id).exists()


def _sought(words: str) -> str:
    return normal(words) if len(words) <= MAX_WRITTEN_CHARS else ""


def _ways(username: str, name: str, *unit: str) -> set[str]:
    """How somebody is written: 张三, 张三（办公室）, 办公室 张三, or the user name with or without the name before it."""
    own = normal(name)
    placed = {way for each in map(normal, unit) for way in (own + each, each + own)}
    return {own, normal(username), own + normal(username)} | placed
