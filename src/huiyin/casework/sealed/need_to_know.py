"""Whom a need-to-know list (知情人名单) may name: the units, posts and people of the case's organisation from whom the case is not kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.ledger.chain import read_chain
from huiyin.people.acting import former_units, kin_of_each
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Holding, Post
from huiyin.people.staff.units import current_units
from huiyin.people.written_names import as_written, people_written, posts_written, units_written
from huiyin.procedure.command import Actor, PersonId
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.state import State

MAX_LINES: Final = 100
"""Of a list that is written: each line is looked up by itself."""


@dataclass(frozen=True, slots=True)
class Listable:
    """A unit, post or person that may be listed; ``ticked``: it is to stand on the list unless the reader changes that."""

    id: UUID
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class ListableUnit:
    """A unit as a whole, its posts and whoever holds one there."""

    unit: Listable
    posts: tuple[Listable, ...]
    people: tuple[Listable, ...]

    @property
    def is_ticked(self) -> bool:
        """Whether anything of it is."""
        return any(one.ticked for one in (self.unit, *self.posts, *self.people))


def proposed(case: Case, state: State) -> frozenset[UUID]:
    """Who stands on the list now, with the posts in which a step was taken since; before there is one, those in which any was taken."""
    limited = state.confidentiality
    if limited is not None:
        return limited.may_know
    taken = (item.event for item in read_chain(case.id, ActionTaken))
    return frozenset(event.post for event in taken if isinstance(event, ActionTaken) and event.post is not None)


def listable(
    case: Case, state: State, ticked: frozenset[UUID], reader: Actor, at: datetime
) -> tuple[ListableUnit, ...]:
    """Everybody of the case's organisation who may be listed, unit by unit; nobody for a ``reader`` who may not know whom the case accuses:
    who is not listed would tell it, and they write down whom they mean (``read_written``).
    """
    if hides_accused(state, reader):
        return ()
    units = list(current_units(case.organisation))
    above = kin_of_each(units)
    holdings = current(Holding.objects.filter(organisation_id=case.organisation_id), day_of(at))
    holders: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for held in holdings.select_related("account").order_by("account__display_name", "account_id"):
        holders[held.post_id].append((held.account_id, str(held.account)))
    posts: dict[UUID, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(organisation_id=case.organisation_id).order_by("title"):
        posts[post.unit_id].append(post)
    kept = state.recused | state.accused_people
    if state.accused_units:
        within = former_units({id for held_by in holders.values() for id, _name in held_by}, at)
        kept |= {person for person, belongs in within.items() if belongs & state.accused_units}
    found = []
    for unit in units:
        if above[unit.id] & state.accused_units:
            continue
        people = {id: name for post in posts[unit.id] for id, name in holders[post.id] if PersonId(id) not in kept}
        offered = [post for post in posts[unit.id] if not holders[post.id] or _has_other(holders[post.id], kept)]
        found.append(
            ListableUnit(
                Listable(unit.id, unit.name, unit.id in ticked),
                tuple(Listable(post.id, post.title, post.id in ticked) for post in offered),
                tuple(Listable(id, name, id in ticked) for id, name in people.items()),
            )
        )
    return tuple(found)


def _has_other(holders: list[tuple[UUID, str]], kept: frozenset[PersonId]) -> bool:
    return any(PersonId(id) not in kept for id, _name in holders)


def in_lines(listed: Collection[UUID]) -> str:
    """Those who are ``listed``, as ``read_written`` reads them: one a line."""
    return "\n".join(sorted(as_written(listed).values()))


def read_written(organisation: UUID, written: str, at: datetime) -> tuple[frozenset[UUID], tuple[str, ...]]:
    """Whom the lines of a list mean (units, posts and people of an organisation), and the lines that mean nobody, or several, or stand
    behind the first ``MAX_LINES``.
    """
    found: set[UUID] = set()
    lines = list(dict.fromkeys(filter(None, map(str.strip, written.splitlines()))))
    unclear = lines[MAX_LINES:]
    for line in lines[:MAX_LINES]:
        meant = units_written(organisation, line) | posts_written(organisation, line)
        meant |= people_written(organisation, line, at)
        if len(meant) == 1:
            found |= meant
        else:
            unclear.append(line)
    return frozenset(found), tuple(unclear)
