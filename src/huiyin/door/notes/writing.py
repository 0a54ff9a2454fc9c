"""Writing a note on a case."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.casework.received.entered import entered
from huiyin.door.documents.editing import on_held_case
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.outcome import Accepted, Rejected
from huiyin.procedure.command import Actor
from huiyin.procedure.event import NoteWritten
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

MAX_NOTE_CHARS: Final = 2000


def write_note(case: UUID, text: str, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Put what ``actor`` wants colleagues to know into the ledger of a case; nothing else follows from it.

    The caller has made sure that the actor may see the case. Who was recused writes none. Raises NoSuchCase, Conflict.
    """

    def write(held: Case) -> Accepted | Rejected:
        rules, state = load(held.rulebook), codec.loads(held.state)
        if actor.kind != "staff" or actor.person is None or actor.person in state.recused:
            return Rejected((FormError("note", "recused", _("您已回避本事项，不能写备注")),))
        kept, errors = entered("note", text, MAX_NOTE_CHARS)
        if errors:
            return Rejected(tuple(errors))
        writing = DocumentWriting(held, rules, state, actor, at)
        writing.add(NoteWritten(writing.sealed(kept), actor.person))
        return Accepted(held, writing.write())

    return on_held_case(case, write)
