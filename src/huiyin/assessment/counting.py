"""What the ledger knows of a unit's work over some days: shares of matters that went well, by the indicators of the rulebook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from huiyin.casework.visible import book_of
from huiyin.insight.statistics.cohorts import cohorts, share, unsealed_of
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.people.models import Unit
from huiyin.rules import MATTER
from huiyin.rules.book.indicators import Indicator


def counted_by(organisation: UUID) -> Mapping[str, Indicator]:
    """The indicators that the rulebook in force counts; none where there is no single one."""
    book = book_of(organisation)
    procedure = book.procedures.get(MATTER) if book else None
    return procedure.indicators if procedure else {}


def shares(
    organisation: UUID, names: Collection[str], units: Iterable[Unit], span: DaySpan, at: datetime
) -> dict[tuple[UUID, str], MatterShare]:
    """By unit (with those below it) and indicator, how many of the matters that it deals with went well; nothing of what is sealed.

    How many petitions there are counts nowhere: of few matters no share is told at all (``MatterShare.value``).
    """
    indicators = {name: one for name, one in counted_by(organisation).items() if name in names}
    found = cohorts(unsealed_of(organisation, MATTER), indicators, span, at)
    parts = {unit.id: with_below(unit) for unit in units}
    return {
        (unit, name): share(one for one in counted if one.unit in within)
        for unit, within in parts.items()
        for name, counted in found.items()
    }


def with_below(unit: Unit) -> frozenset[UUID]:
    """A unit and all below it."""
    children: dict[UUID | None, list[UUID]] = {}
    for id, parent in Unit.objects.filter(organisation=unit.organisation_id).values_list("id", "parent"):
        children.setdefault(parent, []).append(id)
    found, waiting = {unit.id}, [unit.id]
    while waiting:
        fresh = [one for one in children.get(waiting.pop(), []) if one not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)
