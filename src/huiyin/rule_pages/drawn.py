"""Procedures as they are drawn on pages: once for each version of a rulebook, address and language, and not for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from huiyin.rule_pages.links import Places
from huiyin.rule_pages.procedure_page import ProcedurePage, procedure_page
from huiyin.rules.book.schema import Rulebook

MAX_KEPT: Final = 48
"""Of some 200 KiB each; the oldest makes room."""
_Key = tuple[int, str, str, bool, str | None]


@dataclass(frozen=True, slots=True)
class DrawnProcedure:
    """A procedure, and all that a page says of it as HTML, which holds nothing of whoever reads it."""

    page: ProcedurePage
    html: SafeString


_kept: Final[dict[_Key, tuple[Rulebook, DrawnProcedure]]] = {}


def drawn_procedure(places: Places, name: str) -> DrawnProcedure:
    """The procedure ``name`` of a sound book, in the language that is in use."""
    # The book is kept beside what was drawn of it, so that its id is no other's as long as it is a key.
    key = (id(places.book), places.address, name, places.together, get_language())
    if (found := _kept.get(key)) is not None:
        return found[1]
    page = procedure_page(places, name)
    drawn = DrawnProcedure(page, render_to_string("rule_pages/parts/procedure.html", {"page": page}))
    while len(_kept) >= MAX_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[key] = places.book, drawn
    return drawn
