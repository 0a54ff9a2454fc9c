"""The matters that somebody opened last. They are kept with the session and gone when it ends: no list of who looked at what stays behind."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.procedure.command import Actor

MAX_RECENT: Final = 10
_KEY: Final = "recent"


def note_opened(request: HttpRequest, case: Case) -> None:
    """Put a case at the head of those opened last."""
    opened = _opened(request)
    if opened[:1] != [case.id.hex]:
        request.session[_KEY] = [case.id.hex, *(id for id in opened if id != case.id.hex)][:MAX_RECENT]


def recent_cases(request: HttpRequest, actor: Actor) -> list[Case]:
    """Those opened last, the latest first, as far as ``actor`` may still see them; with their units."""
    ids = [UUID(hex=id) for id in _opened(request)]
    found = visible_to(actor).filter(id__in=ids).select_related("unit").in_bulk() if ids else {}
    return [found[id] for id in ids if id in found]


def _opened(request: HttpRequest) -> list[str]:
    return list(request.session.get(_KEY, ()))
