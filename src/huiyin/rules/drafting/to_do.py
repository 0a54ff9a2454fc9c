"""What the writer of a rulebook has left open: the lines that are marked with TODO."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from huiyin.language import gettext as _
from huiyin.rules.book.load import Rules

MARK: Final = re.compile(r"(?:^|[#\"':：])\s*(TODO\b.*)")
"""Where it begins a comment or a text: `docs/rulebooks.md` may be quoted in a comment that only speaks of it."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """A marked line: ``text`` is what stands there from the mark on, ``clauses`` are those in which it stands, or before which."""

    file: str
    line: int
    text: str
    clauses: tuple[str, ...]

    def __str__(self) -> str:
        about = _("（条款 %(clauses)s）") % {"clauses": ", ".join(self.clauses)} if self.clauses else ""
        return f"to do: {self.file}:{self.line}: {self.text}{about}"


def left_to_do(rules: Rules, texts: Mapping[str, str]) -> tuple[ToDo, ...]:
    """The marked lines of the texts of which a rulebook is made, by the names of their files. No flaw: the book works as it stands."""
    return tuple(
        found for name, text in texts.items() for found in _of(rules, name.removesuffix(".yaml") + ".yaml", text)
    )


def read_texts(rules: Rules) -> dict[str, str]:
    """The texts of the files from which a rulebook was just read."""
    return {name: path.read_text(encoding="utf-8") for name, path in sorted(rules.files.items())}


def _of(rules: Rules, file: str, text: str) -> Iterator[ToDo]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := MARK.search(line):
            yield ToDo(file, number, found[1].strip(" \"'},"), _clauses(rules, file, number))


def _clauses(rules: Rules, file: str, line: int) -> tuple[str, ...]:
    """The clause in which a line stands, or all those of the file where it stands just before them."""
    here = sorted(((at, path) for path, (of, at) in rules.places.items() if of == file), key=lambda one: one[0])
    before = [path for at, path in here if at <= line]
    after = next((path for at, path in here if at > line), ())
    if after == ("clauses",):
        return tuple(str(path[1]) for _at, path in here if path[0] == "clauses" and len(path) == 2)
    return (str(before[-1][1]),) if before and before[-1][0] == "clauses" and len(before[-1]) > 1 else ()
