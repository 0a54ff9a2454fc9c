"""What a unit did and owed goes to its successor when it is no more: an event of each case, open or ended."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from huiyin.casework.models import Case, CaseAccused, CaseUnit, Duty
from huiyin.door import accusing
from huiyin.door.following import have_followed
from huiyin.door.held import Held, holding
from huiyin.door.writing import MOVING, record, write
from huiyin.people.acting import system_actor
from huiyin.people.ids import new_id
from huiyin.people.models import Unit
from huiyin.procedure.amending.succeeding import succeed
from huiyin.procedure.command import CaseId, Command, OrganisationId, Seat, UnitId
from huiyin.procedure.decide import Decision
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load

CASES_AT_ONCE: Final = 200
MAX_CASES: Final = 10_000
"""So many are looked up at a time; a further call finds the next."""


def let_succeed(at: datetime, unit: UUID | None = None, most: int | None = CASES_AT_ONCE) -> int:
    """Bring cases in which a unit still stands that is no more to its successor, what is open first; on how many.

    ``unit`` narrows it to one; ``most`` is how many of each are done at a time (None: ``MAX_CASES``). Harmless when it is done again, or by two
    at once.
    """
    gone = Unit.objects.filter(abolished_on__isnull=False).select_related("successor")
    return sum(_of_unit(left, at, most) for left in (gone.filter(id=unit) if unit else gone))


def _of_unit(left: Unit, at: datetime, most: int | None) -> int:
    return sum(_succeed(case, left, at) for case in _standing(left)[:most])


def _standing(left: Unit) -> list[UUID]:
    """The cases in which a unit still stands, those that are open first. Each look is by an index of the unit: nothing grows with the register."""
    units = CaseUnit.objects.filter(unit=left)
    owed = Duty.objects.filter(unit=left, discharged_at=None, withdrawn_at=None)
    barred = CaseAccused.objects.filter(unit=left.successor_id, case_id=OuterRef("case_id"))
    accused = CaseAccused.objects.filter(~Exists(barred), unit=left)
    found: dict[UUID, None] = {}
    for rows in (owed, accused, units.filter(case__ended_at=None), units):
        found |= dict.fromkeys(rows.order_by("case_id").values_list("case_id", flat=True)[:MAX_CASES])
    return list(found)


def _succeed(case_id: UUID, left: Unit, at: datetime) -> bool:
    def work(held: Held) -> bool:
        case = held[case_id]
        decision = _decided(case, left, at)
        if decision is None:
            return False
        batch, actor = Batch(), system_actor(case.organisation_id)
        record(batch, case, load(case.rulebook), decision, actor, at)
        batch.change(Case, case.id, {name: getattr(case, name) for name in MOVING})
        write(batch, actor, at)
        have_followed(decision, at, held)
        return True

    return holding(case_id, work)


def _decided(case: Case, left: Unit, at: datetime) -> Decision | None:
    state: State = codec.loads(case.state)
    successor = left.successor
    assert successor is not None  # as found: the database refuses one without
    either = {left.id, successor.id} & state.accused_units
    accusations = (accusing.chosen({successor.id}, frozenset(), at),) if either else ()
    command = Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=system_actor(case.organisation_id),
        at=at,
        seats=accusing.seats_beside(accusations, case.organisation_id, at, state),
        accusations=accusations,
    )
    seat = Seat(UnitId(successor.id), OrganisationId(successor.organisation_id))
    return succeed(load(case.rulebook), state, command, UnitId(left.id), seat)
