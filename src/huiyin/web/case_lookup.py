"""From what a browser sends to what it stands for: the case of an address, the key of a form."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404

from huiyin.casework import visible
from huiyin.casework.models import Case, Notice
from huiyin.door.beside.lookups import note_opening
from huiyin.web.page_access import Acting

KEY_FORM = re.compile(r"[0-9A-Za-z-]{1,100}")


def key_of(sent: str) -> str:
    """The key that makes a form count once; a form that comes with none of ours counts each time."""
    return sent if KEY_FORM.fullmatch(sent) else ""


def visible_case(acting: Acting, no: str) -> Case:
    """The case with this number; that somebody opened a limited one is put on record. Raises Http404 when there is none, and just so when
    the reader may not see it.
    """
    case = visible.visible_case(acting.actor, no)
    if case is None:
        raise Http404
    note_opening(case, acting.actor, acting.at)
    return case


def visible_document(acting: Acting, id: UUID) -> Notice:
    """The document with this id, likewise; with its case."""
    row = visible.visible_document(acting.actor, id)
    if row is None:
        raise Http404
    note_opening(row.case, acting.actor, acting.at)
    return row
