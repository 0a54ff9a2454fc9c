"""The documents that an action is about, for its page: what whoever approves decides on, with places for what they say when they send it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from huiyin.casework.loaded_case import LoadedCase
from huiyin.documents import addressee
from huiyin.documents.content import DocumentContent
from huiyin.documents.drafting.differences import ChangedBlock, differences
from huiyin.documents.drafting.drafts import DraftedDocument, Version, drafted_documents
from huiyin.web.drafts.form_drafts import COMMENT
from huiyin.web.page_access import Acting


@dataclass(frozen=True, slots=True)
class PassageBox:
    """A passage of a document, and what is said about it so far, sent as ``name``."""

    heading: bool
    text: str
    name: str
    comment: str


@dataclass(frozen=True, slots=True)
class DocumentAbove:
    """A document at reading width; ``passages`` where something may be said at each, ``changes`` since it was ``sent_back`` last."""

    shown: DraftedDocument
    content: DocumentContent
    passages: tuple[PassageBox, ...]
    sent_back: Version | None
    changes: tuple[ChangedBlock, ...]


def documents_above(
    loaded: LoadedCase,
    action: str,
    others: Collection[str],
    returned: int | None,
    acting: Acting,
    data: QueryDict | None,
    drafted: Sequence[DraftedDocument] | None = None,
) -> tuple[DocumentAbove, ...]:
    """The open documents that ``action`` approves, sends back or issues; with passages where it, or one of the ``others`` that stand
    beside it, sends them back. ``returned`` is the step that sent them back last, if one did. ``drafted`` are the documents of the case
    with their texts, where the caller has read them.
    """
    case, actions = loaded.case, loaded.procedure.actions
    rule = actions[action]
    returns = {kind for name in (action, *others) for kind in actions[name].returns}
    kinds = {*rule.approves, *rule.returns, *rule.notice, *(one.notice for one in rule.drafts)}
    if kinds.isdisjoint(loaded.state.papers):
        return ()
    newest = {document.id for kind, document in loaded.state.papers.items() if kind in kinds and document.is_open}
    found = []
    for shown in drafted_documents(loaded, with_texts=True) if drafted is None else drafted:
        content = shown.content(addressee.covered(shown, case, acting.actor, acting.at)) if shown.id in newest else None
        if content is not None:
            is_open = shown.kind in returns and shown.status == "drafted"
            passages = _passages(shown, data or QueryDict()) if is_open else ()
            before = _sent_back(shown, returned)
            found.append(DocumentAbove(shown, content, passages, before, _changes(shown, before)))
    return tuple(found)


def _sent_back(shown: DraftedDocument, returned: int | None) -> Version | None:
    """The version that was sent back by a step."""
    return next((one for one in reversed(shown.versions) if returned is not None and one.seq < returned), None)


def _changes(shown: DraftedDocument, before: Version | None) -> tuple[ChangedBlock, ...]:
    now = shown.newest
    if before is None or before.number == now.number or before.text is None or now.text is None:
        return ()
    return differences(before.text, now.text)


def _passages(shown: DraftedDocument, data: Mapping[str, str]) -> tuple[PassageBox, ...]:
    text = shown.newest.text
    blocks = text.body if text is not None else ()
    names = [f"{COMMENT}{shown.id.hex}-{at}" for at in range(len(blocks))]
    return tuple(
        PassageBox(block.heading, block.text, name, data.get(name, ""))
        for block, name in zip(blocks, names, strict=True)
    )


def comments_typed(data: QueryDict) -> dict[tuple[UUID, int], str]:
    """What was typed at passages, by paper and number of the passage."""
    found: dict[tuple[UUID, int], str] = {}
    for name in data:
        document, _dash, at = name.removeprefix(COMMENT).rpartition("-")
        comment = data.get(name, "").strip()
        if comment and name.startswith(COMMENT) and at.isascii() and at.isdigit() and len(at) < len("1000"):
            try:
                found[UUID(document), int(at)] = comment
            except ValueError:
                continue
    return found
