"""Which texts of a case may be found by their words, and what they are.

FoundText are the petition, what was written in steps, and documents: what is named here, field by field, and nothing else. Left out is whatever
not everybody reads who may see the case: names, numbers and addresses of petitioners, also as they are corrected, lines that say whom it accuses,
forms that can name them, reasons of custody and recusal, comments on drafts. In doubt a text is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from huiyin.casework.sealed.reasons import names_people
from huiyin.documents.drafting.text import DocumentText
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import TextRef
from huiyin.procedure.documents.document_event import DocumentDrafted, DocumentEdited
from huiyin.procedure.event import ActionTaken, CaseMoved, CaseOpened, Event, RegistrationCorrected, SubmissionAttached
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.search.models import FindableText

TextKind = FindableText.TextKind
_CORRECTED: Final = {"title": TextKind.TITLE, "text": TextKind.PETITION}
"""Of what is corrected in a registration; the rest is who petitions and where they are found, which pages cover."""
_WORDS: Final = frozenset({"text", "line"})
"""The types of fields of a step that are words; numbers of the post and times of day are none."""
_READ = (CaseOpened, CaseMoved, SubmissionAttached, ActionTaken, RegistrationCorrected, DocumentDrafted, DocumentEdited)


def findable(case: UUID, procedure: str) -> Mapping[UUID, TextKind]:
    """The texts of a case that may be found, by id."""
    found: dict[UUID, TextKind] = {}
    rules: Rules | None = None
    for item in read_chain(case, *_READ):
        if isinstance(item.event, CaseOpened | CaseMoved):
            rules = load(item.event.rulebook)
        assert rules is not None  # a case opens with its first event
        found |= {ref.id: kind for ref, kind in _texts_of(item.event, rules, procedure)}
    return found


def _texts_of(event: Event, rules: Rules, procedure: str) -> Iterator[tuple[TextRef, TextKind]]:
    match event:
        case SubmissionAttached(text=text, title=title):
            yield text, TextKind.PETITION
            if title is not None:
                yield title, TextKind.TITLE
        case RegistrationCorrected(corrected=corrected):
            for one in corrected:
                if one.entry in _CORRECTED and one.petitioner is None and isinstance(one.after, TextRef):
                    yield one.after, _CORRECTED[one.entry]
        case ActionTaken() if not _is_for_few(event, rules, procedure):
            found = _found_types(event, rules, procedure)
            for name, value in event.fields.items():
                rule = rules.book.fields.get(name)
                if rule is not None and rule.type in found and not rule.accuses and isinstance(value, TextRef):
                    yield value, TextKind.STEP
        case DocumentDrafted(text=text) | DocumentEdited(text=text):
            yield text, TextKind.PAPER
        case _:
            pass


def _is_for_few(event: ActionTaken, rules: Rules, procedure: str) -> bool:
    """Whether its words may say whom the case accuses, or who withdraws: those of a form that can name the accused in the directory do."""
    within = rules.book.procedures[procedure]
    action = within.actions.get(event.action)
    asked = [rules.book.fields[use.name] for use in action.fields] if action else []
    names = any(one.accuses and type_of(one).names for one in asked)
    return action is None or names or names_people(within, event.action)


def _found_types(event: ActionTaken, rules: Rules, procedure: str) -> frozenset[str]:
    """Which types of fields hold words to be found: lines of a record of service say who signed for it, and where they live."""
    within = rules.book.procedures[procedure]
    serves = any(within.duties[duty].service for duty in within.actions[event.action].discharges)
    return _WORDS - {"line"} if serves else _WORDS


def words_of(kind: str, stored: str) -> str:
    """What people read of a sealed text."""
    if kind != TextKind.PAPER:
        return stored
    document = DocumentText.loads(stored)
    return "\n".join((document.title, *(block.text for block in document.body)))
