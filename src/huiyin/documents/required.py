"""What the law asks a paper to hold, checked against its template and against what the rulebook's notice declares."""

from __future__ import annotations

from collections.abc import Iterator
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
    """What papers of some ``kinds`` must hold (one of each group) under ``law``; ``books``: only where it is among them (empty: any)."""

    kinds: tuple[str, ...]
    books: tuple[str, ...]
    law: str
    holds: tuple[tuple[str, ...], ...]


@cache
def requirements() -> tuple[RequiredContent, ...]:
    """All of them, from ``required.yaml``."""
    entries = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return tuple(
        RequiredContent(
            kinds=tuple(entry["kinds"]),
            books=tuple(entry.get("books", ())),
            law=entry["law"],
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
                if kind not in asked.kinds or (asked.books and not rules.parts & {*asked.books}):
                    continue
                for group in asked.holds:
                    if not declared(procedure, notice) & {*group}:
                        yield f"{rules.book.key} {name} {kind}: {asked.law} asks for {' or '.join(group)}, which the notice does not print"
                    elif not wording.names & {*group}:
                        yield f"{rules.book.key} {name} {kind}: {asked.law} asks for {' or '.join(group)}, which {wording.name}.yaml does not say"
