"""Of which sealed cases an administrator hears that they wait for somebody: of none that accuses them, while another administrator would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import CaseAccused, Duty
from huiyin.people.acting import in_each_post
from huiyin.people.administrators import administering
from huiyin.people.appointments import day_of
from huiyin.people.models import Account


def told_to(reader: Account | None, duties: Iterable[Duty], at: datetime) -> list[Duty]:
    """Those of the ``duties`` of which the ``reader`` is told: none on a case that accuses them or a unit of theirs, unless it accuses all
    who administer its organisation, since somebody has to send for help. None reads as whoever runs the server, who may read all of it.
    """
    owed = list(duties)
    if reader is None or not owed:
        return owed
    accused = _accused({duty.case_id for duty in owed})
    own = _meant(reader, at)
    others = dict[UUID, list[frozenset[UUID]]]()
    for organisation in {duty.organisation_id for duty in owed if accused[duty.case_id] & own}:
        known = administering(organisation, day_of(at)).exclude(id=reader.id)
        others[organisation] = [_meant(one, at) for one in known]
    return [
        duty
        for duty in owed
        if not accused[duty.case_id] & own or all(accused[duty.case_id] & one for one in others[duty.organisation_id])
    ]


def _accused(cases: set[UUID]) -> Mapping[UUID, set[UUID]]:
    """The people and units whom each case accuses."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for case, *ids in CaseAccused.objects.filter(case__in=cases).values_list("case", "unit", "account"):
        found[case] |= {id for id in ids if id}
    return found


def _meant(account: Account, at: datetime) -> frozenset[UUID]:
    """What accuses somebody: their account, and each unit to which they belong."""
    return frozenset({account.id}).union(*(actor.within for actor in in_each_post(account, at)))
