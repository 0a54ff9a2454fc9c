"""From an address to a case that the reader may see; what they may not see does not exist for them."""

from __future__ import annotations

from django.http import Http404

from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.procedure.command import Actor


def visible_case(actor: Actor, no: str) -> Case:
    """The case with this number. Raises Http404 when there is none, and just so when ``actor`` may not see it."""
    case = visible_to(actor).filter(no=no).select_related("unit", "organisation").first()
    if case is None:
        raise Http404
    return case
