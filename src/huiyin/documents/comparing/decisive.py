"""What of a text makes the decision: words of decision, negations, days and lengths of time, and the sentences of the remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure

WORDS: Final = (
    *("支持", "不予", "驳回", "维持", "撤销", "变更", "终局", "终结", "终止", "责令", "准予", "同意", "拒绝", "应予"),
    *("有效", "作废", "成立", "确认", "受理"),
)
"""Words of decision of every rulebook, beside the choices of its own forms."""
NEGATIONS: Final = ("不", "未", "无", "非", "勿", "否", "免")
"""Signs by which a sentence says its opposite."""
TIME: Final = r"[0-9〇零一二三四五六七八九十百千两]{1,20}个?(?:工作)?(?:年|月|日|天|小时)"
AMOUNT: Final = re.compile(r"(?<![0-9,.])[,.]*+([0-9][0-9,.]*+[万亿]?元)")
"""Tried from the beginning of its digits alone: in time that grows as the text does."""
_REMEDY: Final = re.compile(r"不服|复查|复核|复议|诉讼|仲裁|(?:年|月|日|天)内|之日起")
_SENTENCE: Final = re.compile(r"[^。;!?]+")


def bare(text: str) -> str:
    """Text by its signs alone: without breaks and signs of no width, the forms of one sign taken for one (Unicode NFKC)."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))


def choices_of(rules: Rules, procedure: Procedure, kind: str) -> tuple[str, ...]:
    """Everything that the fields of choice which a notice of this ``kind`` prints may say."""
    fields = (rules.book.fields.get(name) for name in procedure.notices[kind].body)
    return tuple(choice.zh for field in fields if field is not None for choice in field.of.values())


def decisive(text: str, choices: Collection[str]) -> tuple[str, ...]:
    """What decides in a ``bare`` text, in its order; of words within each other the longest."""
    words = sorted({*map(bare, choices), *WORDS, *NEGATIONS} - {""}, key=lambda word: (-len(word), word))
    return tuple(re.findall("|".join((TIME, *map(re.escape, words))), text))


def decisive_sentences(text: str, choices: Collection[str]) -> Iterator[str]:
    """The sentences of a ``bare`` text in which something decides, or a sum is named."""
    return (
        one for one in _SENTENCE.findall(text) if decisive(one, choices) or AMOUNT.search(one) or _REMEDY.search(one)
    )


def remedies(text: str) -> Iterator[str]:
    """The sentences of a ``bare`` text that say what may be done against the decision, where and within how long."""
    return (one for one in _SENTENCE.findall(text) if _REMEDY.search(one))
