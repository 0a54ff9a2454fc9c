"""What a unit did and owed goes to its successor when it is no more: an event of each case, open or ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from huiyin.casework.models import Case, CaseAccused, CaseUnit, Duty
from huiyin.door import accusing
from huiyin.door.consequences.following import have_followed
from huiyin.door.held import Held, holding
from huiyin.door.writing import record, write_moved
from huiyin.people.acting import kin, system_actor
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Unit
from huiyin.people.staff.units import abolish, change_unit
from huiyin.procedure.amending.succeeding import succeed
from huiyin.procedure.command import CaseId, Command, OrganisationId, Seat, UnitId
from huiyin.procedure.decision import Decision
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


def end_unit(unit: Unit, successor: Unit, at: datetime, by: Account | None = None, reason: str = "") -> Unit:
    """End a unit, and keep its successor from every case that accuses it, in one transaction: there those work who worked in it.

    The other cases follow by ``let_succeed``. Raises NoSuccessor.
    """
    with transaction.atomic():
        ended = abolish(unit, successor, at, by, reason)
        for case in _accusing(ended):
            _succeed(case, ended, at)
    return ended


def move_unit(
    unit: Unit, at: datetime, by: Account | None = None, *, name: str, kind: str, parent: Unit | None, reason: str = ""
) -> Unit:
    """Rename or move a unit. Where it comes to lie below a unit that a case accuses, it is kept from that case with all below it, and what it
    owed there goes where the rulebook sends it (Regulation Art. 30(3)). Raises TreeBroken.
    """
    with transaction.atomic():
        moved = change_unit(unit, at, by, name=name, kind=kind, parent=parent, reason=reason)
        bar_below(moved, at)
    return moved


def bar_below(unit: Unit, at: datetime) -> None:
    """Keep a unit that was put into the tree from the cases that accuse one above it."""
    above = set(kin([unit])) - {unit.id}
    barred = CaseAccused.objects.filter(unit=unit, case_id=OuterRef("case_id"))
    cases = CaseAccused.objects.filter(~Exists(barred), unit__in=above).values_list("case_id", flat=True)
    for case in sorted(set(cases)):
        _change(case, at, lambda state: (None, {unit.id}))


def _of_unit(left: Unit, at: datetime, most: int | None) -> int:
    accusing = _accusing(left)
    rest = [case for case in _cases_of(left) if case not in accusing]
    return sum(_succeed(case, left, at) for case in [*accusing, *rest[:most]])


def _accusing(left: Unit) -> list[UUID]:
    """The cases that accuse a unit and not its successor yet."""
    barred = CaseAccused.objects.filter(unit=left.successor_id, case_id=OuterRef("case_id"))
    cases = CaseAccused.objects.filter(~Exists(barred), unit=left).order_by("case_id")
    return list(cases.values_list("case_id", flat=True).distinct())


def _cases_of(left: Unit) -> list[UUID]:
    """The cases in which a unit still stands, those that are open first. Each look is by an index of the unit: nothing grows with the register."""
    units = CaseUnit.objects.filter(unit=left)
    owed = Duty.objects.filter(unit=left, discharged_at=None, withdrawn_at=None)
    found: dict[UUID, None] = {}
    for rows in (owed, units.filter(case__ended_at=None), units):
        found |= dict.fromkeys(rows.order_by("case_id").values_list("case_id", flat=True)[:MAX_CASES])
    return list(found)


def _succeed(case_id: UUID, left: Unit, at: datetime) -> bool:
    successor = left.successor
    assert successor is not None  # as found: the database refuses one without
    seat = Seat(UnitId(successor.id), OrganisationId(successor.organisation_id))

    def follows(state: State) -> tuple[tuple[UnitId, Seat] | None, set[UUID]]:
        either = {left.id, successor.id} & state.accused_units
        return (UnitId(left.id), seat), {successor.id} if either else set()

    return _change(case_id, at, follows)


def _change(
    case_id: UUID, at: datetime, follows: Callable[[State], tuple[tuple[UnitId, Seat] | None, set[UUID]]]
) -> bool:
    def work(held: Held) -> bool:
        case = held[case_id]
        decision = _decided(case, at, *follows(codec.loads(case.state)))
        if decision is None:
            return False
        batch, actor = Batch(), system_actor(case.organisation_id)
        recorded = record(batch, case, load(case.rulebook), decision, actor, at)
        write_moved(batch, case, actor, at)
        have_followed(recorded.decision, at, held)
        return True

    return holding(case_id, work)


def _decided(case: Case, at: datetime, succession: tuple[UnitId, Seat] | None, accused: set[UUID]) -> Decision | None:
    state: State = codec.loads(case.state)
    accusations = (accusing.chosen(accused, frozenset(), at),) if accused else ()
    command = Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=system_actor(case.organisation_id),
        at=at,
        seats=accusing.seats_beside(accusations, case.organisation_id, at, state),
        accusations=accusations,
    )
    return succeed(load(case.rulebook), state, command, succession)
