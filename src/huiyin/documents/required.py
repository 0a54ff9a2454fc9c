"""What the law asks a paper to hold, checked against its template and against what the rulebook's notice declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from huiyin.documents.vocabulary import declared
from huiyin.documents.wording import wording_for
from huiyin.rules.book.load import Rules

FILE: Final = Path(__file__).with_name("required.yaml")


@dataclass(frozen=True, slots=True)
class RequiredContent:
    """What papers of some ``kinds`` must hold (one of each group); ``books``: only where it is among them (empty: any).

    ``laws`` are the articles that ask for it, by the book whose law each is of; by an empty name where it is one whatever the book.
    """

    kinds: tuple[str, ...]
    books: tuple[str, ...]
    laws: Mapping[str, str]
    holds: tuple[tuple[str, ...], ...]

    def asks(self, rules: Rules, kind: str) -> bool:
        """Whether papers of this ``kind`` must hold it under a rulebook."""
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


def lacking(rules: Rules) -> Iterator[str]:
    """What the papers of a rulebook lack, each in a line: a notice that declares less than the law asks for, or a template that leaves
    it to chance where it stands.
    """
    for name, procedure in rules.book.procedures.items():
        for kind, notice in procedure.notices.items():
            wording = wording_for(rules, procedure, kind)
            for asked in requirements():
                if not asked.asks(rules, kind):
                    continue
                law = asked.law(rules)
                for group in asked.holds:
                    if not declared(procedure, notice) & {*group}:
                        yield f"{rules.book.key} {name} {kind}: {law} asks for {' or '.join(group)}, which the notice does not print"
                    elif not wording.names & {*group}:
                        yield f"{rules.book.key} {name} {kind}: {law} asks for {' or '.join(group)}, which {wording.name}.yaml does not say"
