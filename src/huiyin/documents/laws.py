"""The laws that a document cites, by full name and article: 《信访工作条例》第三十一条第六项."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from huiyin.rules.book.load import Rules, load, shipped

CONVENTION: Final = "办理约定"
"""How books call their conventions, whose they are being left out."""
_ARTICLE: Final = re.compile(r"第[一二三四五六七八九十百零\d]+[条章]")
_PARAGRAPH: Final = re.compile(r"(第[^条]+条)(第[^款]+款.*)")
_NUMBERED: Final = re.compile(r"[^\d第]+(第?\d[\d.]*条?(?:（\d+）)?)")


def full_names(rules: Rules, clauses: Iterable[str]) -> str:
    """Clauses of a rulebook as a document cites them: each under the full name of the law or rule in which it stands, which is named once
    for articles that follow each other. A convention of the book (办理约定) is no law and comes last, as that of the organ whose document it is.
    """
    found: dict[str, list[str]] = {}
    for clause in clauses:
        if clause in rules.book.clauses:
            law, article = _of(rules, clause)
            listed = found.setdefault(law, [])
            if article not in listed:
                listed.append(article)
    conventions = found.pop("", [])
    named = [f"《{law}》{'、'.join(_once(articles))}" for law, articles in found.items()]
    return "、".join(
        [
            *named,
            *(f"本机关{convention}" if convention.startswith(CONVENTION) else convention for convention in conventions),
        ]
    )


def _once(articles: Iterable[str]) -> Iterator[str]:
    """Articles of a law, of which one is named once for paragraphs of it that follow each other: 第二十三条第一款、第二款."""
    before = ""
    for article in articles:
        parts = _PARAGRAPH.fullmatch(article)
        yield parts[2] if parts and parts[1] == before else article
        before = parts[1] if parts else ""


def _of(rules: Rules, clause: str) -> tuple[str, str]:
    """The law of a clause, and which article; no law for a convention of the book."""
    cite = rules.book.clauses[clause].cite.zh
    if cite.startswith("《"):
        law, _, article = cite.removeprefix("《").partition("》")
        return law, article if article.startswith("第") else f"关于{article}的规定"
    if _ARTICLE.match(cite):
        return _title(rules, clause), cite
    numbered = _NUMBERED.fullmatch(cite)
    if numbered:
        number = numbered[1]
        return _title(rules, clause), number if number.startswith("第") else f"条款{number}"
    return "", cite


def _title(rules: Rules, clause: str) -> str:
    """The title of the book in whose file the clause stands; an organisation's own book may extend several."""
    file, _line = rules.where("clauses", clause)
    stem = PurePath(file).stem
    return _shipped_title(stem) or rules.book.title.zh


@lru_cache(maxsize=64)
def _shipped_title(stem: str) -> str:
    return load(stem).book.title.zh if stem in shipped() else ""
