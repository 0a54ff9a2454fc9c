"""Writing a note on a case."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.received.entered import entered
from huiyin.door import accusing
from huiyin.door.accused import by_staff
from huiyin.door.consequences.following import have_followed
from huiyin.door.documents.editing import on_held_cases
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.held import Held
from huiyin.door.outcome import Accepted, Rejected
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.ids import new_id
from huiyin.procedure.amending.kept_out import look_through
from huiyin.procedure.command import Actor, CaseId, Command
from huiyin.procedure.event import NoteWritten
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

MAX_NOTE_CHARS: Final = 2000


def write_note(case: UUID, text: str, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Put what ``actor`` wants colleagues to know into the ledger of a case; whom it accuses by name is shut out until somebody has looked,
    and in a case that accuses already whoever it names that has had no part in it.

    The caller has made sure that the actor may see the case. Who was recused writes none. Raises NoSuchCase, Conflict.
    """

    def write(held: Held) -> Accepted | Rejected:
        noted = held[case]
        rules, state = load(noted.rulebook), codec.loads(noted.state)
        if actor.kind != "staff" or actor.person is None or actor.person in state.recused:
            return Rejected((FormError("note", "recused", _("您已回避本事项，不能写备注")),))
        kept, errors = entered("note", text, MAX_NOTE_CHARS)
        if errors:
            return Rejected(tuple(errors))
        writing = DocumentWriting(noted, rules, state, actor, at)
        command = _with_accused(writing, kept)
        decision = look_through(rules, state, command, NoteWritten(writing.sealed(kept), actor.person))
        for event in decision.events:
            writing.add(event)
        after = writing.write()
        have_followed(decision, at, held)
        return Accepted(noted, after)

    return on_held_cases(case, write)


def _with_accused(writing: DocumentWriting, note: str) -> Command:
    """Who reads the note from whom it is to be kept, each sentence that names them as a line."""
    case, state, at = writing.case, writing.state, writing.at
    lines, accusations = by_staff.in_quoted(
        note, state, writing.actor, Accusable(case.organisation_id, at, custody_of(writing.rules.book))
    )
    writing.keep(lines)
    return Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=writing.actor,
        at=at,
        seats=accusing.seats_beside(accusations, case.organisation_id, at, state),
        accusations=accusations,
    )
