"""Who is meant in an old register: units and people of an organisation by the names that they have or had."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding, Organisation, Unit
from huiyin.procedure.command import OrganisationId, PersonId, Seat, UnitId


class RegisterDirectory:
    """Units and people of one organisation, read once."""

    def __init__(self, organisation: Organisation, at: datetime) -> None:
        self.organisation = organisation
        self.units = {unit.id: unit for unit in Unit.objects.filter(organisation=organisation)}
        self.by_name: dict[str, set[UUID]] = defaultdict(set)
        for unit in self.units.values():
            for name in (unit.code, unit.name, *unit.former_names):
                self.by_name[name.strip().casefold()].add(unit.id)
        self.people: dict[str, set[UUID]] = defaultdict(set)
        self.places: dict[UUID, set[UUID]] = defaultdict(set)
        held = current(Holding.objects.filter(organisation=organisation).select_related("account", "post"), day_of(at))
        for holding in held:
            self._learn(holding.account)
            self.places[holding.account_id].add(holding.post.unit_id)

    def _learn(self, account: Account) -> None:
        for name in (account.username, account.display_name, *account.former_names):
            self.people[name.strip().casefold()].add(account.id)

    def unit(self, name: str) -> Seat | None:
        """The unit of that name, or of that former name; of one that is no more, its successor. None when there is none, or several."""
        found = {self._living(id) for id in self.by_name.get(name.strip().casefold(), ())} - {None}
        if len(found) != 1:
            return None
        (id,) = found
        assert id is not None
        return Seat(UnitId(id), OrganisationId(self.organisation.id))

    def _living(self, id: UUID | None) -> UUID | None:
        seen: set[UUID] = set()
        while id is not None and id in self.units and id not in seen:
            unit = self.units[id]
            if unit.abolished_on is None:
                return id
            seen.add(id)
            id = unit.successor_id
        return None

    def person(self, name: str, unit: Seat) -> PersonId | None:
        """Who of that name works in ``unit`` now; None when nobody does, or several do."""
        found = [id for id in self.people.get(name.strip().casefold(), ()) if unit.unit in self.places[id]]
        return PersonId(found[0]) if len(found) == 1 else None
