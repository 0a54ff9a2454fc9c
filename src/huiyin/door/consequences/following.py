"""A case that is about another is kept from whom that one accuses, whenever that changes."""

from __future__ import annotations

from datetime import datetime

from huiyin.casework.models import Case, CaseLink
from huiyin.door import accusing
from huiyin.door.held import Held, hold
from huiyin.door.writing import MOVING, record, write
from huiyin.people.acting import system_actor
from huiyin.people.ids import new_id
from huiyin.procedure.amending.kept_out import follow as decide
from huiyin.procedure.command import CaseId, Command, Followed
from huiyin.procedure.decide import Decision
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load

ACCUSING = (AccusedWritten, AccusedIdentified, AccusedFollowed)
"""After these events, cases that are about the one that they changed have to follow."""


def have_followed(decision: Decision, at: datetime, held: Held) -> None:
    """Keep every case that is about the one decided on from whom that accuses by now, and those about these likewise."""
    if any(isinstance(event, ACCUSING) for event in decision.events):
        _pass_on(decision.state, at, held)


def _pass_on(state: State, at: datetime, held: Held) -> None:
    for id in CaseLink.objects.filter(to=state.case).order_by("case_id").values_list("case_id", flat=True):
        after = _follow(hold(id, held), accusing.followed(state), at)
        if after is not None:
            _pass_on(after, at, held)


def _follow(case: Case, other: Followed, at: datetime) -> State | None:
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
        seats=accusing.seats_beside((other,), case.organisation_id, at, state),
        followed=(other,),
    )
    outcome = decide(rules, state, command)
    batch = Batch()
    record(batch, case, rules, outcome, actor, at)
    batch.change(Case, case.id, {name: getattr(case, name) for name in MOVING})
    write(batch, actor, at)
    return outcome.state
