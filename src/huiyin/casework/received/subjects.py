"""What a petition seems to be about, by the words that stand in it: a hint beside the form, which whoever fills it in takes up or not.

Nothing is learnt from petitions: the words are those of the rulebook's own names, and a few that people use for what the law calls by these names
(``subject_words.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from huiyin.casework.forms import FieldView
from huiyin.casework.labels import name_of
from huiyin.rules.book.elements import Named
from huiyin.rules.book.schema import FieldRule, Procedure, Rulebook

WORDS: Final = Path(__file__).with_name("subject_words.yaml")
MAX_SIGNS: Final = 20_000
MAX_WORDS: Final = 3
_BETWEEN: Final = re.compile(r"[和与或及、，,（）()/\s]+")
_EMPTY: Final = frozenset({"其他", "未定", "无", "事项", "内容", "类别"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value of a field with the words of the text that speak for it."""

    value: str
    words: tuple[str, ...]


def suggest(options: Mapping[str, str], text: str) -> Suggestion | None:
    """Which of ``options`` (values and their Chinese names) the most words of ``text`` speak for; None where none does, or several as much."""
    start = text[:MAX_SIGNS]
    found = {value: tuple(word for word in _words_of(name) if word in start) for value, name in options.items()}
    ranked = sorted(found, key=lambda value: sum(map(len, found[value])), reverse=True)
    weights = [sum(map(len, found[value])) for value in ranked]
    if not weights or not weights[0] or (len(weights) > 1 and weights[0] == weights[1]):
        return None
    return Suggestion(ranked[0], found[ranked[0]][:MAX_WORDS])


def with_suggestions(
    views: Sequence[FieldView], book: Rulebook, procedure: Procedure, texts: Iterable[str]
) -> tuple[FieldView, ...]:
    """The form with a hint at each field by which its procedure sorts matters (``subjects``) and that nobody has filled in yet."""
    open_views = [view for view in views if view.name in procedure.subjects and not (view.preset or view.chosen)]
    if not open_views:
        return tuple(views)
    text = "\n".join(texts)
    return tuple(_hinted(view, book, text) if view in open_views else view for view in views)


def in_words(book: Rulebook, procedure: Procedure, text: str) -> str:
    """What ``text`` seems to be about, field by field; empty where no word says it."""
    rules = [(name, book.fields[name]) for name in procedure.subjects if name in book.fields]
    lines = [(name_of(rule, name), _of(rule, text)) for name, rule in rules]
    return _("；").join(f"{label}{_('：')}{_quoted(rule_words)}" for label, rule_words in lines if rule_words)


def _hinted(view: FieldView, book: Rulebook, text: str) -> FieldView:
    found = _of(book.fields[view.name], text)
    if not found:
        return view
    hint = _("按来件的用词，像是%(said)s，由您决定") % {"said": _quoted(found)}
    return replace(view, hint=_("。").join(filter(None, [view.hint, hint])))


def _of(rule: FieldRule, text: str) -> tuple[str, tuple[str, ...]] | None:
    """The name of the suggested value in the reader's language, and the words for it."""
    options: Mapping[str, Named] = rule.of or {}
    found = suggest({value: option.zh for value, option in options.items()}, text)
    return (name_of(options[found.value], found.value), found.words) if found else None


def _quoted(found: tuple[str, tuple[str, ...]]) -> str:
    name, words = found
    quoted = _("、").join(_("“%(word)s”") % {"word": word} for word in words)
    return _("“%(name)s”（文中有%(words)s）") % {"name": name, "words": quoted}


@cache
def _words_of(name: str) -> tuple[str, ...]:
    """The words that speak for an option: the parts of its name, and those that people use for them."""
    parts = [part for part in _BETWEEN.split(name) if len(part) > 1 and part not in _EMPTY]
    return tuple(dict.fromkeys([*parts, *(word for part in [name, *parts] for word in _used_for().get(part, ()))]))


@cache
def _used_for() -> Mapping[str, Sequence[str]]:
    return {str(name): tuple(map(str, words)) for name, words in YAML(typ="safe").load(WORDS).items()}
