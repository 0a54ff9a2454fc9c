"""The papers that an action is about, for its page: what whoever approves decides on, with places for what they say when they send it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case
from huiyin.documents import addressee
from huiyin.documents.content import Paper
from huiyin.documents.drafting.drafts import DraftedPaper, papers_of
from huiyin.people.web import Acting

PREFIX = "_comment-"
"""Before the paper and the number of the passage, in the name of a field that no field of a rulebook can have."""


@dataclass(frozen=True, slots=True)
class PassageBox:
    """A passage of a paper, and what is said about it so far, sent as ``name``."""

    heading: bool
    text: str
    name: str
    comment: str


Above = tuple[DraftedPaper, Paper, tuple[PassageBox, ...]]


def papers_above(case: Case, action: str, acting: Acting, data: QueryDict | None) -> tuple[Above, ...]:
    """The open papers that ``action`` approves, sends back or issues; with passages where it sends them back."""
    loaded = load_case(case)
    rule = loaded.procedure.actions[action]
    kinds = {*rule.approves, *rule.returns, *rule.notice, *(one.notice for one in rule.drafts)}
    if kinds.isdisjoint(loaded.state.papers):
        return ()
    newest = {paper.id for kind, paper in loaded.state.papers.items() if kind in kinds and paper.is_open}
    found: list[Above] = []
    for shown in papers_of(loaded, with_texts=True):
        content = shown.content(addressee.covered(shown, case, acting.actor, acting.at)) if shown.id in newest else None
        if content is not None:
            passages = _passages(shown, data or QueryDict()) if shown.kind in rule.returns else ()
            found.append((shown, content, passages))
    return tuple(found)


def _passages(shown: DraftedPaper, data: Mapping[str, str]) -> tuple[PassageBox, ...]:
    text = shown.newest.text
    blocks = text.body if text is not None else ()
    names = [f"{PREFIX}{shown.id.hex}-{at}" for at in range(len(blocks))]
    return tuple(
        PassageBox(block.heading, block.text, name, data.get(name, ""))
        for block, name in zip(blocks, names, strict=True)
    )


def comments_typed(data: QueryDict) -> dict[tuple[UUID, int], str]:
    """What was typed at passages, by paper and number of the passage."""
    found: dict[tuple[UUID, int], str] = {}
    for name in data:
        paper, _dash, at = name.removeprefix(PREFIX).rpartition("-")
        comment = data.get(name, "").strip()
        if comment and name.startswith(PREFIX) and at.isascii() and at.isdigit() and len(at) < len("1000"):
            try:
                found[UUID(paper), int(at)] = comment
            except ValueError:
                continue
    return found
