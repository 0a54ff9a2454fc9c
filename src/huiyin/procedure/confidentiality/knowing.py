"""Who may know of a limited case: whoever is on its list, whoever has to act on it, whoever oversees (bureau rules s1-C3)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiyin.procedure.command import Actor, OrganisationId, PersonId, PostId, UnitId
from huiyin.procedure.state import ORDINARY, Confidentiality, State


@dataclass(frozen=True, slots=True)
class Knowing:
    """Who may know of a limited case, beside those of ``organisation`` who oversee it.

    ``roles`` are roles held in a unit: what is owed by nobody by name is owed by all of them; of a higher organ that deals with the
    case, those by whom it does. ``people`` are bound to the organisation in which they work.
    """

    organisation: OrganisationId
    units: frozenset[UnitId]
    posts: frozenset[PostId]
    people: frozenset[tuple[PersonId, OrganisationId]]
    roles: frozenset[tuple[UnitId, str]]
    listed_people: frozenset[PersonId] = frozenset()

    @property
    def listed(self) -> frozenset[UUID]:
        """Who stands on a list, or took a step since."""
        return frozenset[UUID](self.units) | self.posts | self.listed_people

    def admits(self, actor: Actor, *, oversees: bool) -> bool:
        """Whether ``actor`` is one of them; ``oversees``: one of their roles does, in their own organisation."""
        if actor.kind != "staff" or actor.unit is None:
            return False
        if oversees and actor.organisation == self.organisation:
            return True
        return (
            actor.unit in self.units
            or actor.post in self.posts
            or (actor.person, actor.organisation) in self.people
            or any((actor.unit, role) in self.roles for role in actor.roles)
        )


def knowing(state: State) -> Knowing | None:
    """Who may know of a case; None when it is not limited.

    Whoever owes a step is always among them, and stays so in the post in which they took one since the list was set: no list takes a
    case from whoever has to answer for it. A higher organ that deals with it is not shut out by a lower one's list.
    """
    if state.level == ORDINARY:
        return None
    lists = _lists(state)
    owed = [(duty, duty.seat) for duty in state.duties if duty.seat is not None]
    people = {(person, state.organisation) for one in lists for person in one.people}
    people |= {(duty.assignee, seat.organisation) for duty, seat in owed if duty.assignee is not None}
    roles = {(seat.unit, duty.role) for duty, seat in owed if duty.assignee is None}
    roles |= {
        (seat.unit, relation.partition("/")[0])
        for relation, seats in state.units.items()
        for seat in seats
        if seat.organisation != state.organisation
    }
    return Knowing(
        state.organisation,
        frozenset[UnitId]().union(*(one.units for one in lists)),
        frozenset[PostId]().union(*(one.posts | one.acted for one in lists)),
        frozenset(people),
        frozenset(roles),
        frozenset(person for one in lists for person in one.people),
    )


def _lists(state: State) -> list[Confidentiality]:
    """The list of the case itself, and those of the cases that it is about; these name nobody where the case itself accuses somebody: whom
    they name may know of that other case, not of a complaint about how it is dealt with.
    """
    own = [state.confidentiality] if state.confidentiality else []
    accuses = state.named_units or state.named_people or state.unresolved
    followed = state.followed_levels.values()
    return [*own, *(Confidentiality(one.level, acted=one.acted) if accuses else one for one in followed)]
