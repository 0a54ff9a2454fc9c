"""What its petitioner has said in a matter so far, and whether it accuses anybody already: then whoever is named later does not read it, whatever the later text says of them."""

from __future__ import annotations

from typing import Final

from huiyin.casework.sealed.texts import read_texts
from huiyin.door import accusing
from huiyin.door.accusing import Context
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import AccusedWritten, ActionTaken, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import CUSTODIAN, Action, Rulebook
from huiyin.rules.book.steps import complains

ACCUSATION: Final = "accusation"
"""The kind of matter that accuses somebody, by the rulebooks' own word (Regulation Art. 30)."""


def speaks_for_petitioner(book: Rulebook, action: Action, actor: str) -> bool:
    """Whether a petitioner says what the form holds, be it that staff enter it; ``actor`` is the kind of who sends it."""
    by_petitioner = any(book.roles[role].of == "petitioner" for role in action.by)
    return actor == "petitioner" or by_petitioner or action.entered is not None


def said_before(state: State) -> str:
    """All texts of a case in which its petitioner speaks, but for the lines for whom it accuses."""
    book, refs = load(state.rulebook).book, list[TextRef]()
    actions = book.procedures[state.procedure].actions
    for item in read_chain(state.case, SubmissionAttached, ActionTaken):
        match item.event:
            case SubmissionAttached(title=title, text=text):
                refs += filter(None, (title, text))
            case ActionTaken(action=name, fields=fields, actor=kind):
                if name in actions and speaks_for_petitioner(book, actions[name], kind):
                    entries = (value for field, value in fields.items() if not book.fields[field].accuses)
                    refs += (value for value in entries if isinstance(value, TextRef))
    return "\n".join(read_texts(ref.id for ref in refs).values())


def decides_who_is_accused(action: Action) -> bool:
    """Whether by ``action`` whoever has a case in custody says whom it accuses: its words are about that and ask nothing anew."""
    return action.identifies or action.by == (CUSTODIAN,)


def asks_for_recusal(book: Rulebook, state: State, action: Action) -> bool:
    """Whether by ``action`` somebody is asked to withdraw, upon which another decides whether they do (Regulation Art. 28(3))."""
    procedure = book.procedures[state.procedure]
    asked = [rule for opening in action.opens for rule in procedure.discharging.get(opening.duty, ())]
    return any(rule.recuses for rule in asked)


def context_of(state: State | None) -> Context:
    """How what a petitioner says in a case is read, by what it says already; None: there is no case yet."""
    return "of_accused" if state is not None and accuses_somebody_here(state) else "said"


def accuses_somebody_here(state: State) -> bool:
    """Whether a case accuses anybody who works here: by whom it shuts out or ever asked about, its kind, or its procedure. That its petitioner
    complains of a restaurant says nothing of those whom staff name in it.
    """
    if accusing.accuses(state) or ACCUSATION in state.facts.values():
        return True
    procedure = load(state.rulebook).book.procedures[state.procedure]
    return any(complains(action) for action in procedure.actions.values()) or any(
        read_chain(state.case, AccusedWritten)
    )
