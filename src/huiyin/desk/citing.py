"""Citing an article of the policy library in a form: looking for it, and writing the citation into a text (clause s1-B4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from huiyin.casework.forms import FieldView
from huiyin.readiness.articles import articles_of
from huiyin.readiness.library import FoundArticle, citation, find_articles
from huiyin.readiness.models import PolicyVersion
from huiyin.web.bound_fields import MAX_LOOKED_FOR
from huiyin.web.drafts.draft_requests import FIND
from huiyin.web.page_access import Acting

WORDS, INTO = "_find-policy", "_cite_into"
"""What is looked for, and the field that the citation goes into; no field of a rulebook can have such a name."""
CITE: Final = "cite:"
BASIS: Final = "basis"
"""The field into which citations go unless another one is chosen: rulebooks call the legal basis so."""


@dataclass(frozen=True, slots=True)
class Picker:
    """What the form shows: ``texts`` are the fields that a citation may go into, ``found`` what was found, each with its button's value."""

    texts: tuple[FieldView, ...]
    into: str
    words: str
    found: tuple[tuple[str, FoundArticle], ...]
    is_open: bool


def with_citation(data: QueryDict, views: Sequence[FieldView], acting: Acting) -> QueryDict:
    """What was typed, with the citation that the pressed button asks for at the end of the chosen text; else as it is."""
    asked, into = data.get(FIND, ""), data.get(INTO, "")
    if not asked.startswith(CITE) or into not in {view.name for view in _texts(views)}:
        return data
    cited = _cited(asked.removeprefix(CITE), acting)
    if not cited:
        return data
    changed = data.copy()
    typed = data.get(into, "").rstrip()
    changed[into] = f"{typed}\n{cited}" if typed else cited
    return changed


def picker(data: QueryDict | None, views: Sequence[FieldView], acting: Acting) -> Picker | None:
    """The picker of a form; None where it has no text to cite in."""
    texts = _texts(views)
    if not texts:
        return None
    words = data.get(WORDS, "")[:MAX_LOOKED_FOR] if data is not None else ""
    found = find_articles(acting.actor.organisation, words, timezone.localdate(acting.at)) if words else ()
    names = [view.name for view in texts]
    into = data.get(INTO, "") if data is not None else ""
    usual = BASIS if BASIS in names else names[0]
    buttons = tuple((f"{CITE}{one.version.id}:{one.article.place}", one) for one in found)
    return Picker(texts, into if into in names else usual, words, buttons, data is not None and FIND in data)


def _texts(views: Sequence[FieldView]) -> tuple[FieldView, ...]:
    return tuple(view for view in views if view.type == "text")


def _cited(asked: str, acting: Acting) -> str:
    id, _colon, place = asked.partition(":")
    try:
        key, number = UUID(id), int(place)
    except ValueError:
        return ""
    version = PolicyVersion.objects.select_related("policy").filter(id=key).first()
    if version is None or version.policy.organisation_id != acting.actor.organisation:
        return ""
    return next((citation(version, one) for one in articles_of(version.text) if one.place == number), "")
