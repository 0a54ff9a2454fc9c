"""What whoever sends a document back says at its passages: kept as one sealed text, read back for the drafter."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from huiyin.documents.drafting.text import DocumentText
from huiyin.documents.facts import cleaned

MAX_COMMENT_CHARS: Final = 2_000
QUOTED_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Comment:
    """What was said at passage number ``passage`` (from 0) of the version that was sent back, which began as ``quote``."""

    passage: int
    quote: str
    text: str


def comments_on(text: DocumentText, by_passage: Mapping[int, str]) -> tuple[Comment, ...]:
    """What was ``by_passage``, by number of the passage, about this text; empty words and passages that there are not are left out."""
    return tuple(
        Comment(passage, text.body[passage].text[:QUOTED_CHARS], words)
        for passage, given in sorted(by_passage.items())
        if 0 <= passage < len(text.body) and (words := cleaned(given)[:MAX_COMMENT_CHARS])
    )


def stored(comments: Iterable[Comment]) -> str:
    """As they are sealed."""
    return json.dumps([asdict(comment) for comment in comments], ensure_ascii=False)


def comments_in(text: str) -> tuple[Comment, ...]:
    """Those that ``stored`` wrote; none of an empty text."""
    return tuple(Comment(**one) for one in json.loads(text)) if text else ()
