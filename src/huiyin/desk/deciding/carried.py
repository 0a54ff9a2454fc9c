"""From the form of one action to that of another: what was typed goes along, which becomes a form of its own."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from huiyin.web.drafts import KEY, TOKEN

OVER: Final = "_over"
"""The button that goes on to the form of another action; no field of a rulebook can have such a name."""


def carried_over(request: HttpRequest) -> None:
    """Takes out of what was sent what belongs to the form that it comes from: its draft, and the key by which that is done once."""
    if OVER not in request.POST:
        return
    data = request.POST.copy()
    for name in (TOKEN, KEY):
        data.pop(name, None)
    request.POST = data  # type: ignore[assignment]
