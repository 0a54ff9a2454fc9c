"""Papers on their way, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from huiyin import door
from huiyin.casework.loaded_case import load_case
from huiyin.documents.content import Block
from huiyin.documents.drafting.drafts import DraftedDocument, document_called
from huiyin.documents.drafting.text import DocumentText
from huiyin.procedure.state import DocumentState
from tests.cast import make_cast
from tests.matters import BUREAU_ROAD, ROAD, SHORTLY, Matter, begin, replay_equals_projection, walk


def proposed(book: str = "national-2022") -> Matter:
    """A matter whose opinion waits for approval."""
    road = BUREAU_ROAD if book == "xx-bureau" else ROAD
    return walk(begin(make_cast(book)), until="propose_opinion", road=road)


def state_of(matter: Matter, kind: str = "reply") -> DocumentState:
    """Where the newest document of a kind stands."""
    return load_case(matter.case).state.papers[kind]


def drafted(matter: Matter, kind: str = "reply") -> DraftedDocument:
    """The newest document of a kind with its versions."""
    found = document_called(load_case(matter.case), state_of(matter, kind).id)
    assert found is not None
    return found


def text_of(matter: Matter, kind: str = "reply") -> DocumentText:
    """Its present text."""
    text = drafted(matter, kind).newest.text
    assert text is not None
    return text


def replaced(text: DocumentText, old: str, new: str) -> list[Block]:
    """The paragraphs with some words replaced."""
    assert any(old in block.text for block in text.body), old
    return [Block(block.text.replace(old, new), block.heading) for block in text.body]


def tries_to_edit(
    matter: Matter, who: str, blocks: Sequence[Block], base: int | None = None, kind: str = "reply"
) -> door.Accepted | door.Rejected:
    """What comes of giving the document another text; replay equals projection afterwards."""
    document = state_of(matter, kind)
    wanted = door.NewText(document.id, document.version if base is None else base, blocks)
    outcome = door.edit_document(matter.id, wanted, matter.actor(who), matter.at)
    replay_equals_projection(matter.id)
    matter.at += SHORTLY
    return outcome


def edits(matter: Matter, who: str, old: str, new: str, kind: str = "reply") -> None:
    """Somebody replaces words in the text; it must succeed."""
    outcome = tries_to_edit(matter, who, replaced(text_of(matter, kind), old, new), kind=kind)
    assert isinstance(outcome, door.Accepted), outcome


def codes(outcome: object) -> list[str]:
    """Why something was rejected."""
    assert isinstance(outcome, door.Rejected), outcome
    return [error.code for error in outcome.errors]


def passage_with(matter: Matter, words: str) -> tuple[UUID, int]:
    """Where words stand: document and number of the passage."""
    at = next(at for at, block in enumerate(text_of(matter).body) if words in block.text)
    return state_of(matter).id, at


def document_text(*paragraphs: str) -> DocumentText:
    """A text with these paragraphs and nothing else of interest."""
    return DocumentText("机构", "信访处理意见书", "", False, tuple(map(Block, paragraphs)), (), "", (), "reply@0")
