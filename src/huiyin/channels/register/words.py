"""What the words of an old register mean under a rulebook: stages, kinds, results, ways in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from huiyin.casework.vocabulary import CHANNELS
from huiyin.channels.register.columns import RegisterMapping
from huiyin.rules import MATTER
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Rules

MAX_WORD_CHARS = 200
_SPACE = re.compile(r"\s+")
USUAL_CHANNELS: Mapping[str, tuple[str, ...]] = {
    "letter": ("来信", "信件", "书信", "信函"),
    "visit": ("来访", "走访", "上访", "接访"),
    "call": ("来电", "电话"),
    "referral": ("上级转来", "上级交办", "转办", "交办", "转送"),
    "email": ("电子邮件", "邮件", "邮箱"),
    "fax": ("传真",),
    "web": ("网上信访", "网信", "网上", "网络"),
}


def stage_of(word: str, rules: Rules, mapping: RegisterMapping, column: str = "stage") -> str:
    """The stage that a word names: as it was mapped, else by the rulebook's own names; empty where it names none, or one of several."""
    return _mapped(word, mapping, column) or _stages(rules).get(plain_word(word), "")


def value_of(fact: str, word: str, rules: Rules, mapping: RegisterMapping, column: str) -> str:
    """The value of a fact that a word names, likewise."""
    return _mapped(word, mapping, column) or _values(rules, fact).get(plain_word(word), "")


def channel_of(word: str, mapping: RegisterMapping) -> str:
    """The way in that a word names, likewise."""
    return _mapped(word, mapping, "channel") or _channels().get(plain_word(word), "")


def choices(column: str, fact: str, rules: Rules) -> dict[str, str]:
    """What the words of a column may mean, in words."""
    if column in ("stage", "ending"):
        return {name: stage.name() for name, stage in rules.book.procedures[MATTER].stages.items()}
    if column == "channel":
        return {name: _(label) for name, label in CHANNELS.items()}
    found = rules.book.facts.get(fact)
    return {name: value.name() for name, value in found.values.items() if name != found.initial} if found else {}


def plain_word(word: str) -> str:
    """A word as two are compared; as it is, where it is longer than a word."""
    if len(word) > MAX_WORD_CHARS:
        return word
    return _SPACE.sub("", unicodedata.normalize("NFKC", word)).casefold()


def _mapped(word: str, mapping: RegisterMapping, column: str) -> str:
    known = mapping.words.get(column, {})
    return known.get(word) or known.get(plain_word(word), "")


def _names(key: str, element: Named) -> Iterator[str]:
    yield from (key, element.zh, element.name("en"))


@lru_cache(maxsize=64)
def _stages(rules: Rules) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for name, stage in rules.book.procedures[MATTER].stages.items():
        for word in _names(name, stage):
            found.setdefault(plain_word(word), set()).add(name)
    return {word: next(iter(names)) for word, names in found.items() if len(names) == 1}


@lru_cache(maxsize=256)
def _values(rules: Rules, fact: str) -> Mapping[str, str]:
    known = rules.book.facts.get(fact)
    if known is None:
        return {}
    found = {plain_word(word): name for name, value in known.values.items() for word in _names(name, value)}
    for action in rules.book.procedures[MATTER].actions.values():
        source = action.sets.get(fact, "")
        for name, choice in rules.book.fields[source[1:]].of.items() if source.startswith("$") else ():
            if name in known.values:
                found |= {plain_word(word): name for word in _names(name, choice)}
    return found


@lru_cache(maxsize=1)
def _channels() -> Mapping[str, str]:
    found = {plain_word(label): name for name, label in CHANNELS.items()} | {name: name for name in CHANNELS}
    return found | {plain_word(word): name for name, words in USUAL_CHANNELS.items() for word in words}
