"""Whether a matter accuses anybody already: then whoever is named later does not read it, whatever the later text says of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from huiyin.casework.sealed import texts
from huiyin.door import accusing
from huiyin.door.accusing import Context
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import AccusedWritten, ActionTaken, RegistrationCorrected, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import CUSTODIAN, Action, Rulebook
from huiyin.rules.book.steps import complains

ACCUSATION: Final = "accusation"
"""The kind of matter that accuses somebody, by the rulebooks' own word (Regulation Art. 30)."""
_CORRECTED: Final = ("title", "text")


def speaks_for_petitioner(book: Rulebook, action: Action, actor: str) -> bool:
    """Whether a petitioner says what the form holds, be it that staff enter it; ``actor`` is the kind of who sends it."""
    by_petitioner = any(book.roles[role].of == "petitioner" for role in action.by)
    return actor == "petitioner" or by_petitioner or action.entered is not None


def decides_who_is_accused(action: Action) -> bool:
    """Whether by ``action`` whoever has a case in custody says whom it accuses: its words are about that and ask nothing anew."""
    return action.identifies or action.by == (CUSTODIAN,)


def context_of(state: State | None) -> Context:
    """How what a petitioner says in a case is read, by what it says already; None: there is no case yet."""
    return "of_accused" if state is not None and accuses_already(state) else "said"


def accuses_already(state: State) -> bool:
    """Whether a case accuses anybody: by whom it shuts out or ever asked about, its kind, its procedure, or the words of its petitioners."""
    if accusing.accuses(state) or ACCUSATION in state.facts.values():
        return True
    procedure = load(state.rulebook).book.procedures[state.procedure]
    if any(complains(action) for action in procedure.actions.values()):
        return True
    events = list(read_chain(state.case, AccusedWritten, SubmissionAttached, RegistrationCorrected, ActionTaken))
    if any(isinstance(item.event, AccusedWritten) for item in events):
        return True
    said = texts.read_texts(id for item in events for id in _said_by_petitioner(state, item.event))
    return any(map(accusing.accuses_in_words, said.values()))


def _said_by_petitioner(state: State, event: object) -> Iterator[UUID]:
    match event:
        case SubmissionAttached(text=text, title=title):
            yield from (ref.id for ref in (text, title) if ref is not None)
        case RegistrationCorrected(corrected=corrected):
            yield from (one.after.id for one in corrected if one.entry in _CORRECTED and isinstance(one.after, TextRef))
        case ActionTaken(action=name, actor=actor, fields=fields):
            book = load(state.rulebook).book
            action = book.procedures[state.procedure].actions.get(name)
            if action is not None and speaks_for_petitioner(book, action, actor):
                yield from (value.id for value in fields.values() if isinstance(value, TextRef))
        case _:
            pass
