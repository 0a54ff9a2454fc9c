"""That the package of an archived case was put away: an event of the system, by which the ledger commits to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.door.held import holding
from huiyin.door.writing import record, write_moved
from huiyin.people.acting import system_actor
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import PackageStored
from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load


def record_package(case_id: UUID, event: PackageStored, keep: Callable[[Case], bool], at: datetime) -> bool:
    """Append the event to the case.

    Args:
        case_id: the case.
        event: what was put away.
        keep: called with the case once it is locked, and when the event is its last one: writes whatever belongs to it. False when
            somebody else was faster, and then nothing is written.
        at: when (aware).

    Returns whether the event was written. Raises Conflict; Case.DoesNotExist.
    """

    def work(held: dict[UUID, Case]) -> bool:
        case = held[case_id]
        state: State = codec.loads(case.state)
        batch, actor = Batch(), system_actor(case.organisation_id)
        record(batch, case, load(case.rulebook), Decision((event,), evolve(state, event)), actor, at)
        if not keep(case):
            return False
        write_moved(batch, case, actor, at)
        return True

    return holding(case_id, work)
