"""From the form of one action to that of another: what was typed goes along, which becomes a form of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.http import HttpRequest, QueryDict

from huiyin.casework.forms import FieldView
from huiyin.rules.book.schema import FieldRule
from huiyin.web.drafts.form_drafts import KEY, TOKEN

OVER: Final = "_over"
"""The button that goes on to the form of another action; no field of a rulebook can have such a name."""
TEXT: Final = "text"
"""The type of the fields into which sentences are written."""


def carried_over(request: HttpRequest) -> None:
    """Takes out of what was sent what belongs to the form that it comes from: its draft, and the key by which that is done once."""
    if OVER not in request.POST:
        return
    data = request.POST.copy()
    for name in (TOKEN, KEY):
        data.pop(name, None)
    request.POST = data  # type: ignore[assignment]


def with_opinion(data: QueryDict, fields: Sequence[FieldView], known: Mapping[str, FieldRule]) -> QueryDict:
    """What was sent, with the text that the form has no field for put into the one that it has: what was to be said on approving is
    the reason for sending back, until its writer changes it.

    ``fields`` are those of the form that is gone on to, ``known`` the rulebook's. Nothing that was typed into the form itself is changed.
    """
    names = {field.name for field in fields}
    left = [name for name in data if name not in names and name in known and known[name].type == TEXT]
    left_texts = [text for name in left for text in data.getlist(name) if text.strip()]
    empty = [field.name for field in fields if field.type == TEXT and not data.get(field.name, "").strip()]
    if not left_texts or not empty:
        return data
    found = data.copy()
    found[empty[0]] = "\n".join(left_texts)
    return found
