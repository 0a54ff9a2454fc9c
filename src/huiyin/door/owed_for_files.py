"""What is owed for files is settled by nothing but what becomes of them: not by saying whom a case accuses, nor by its end."""

from __future__ import annotations

from datetime import datetime

from huiyin.casework.models import Case
from huiyin.casework.sealed.held_back import left_to_custodian
from huiyin.door import accusing
from huiyin.people.acting import system_actor
from huiyin.people.ids import new_id
from huiyin.procedure.amending.kept_out import have_files_dealt_with
from huiyin.procedure.command import CaseId, Command
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten, CaseEnded
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import Rules

_SETTLING = (AccusedWritten, AccusedIdentified, AccusedFollowed, CaseEnded)


def still_owed(case: Case, rules: Rules, decision: Decision, at: datetime) -> Decision:
    """What was decided of a ``case``, which stands where it stood before; where that took away what is owed for files of it, it is owed anew."""
    asked, state = rules.book.procedures[decision.state.procedure].identifying, decision.state
    if asked is None or not case.seq or not any(isinstance(event, _SETTLING) for event in decision.events):
        return decision
    if any(state.open_duties(kind) for kind in asked.discharges):
        return decision
    before = codec.loads(case.state)
    if not any(before.open_duties(kind) for kind in asked.discharges) or not left_to_custodian(case.id):
        return decision
    seats, by = accusing.seats_in_custody(state, case.organisation_id, at), system_actor(case.organisation_id)
    command = Command(id=new_id(at), case=CaseId(case.id), action="", actor=by, at=at, seats=seats)
    owed = have_files_dealt_with(rules, state, command)
    return Decision((*decision.events, *owed.events), owed.state)
