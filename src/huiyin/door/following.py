"""A case that is about another is kept from whom that one accuses, whenever that changes."""

from __future__ import annotations

from datetime import datetime

from huiyin.casework.models import Case
from huiyin.door.writing import MOVING, record, write
from huiyin.people.acting import seats, system_actor
from huiyin.people.ids import new_id
from huiyin.procedure import codec
from huiyin.procedure.command import CaseId, Command, Followed
from huiyin.procedure.decide import follow as decide
from huiyin.procedure.state import State
from huiyin.rows import Batch
from huiyin.rule_store.store import load


def follow(case: Case, other: Followed, at: datetime) -> State | None:
    """Take ``case``, which is locked, from whom the ``other`` one accuses; nobody's action, so the system is who acts.

    Returns where it stands afterwards; None when nothing is new.
    """
    state: State = codec.loads(case.state)
    known = (state.followed_units.get(other.case.hex), state.followed_people.get(other.case.hex))
    if known == (other.units, other.people) and other.certain == (other.case not in state.unresolved):
        return None
    actor, rules = system_actor(case.organisation_id), load(case.rulebook)
    command = Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=actor,
        at=at,
        seats=seats(case.organisation_id, state.accused_units | other.units),
        followed=(other,),
    )
    outcome = decide(rules, state, command)
    batch = Batch()
    record(batch, case, rules, outcome, actor, at)
    batch.change(Case, case.id, {name: getattr(case, name) for name in MOVING})
    write(batch, actor, at)
    return outcome.state
