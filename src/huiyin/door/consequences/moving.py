"""Taking an open case to another rulebook: an event of its own, which the case's ledger keeps like every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiyin.casework.models import Case
from huiyin.door.outcome import Accepted, NoSuchCase
from huiyin.door.writing import lock, record, write_moved
from huiyin.procedure.command import Actor
from huiyin.procedure.decision import Decision
from huiyin.procedure.evolve import evolve
from huiyin.procedure.move import Misfit, move
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load


@dataclass(frozen=True, slots=True)
class NoPlace:
    """The case has come to a point for which the other rulebook has no place: ``misfits`` say what."""

    case: Case
    misfits: tuple[Misfit, ...]


def move_case(case_id: UUID, rulebook: str, actor: Actor, at: datetime) -> Accepted | NoPlace:
    """Let the case go on under ``rulebook`` (name@version); nothing happens when it does already.

    Whoever calls has made sure that its organisation decided on that version and that ``actor`` may do this. Raises NoSuchCase;
    RulebookFlawed when there is no such version; Conflict as ``execute`` does.
    """
    rules = load(rulebook)
    try:
        with transaction.atomic():
            case = lock(case_id)
            state: State = codec.loads(case.state)
            if state.rulebook == rules.book.key:
                return Accepted(case, state)
            moved = move(rules, state)
            if isinstance(moved, tuple):
                return NoPlace(case, moved)
            batch = Batch()
            decision = Decision((moved,), evolve(state, moved))
            recorded = record(batch, case, rules, decision, actor, at)
            write_moved(batch, case, actor, at)
            return Accepted(case, recorded.decision.state)
    except Case.DoesNotExist:
        raise NoSuchCase("there is no case with this id") from None
