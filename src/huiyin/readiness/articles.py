"""Pure: the articles of a text, each with a place that never moves, since the text of a version never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMERAL: Final = "[一二三四五六七八九十百千零〇0-9]+"
_ARTICLE: Final = re.compile(
    rf"^[ \t\u3000]*(第{_NUMERAL}条(?:之{_NUMERAL})?)(?=[\s\u3000：:、（(]|[^款项规])", re.MULTILINE
)
_ITEM: Final = re.compile(r"^[ \t\u3000]*([一二三四五六七八九十]+、)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Article:
    """A part of a text that may be cited by itself: ``place`` counts from 1, ``label`` is how documents call it, empty before the first article."""

    place: int
    label: str
    text: str


def articles_of(text: str) -> tuple[Article, ...]:
    """The articles of ``text`` in their order: by 第…条, else by 一、二、, else by paragraphs; what stands before the first has no label."""
    for mark in (_ARTICLE, _ITEM):
        starts = list(mark.finditer(text))
        if starts:
            return tuple(_between(text, starts))
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n|\n", text) if part.strip()]
    return tuple(Article(place, f"第{place}段", part) for place, part in enumerate(paragraphs, 1))


def _between(text: str, starts: list[re.Match[str]]) -> list[Article]:
    before = text[: starts[0].start()].strip()
    found = [Article(1, "", before)] if before else []
    ends = [*(start.start() for start in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=True):
        label = start[1] if start[1].startswith("第") else f"第{start[1].rstrip('、')}部分"
        found.append(Article(len(found) + 1, label, text[start.end() : end].strip()))
    return found
