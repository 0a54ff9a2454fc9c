"""Why the actions of a case may not be taken now, drawn once for all cases of which the same is to be said."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from huiyin.casework.actions.choices import UnavailableAction

register = template.Library()

MAX_KEPT = 256
"""Lists kept in a process, some twenty kilobytes each."""


@register.simple_tag
def refusals(of: tuple[UnavailableAction, ...]) -> SafeString:
    """The list of actions that may not be taken, each with the reason and what would help."""
    return _drawn(of, get_language())


# A matter has some ninety of them, a quarter of what its page costs; they follow from the stage and the reader's roles.
@lru_cache(maxsize=MAX_KEPT)
def _drawn(of: tuple[UnavailableAction, ...], spoken: str | None) -> SafeString:
    return render_to_string("desk/parts/refusals.html", {"refusals": of})
