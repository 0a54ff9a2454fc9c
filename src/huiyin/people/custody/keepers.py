"""Who is there to find out whom a case accuses: only who is at work and may know; a post alone finds nothing out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.people.absences import at_hand
from huiyin.people.acting import seats, with_superiors
from huiyin.people.appointments import day_of, of_units
from huiyin.people.models import Holding
from huiyin.procedure.command import OrganisationId, Seat, Seats, UnitId


def seats_kept(organisation_id: UUID, avoiding: AbstractSet[UUID], barred: AbstractSet[UUID], at: datetime) -> Seats:
    """As ``acting.seats``, and in which of them somebody is there at ``at`` who may have the case in custody.

    Args:
        organisation_id: the case's organisation, level 0.
        avoiding: units that the matter accuses, or may.
        barred: accounts that it accuses, or may, and those that withdrew from it.
    """
    found = seats(organisation_id, avoiding)
    chain = with_superiors(organisation_id)
    there: list[dict[str, Seat]] = [{} for _ in chain]
    day = day_of(at)
    held = at_hand(Holding.objects.filter(organisation__in=chain), day).exclude(account__in=barred)
    # Nor whoever holds another post in one of the units, or left it lately.
    rows = held.exclude(account__in=of_units(avoiding, day)).order_by(
        "post__unit__code", "post__unit_id", "post__title"
    )
    for owner, unit, roles in rows.values_list("organisation_id", "post__unit_id", "post__roles"):
        for role in roles:
            there[chain.index(owner)].setdefault(role, Seat(UnitId(unit), OrganisationId(owner)))
    return replace(found, keepers=tuple(there))
