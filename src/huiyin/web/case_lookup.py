"""From what a browser sends to what it stands for: the case of an address, the key of a form."""

from __future__ import annotations

import re

from django.http import Http404

from huiyin.casework import visible
from huiyin.casework.models import Case
from huiyin.procedure.command import Actor

KEY_FORM = re.compile(r"[0-9A-Za-z-]{1,100}")


def key_of(sent: str) -> str:
    """The key that makes a form count once; a form that comes with none of ours counts each time."""
    return sent if KEY_FORM.fullmatch(sent) else ""


def visible_case(actor: Actor, no: str) -> Case:
    """The case with this number. Raises Http404 when there is none, and just so when ``actor`` may not see it."""
    case = visible.visible_case(actor, no)
    if case is None:
        raise Http404
    return case
