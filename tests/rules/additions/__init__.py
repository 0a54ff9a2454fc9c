"""Damage by addition: what an institution that wants to get rid of a matter would write into its book, one thing at a time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from huiyin.rules.book.load import Rules
from huiyin.rules.book.references import dangling
from tests.rules.additions import steps, weakenings
from tests.rules.additions.base import KINDS, Addition, Base, changed

__all__ = ["KINDS", "Addition", "additions", "steps", "weakenings"]


def additions(
    rules: Rules, seed: int, of_each: int = 1, procedures: tuple[str, ...] = ("matter",)
) -> Iterator[Addition]:
    """``of_each`` additions of every kind to each of ``procedures``, drawn by ``seed``; each a book whose names all lead somewhere."""
    for kind, add in KINDS.items():
        for name in procedures:
            if name not in rules.book.procedures:
                continue
            found = list(add(Base(rules, name)))
            Random(f"{seed}{rules.book.rulebook}{kind}").shuffle(found)
            drawn = 0
            for where, change in found:
                book = changed(rules, name, change)
                if drawn < of_each and next(dangling(book), None) is None:
                    drawn += 1
                    step = next(iter(change.get("actions", {})), None)
                    yield Addition(kind, f"{name}.{where}", book, name, step)
