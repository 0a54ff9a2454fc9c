"""Which request a step answered, where several may be open at once: another body that was asked, one supervision of two."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.casework.history.reading import History
from huiyin.ledger.chain import read_chain
from huiyin.procedure.event import ActionTaken, DutyDischarged, DutyOpened
from huiyin.rule_store.store import load
from huiyin.rules.book.steps import is_asked_for


def answered_by(past: History) -> Mapping[int, int]:
    """The steps that settled what an earlier one asked for, each with that one, both by their place in the ledger."""
    procedure = load(past.case.rulebook).book.procedures[past.case.procedure]
    answering = {
        name
        for name, action in procedure.actions.items()
        if any(is_asked_for(procedure, kind) for kind in action.discharges)
    }
    if not any(isinstance(item.event, ActionTaken) and item.event.action in answering for item, _rules in past.events):
        return {}
    step, asked, found = 0, dict[object, int](), dict[int, int]()
    for item in read_chain(past.case.id, ActionTaken, DutyOpened, DutyDischarged):
        match item.event:
            case ActionTaken():
                step = item.seq
            case DutyOpened(duty=duty) if is_asked_for(procedure, duty.kind):
                asked[duty.id] = step
            case DutyDischarged(duty=id) if id in asked:
                found[step] = asked[id]
    return found
