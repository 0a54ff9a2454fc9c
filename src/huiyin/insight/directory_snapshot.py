"""The directory as replaying asks for it: read in a few queries for many cases, and remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from huiyin.people import acting
from huiyin.people.models import Holding, Post
from huiyin.procedure.command import OrganisationId, PersonId, PostId, Seat, Seats, UnitId, Value, ids_in
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.replaying.past import Past


class DirectorySnapshot:
    """Who works where, as the tables have it. What a batch of cases names is learnt before they are replayed."""

    def __init__(self) -> None:
        self._roles: dict[UUID, frozenset[str]] = {}
        self._units: dict[UnitId, Seat] = {}
        self._holdings: dict[UUID, list[Holding]] = defaultdict(list)
        self._seats: dict[tuple[UUID, frozenset[UnitId]], Seats] = {}
        self._known: set[UUID] = set()

    def learn(self, pasts: Iterable[Iterable[Past]]) -> None:
        """Read what these histories name, unless it is known already: posts, units, people."""
        actions = [item.event for past in pasts for item in past if isinstance(item.event, ActionTaken)]
        posts = {action.post for action in actions if action.post} - self._roles.keys()
        named = {id for action in actions for id in _ids(action.fields)} - self._known
        if posts:
            found = Post.objects.filter(id__in=posts).values_list("id", "roles")
            self._roles |= {id: frozenset(roles) for id, roles in found}
        if named:
            self._known |= named
            self._units |= acting.units_seats(named)
            for holding in Holding.objects.filter(account_id__in=named).select_related("post"):
                self._holdings[holding.account_id].append(holding)

    def roles(self, post: PostId) -> frozenset[str]:
        """The roles that a post holds now; none when it is gone."""
        return self._roles.get(post, frozenset())

    def seats(self, organisation: OrganisationId, avoiding: frozenset[UnitId]) -> Seats:
        """Which unit holds which role now."""
        key = (organisation, avoiding)
        if key not in self._seats:
            self._seats[key] = acting.seats(organisation, avoiding)
        return self._seats[key]

    def units(self, fields: Mapping[str, Value]) -> Mapping[UnitId, Seat]:
        """The seats of the units that a form names."""
        return {id: self._units[id] for id in map(UnitId, _ids(fields)) if id in self._units}

    def people(self, fields: Mapping[str, Value], at: datetime) -> Mapping[PersonId, frozenset[UnitId]]:
        """The units in which those whom a form names held a post on the day of ``at``; who held none is missing."""
        day = timezone.localdate(at, timezone.get_default_timezone())
        held = {
            PersonId(id): frozenset(UnitId(row.post.unit_id) for row in self._holdings[id] if row.current_on(day))
            for id in _ids(fields)
            if id in self._holdings
        }
        return {person: units for person, units in held.items() if units}


def _ids(fields: Mapping[str, Value]) -> list[UUID]:
    return [id for value in fields.values() for id in ids_in(value)]
