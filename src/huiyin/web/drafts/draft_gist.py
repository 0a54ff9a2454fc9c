"""By what somebody tells one of their own drafts from another: how it came, and the first words or the covered name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import QueryDict

from huiyin.casework.case_view import channel_name
from huiyin.casework.sealed.texts import opening_words
from huiyin.people.masking import masked_name

MAX_CHARS: Final = 40


def gist(typed: QueryDict) -> str:
    """One line of what was ``typed`` into the form of a petition; empty where the form is another, or nothing of that was filled in.

    Nobody is named in full, and who wants to be known to the custodian alone not at all.
    """
    return " · ".join(filter(None, _parts(typed)))


def _parts(typed: QueryDict) -> Iterator[str]:
    words = (typed.get("title", "").strip() or opening_words(typed.get("text", "")))[:MAX_CHARS]
    name = "" if "confidential" in typed else masked_name(typed.get("p0-name", "").strip())
    if words or name:
        yield channel_name(typed.get("channel", ""))
    yield name
    yield words
