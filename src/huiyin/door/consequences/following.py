"""A case that is about another is kept from whom that one accuses, and is as confidential as that one is, whenever that changes."""

from __future__ import annotations

from datetime import datetime

from huiyin.casework.models import Case, CaseLink
from huiyin.door import accusing
from huiyin.door.held import Held, hold
from huiyin.door.writing import record, write_moved
from huiyin.people.acting import system_actor
from huiyin.people.ids import new_id
from huiyin.procedure.amending.kept_out import follow as decide
from huiyin.procedure.command import CaseId, Command
from huiyin.procedure.confidentiality.following import level_of, newly_followed
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ConfidentialityFollowed,
    ConfidentialitySet,
)
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load

FOLLOWED = (AccusedWritten, AccusedIdentified, AccusedFollowed, ConfidentialitySet, ConfidentialityFollowed)
"""After these events, cases that are about the one that they changed have to follow."""


def have_followed(decision: Decision, at: datetime, held: Held) -> None:
    """Keep every case that is about the one decided on from whom that accuses by now, make it as confidential, and those about these likewise."""
    if any(isinstance(event, FOLLOWED) for event in decision.events):
        _pass_on(decision.state, at, held)


def _pass_on(state: State, at: datetime, held: Held) -> None:
    for id in CaseLink.objects.filter(to=state.case).order_by("case_id").values_list("case_id", flat=True):
        after = _follow(hold(id, held), state, at)
        if after is not None:
            _pass_on(after, at, held)


def _follow(case: Case, other: State, at: datetime) -> State | None:
    """Take ``case``, which is locked, from whom the ``other`` one accuses, and from whoever may not know of that; nobody's action, so the
    system is who acts.

    Returns where it stands afterwards; None when nothing is new.
    """
    state: State = codec.loads(case.state)
    accused = () if _is_known(state, other) else (accusing.followed(other),)
    level = level_of(other, state.case, same_organisation=other.organisation == state.organisation)
    if not accused and not any(newly_followed(state, (level,))):
        return None
    actor, rules = system_actor(case.organisation_id), load(case.rulebook)
    command = Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=actor,
        at=at,
        seats=accusing.seats_beside(accused, case.organisation_id, at, state),
        followed=accused,
        levels=(level,),
    )
    outcome = decide(rules, state, command)
    batch = Batch()
    recorded = record(batch, case, rules, outcome, actor, at)
    write_moved(batch, case, actor, at)
    return recorded.decision.state


def _is_known(state: State, other: State) -> bool:
    """Whether a case is kept already from everybody whom the ``other`` one accuses."""
    known = (state.followed_units.get(other.case.hex), state.followed_people.get(other.case.hex))
    if known == (None, None) and not accusing.accuses(other):
        return True
    is_open = other.case in state.unresolved
    return known == (other.accused_units, other.accused_people) and bool(other.unresolved) == is_open
