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


def note_opened(request: HttpRequest, case: Case) -> int:
    """Put a case at the head of those opened last; how far it had come (its ``seq``) when it was opened before, 0 where that is not known."""
    opened, now = _opened(request), (case.id.hex, case.seq)
    if opened[:1] != [now]:
        others = (one for one in opened if one[0] != case.id.hex)
        request.session[_KEY] = [f"{id} {seq}" for id, seq in (now, *others)][:MAX_RECENT]
    return dict(opened).get(case.id.hex, 0)


def recent_cases(request: HttpRequest, actor: Actor) -> list[Case]:
    """Those opened last, the latest first, as far as ``actor`` may still see them; with their units."""
    ids = [UUID(hex=id) for id, _seq in _opened(request)]
    found = visible_to(actor).filter(id__in=ids).select_related("unit").in_bulk() if ids else {}
    return [found[id] for id in ids if id in found]


def _opened(request: HttpRequest) -> list[tuple[str, int]]:
    """Ids of cases, each with how far it had come; an entry of an earlier version has an id alone."""
    kept = (str(one).partition(" ") for one in request.session.get(_KEY, ()))
    return [(id, int(seq or 0)) for id, _space, seq in kept]
