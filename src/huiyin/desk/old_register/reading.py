"""What the forms about columns and words ask and hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of
from huiyin.channels.register.columns import (
    LABELS,
    NEEDED,
    WORDS,
    RegisterMapping,
    RegisterPreview,
    fact_columns,
    fact_of,
)
from huiyin.channels.register.words import choices, plain_word
from huiyin.rule_store.in_force import RulebookHistory
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules, shipped


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One thing that a register may say: the select that names its column, what was chosen, and what holds where a row says nothing."""

    name: str
    label: str
    needed: bool
    chosen: str
    example: str
    options: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word of the register that nobody here knows, and what it may mean. ``key`` names its select."""

    key: str
    column: str
    label: str
    word: str
    options: Mapping[str, str]


def column_lines(head: RegisterPreview, mapping: RegisterMapping, rules: Rules) -> list[ColumnLine]:
    """What a page asks about the columns of a register."""
    labels = {**{name: _(label) for name, label in LABELS.items()}, **fact_columns(rules)}
    lines = []
    for name, label in labels.items():
        header = mapping.columns.get(name, "")
        fact = fact_of(name)
        options = _options(name, fact, rules)
        sample = _sample(head, header)
        needed = name in NEEDED
        lines.append(ColumnLine(name, label, needed, header, sample, options, mapping.defaults.get(name, "")))
    return lines


def _options(name: str, fact: str, rules: Rules) -> dict[str, str]:
    """What may hold where a row says nothing: what has few values, and that all that has ended was filed."""
    if name == "archived":
        return {"all": _("已办结的都已归档")}
    return choices(name, fact, rules) if name == "channel" or fact in rules.book.facts else {}


def _sample(head: RegisterPreview, header: str) -> str:
    if header not in head.headers:
        return ""
    at = head.headers.index(header)
    return next((row[at] for row in head.rows if at < len(row) and row[at]), "")


def read_columns(data: QueryDict, head: RegisterPreview, before: RegisterMapping, rules: Rules) -> RegisterMapping:
    """The columns as they were told; what names no column of the file counts as nothing."""
    names = [*LABELS, *fact_columns(rules)]
    columns = {name: header for name in names if (header := data.get(f"column-{name}", "")) in head.headers and header}
    defaults = {}
    for name in names:
        value = data.get(f"default-{name}", "")
        if value in _options(name, fact_of(name), rules):
            defaults[name] = value
    earlier = data.get("earlier", "")
    kept_earlier = earlier if earlier in earlier_books(rules) else ""
    nothing = tuple(one for one in data.getlist("nothing") if one in head.headers and one not in columns.values())
    return replace(before, columns=columns, defaults=defaults, earlier=kept_earlier, nothing=nothing)


def taken_twice(mapping: RegisterMapping) -> list[str]:
    """The columns that were told to hold several things."""
    headers = list(mapping.columns.values())
    return sorted({header for header in headers if headers.count(header) > 1})


def earlier_books(rules: Rules) -> dict[str, str]:
    """The rulebooks that were in force before those of the organisation, by name, with their titles."""
    books = (load(name) for name in shipped())
    return {
        one.book.rulebook: f"{name_of(one.book.title)}（{one.book.effective.isoformat()} 起施行）"
        for one in books
        if one.book.effective < rules.book.effective
    }


def word_lines(found: Mapping[str, list[str]], history: RulebookHistory, labels: Mapping[str, str]) -> list[WordLine]:
    """The words that nobody here knows, each with what it may mean."""
    lines = []
    for column, words in found.items():
        options: dict[str, str] = {}
        for rules in history.books:
            options = {**choices(column, fact_of(column), rules), **options}
        lines += [
            WordLine(f"word-{column}-{number}", column, labels.get(column, column), word, options)
            for number, word in enumerate(words)
        ]
    return lines


def read_words(data: QueryDict, lines: list[WordLine], before: RegisterMapping) -> RegisterMapping:
    """What the words were told to mean; those left open stay unknown, and their rows are rejected with the reason."""
    words = {column: dict(known) for column, known in before.words.items()}
    for line in lines:
        value = data.get(line.key, "")
        if value in line.options:
            words.setdefault(line.column, {})[plain_word(line.word)] = value
    return replace(before, words=words)


def word_columns(mapping: RegisterMapping) -> list[str]:
    """The columns of the register whose words have to be known."""
    return [name for name in mapping.columns if name in WORDS or name.startswith("fact:")]
