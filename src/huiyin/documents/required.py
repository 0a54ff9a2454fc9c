"""What the law asks a document to hold, checked against its template and against what the rulebook's notice declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from huiyin.documents.document_template import DocumentTemplate, wording_for
from huiyin.documents.vocabulary import declared
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure

FILE: Final = Path(__file__).with_name("required.yaml")


@dataclass(frozen=True, slots=True)
class RequiredContent:
    """What documents of some ``kinds`` must hold (one of each group); ``books``: only where it is among them (empty: any).

    ``laws`` are the articles that ask for it, by the book whose law each is of; by an empty name where it is one whatever the book.
    """

    kinds: tuple[str, ...]
    books: tuple[str, ...]
    laws: Mapping[str, str]
    holds: tuple[tuple[str, ...], ...]

    def asks(self, rules: Rules, kind: str) -> bool:
        """Whether documents of this ``kind`` must hold it under a rulebook."""
        return kind in self.kinds and (not self.books or not rules.parts.isdisjoint(self.books))

    def law(self, rules: Rules) -> str:
        """The article that asks for it in the law on which a rulebook stands; where it stands on none of them, in the one in force, which
        comes first.
        """
        return next((law for book, law in self.laws.items() if book in rules.parts), next(iter(self.laws.values())))


@cache
def requirements() -> tuple[RequiredContent, ...]:
    """All of them, from ``required.yaml``."""
    entries = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return tuple(
        RequiredContent(
            kinds=tuple(entry["kinds"]),
            books=tuple(entry.get("books", ())),
            laws=entry["law"] if isinstance(entry["law"], dict) else {"": entry["law"]},
            holds=tuple(tuple(name.strip() for name in group.split("|")) for group in entry["holds"]),
        )
        for entry in entries
    )


SURE: Final = frozenset(
    {"case.number", "case.received", "case.organ", "paper.organ", "paper.title", "paper.law", "remedy.law"}
)
"""What has a value whenever something beside it has one."""


def left_to_chance(
    wording: DocumentTemplate, rules: Rules, procedure: Procedure, kind: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the law asks documents of a ``kind`` to hold and the template does not say whatever else is entered, by the article that asks for
    it: of each group those that such a notice prints. What hangs on a condition must be said under every choice.
    """
    known, asked = (
        declared(procedure, procedure.notices[kind]),
        [one for one in requirements() if one.asks(rules, kind)],
    )
    sure = SURE | {name for one in asked for group in one.holds for name in group if name in known}
    for one in asked:
        for group in one.holds:
            usable = tuple(name for name in group if name in known)
            if not all(_says_surely(wording, rules, name, sure) for name in usable):
                yield one.law(rules), usable


def _says_surely(wording: DocumentTemplate, rules: Rules, name: str, sure: frozenset[str]) -> bool:
    passages = [
        passage
        for passage in wording.passages
        if any(beside <= sure for line in passage.lines for beside in line.asks_beside(name)) and not passage.unless
    ]
    if any(not passage.when for passage in passages):
        return True
    by_field: dict[str, set[str]] = {}
    for passage in passages:
        if len(passage.when) == 1:
            ((field, word),) = passage.when.items()
            by_field.setdefault(field, set()).add(word)
    fields = rules.book.fields
    return any(
        field in fields and field in sure and {choice.zh for choice in fields[field].of.values()} <= words
        for field, words in by_field.items()
    )


def lacking(rules: Rules) -> Iterator[str]:
    """What the documents of a rulebook lack, each in a line: a notice that declares less than the law asks for, or a template that leaves
    it to chance where it stands.
    """
    for name, procedure in rules.book.procedures.items():
        for kind, notice in procedure.notices.items():
            for asked in requirements():
                for group in asked.holds if asked.asks(rules, kind) else ():
                    if not declared(procedure, notice) & {*group}:
                        yield f"{rules.book.key} {name} {kind}: {asked.law(rules)} asks for {' or '.join(group)}, which the notice does not print"
            wording = wording_for(rules, procedure, kind)
            for law, group in left_to_chance(wording, rules, procedure, kind):
                yield f"{rules.book.key} {name} {kind}: {law} asks for {' or '.join(group)}, which {wording.name}.yaml does not say"
