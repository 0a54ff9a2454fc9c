"""Who may set how confidential a case is, and whom a list may not name or leave out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from huiyin.procedure.command import Actor, PersonId, PostId, UnitId
from huiyin.procedure.state import OpenDuty, State

LevelObstacle = Literal["not-yours", "recused"]


@dataclass(frozen=True, slots=True)
class NeedToKnow:
    """A list of who may know of a case (知情人名单)."""

    units: frozenset[UnitId] = frozenset()
    posts: frozenset[PostId] = frozenset()
    people: frozenset[PersonId] = frozenset()

    @property
    def ids(self) -> frozenset[UUID]:
        """All of them."""
        return frozenset[UUID](self.units) | self.posts | self.people


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What the directory knows of a post: its unit, its roles, and who holds it."""

    unit: UnitId
    roles: frozenset[str]
    holders: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What the directory knows of those named: each unit with those above it, each post, and the units of each person, now and lately."""

    units: Mapping[UnitId, frozenset[UnitId]]
    posts: Mapping[PostId, KnownPost]
    people: Mapping[PersonId, frozenset[UnitId]]


def barred(state: State, actor: Actor, *, oversees: bool) -> LevelObstacle | None:
    """Why ``actor``, who may see the case, may not set how confidential it is; None when they may."""
    if actor.kind != "staff" or actor.organisation != state.organisation or not oversees:
        return "not-yours"
    return "recused" if actor.person in state.recused else None


def kept_from(state: State, need_to_know: NeedToKnow, known: KnownNames) -> frozenset[UUID]:
    """Those on a list from whom the case is kept: whom it accuses, be it as one of several in a unit or post, and whoever withdrew from it."""
    barred_people = state.accused_people | state.recused
    units = {unit for unit in need_to_know.units if known.units.get(unit, frozenset({unit})) & state.accused_units}
    people = {
        person
        for person in need_to_know.people
        if person in barred_people or known.people.get(person, frozenset()) & state.accused_units
    }
    posts = {
        post
        for post in need_to_know.posts
        if (seat := known.posts.get(post)) is not None
        and (
            known.units.get(seat.unit, frozenset({seat.unit})) & state.accused_units
            or (seat.holders and seat.holders <= barred_people)
        )
    }
    return frozenset[UUID](units | people | posts)


def still_owing(state: State, need_to_know: NeedToKnow, known: KnownNames) -> Mapping[UUID, OpenDuty]:
    """Those who are struck off the present list, and owe something on the case still, each with one duty of theirs."""
    limited = state.confidentiality
    if limited is None:
        return {}
    now = NeedToKnow(limited.units, limited.posts | limited.acted, limited.people)
    found: dict[UUID, OpenDuty] = {}
    for id in now.ids - need_to_know.ids:
        owed = next((duty for duty in state.duties if _owes(id, duty, known)), None)
        if owed is not None and not _is_still_named(owed, need_to_know, known):
            found[id] = owed
    return found


def _owes(id: UUID, duty: OpenDuty, known: KnownNames) -> bool:
    """Whether a unit, a post or a person of a list owes a duty."""
    if duty.seat is None:
        return False
    post = known.posts.get(PostId(id))
    if post is not None:
        in_role = post.unit == duty.seat.unit and duty.role in post.roles
        return in_role and (duty.assignee is None or duty.assignee in post.holders)
    return id == duty.assignee or (id == duty.seat.unit and duty.assignee is None)


def _is_still_named(duty: OpenDuty, need_to_know: NeedToKnow, known: KnownNames) -> bool:
    """Whether somebody on the list owes it as well: it goes on being done by whoever is named there."""
    return any(_owes(id, duty, known) for id in need_to_know.ids)
