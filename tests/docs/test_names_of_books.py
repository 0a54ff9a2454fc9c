"""docs/rulebooks.md lists every name of a book that the program looks for: whoever writes one cannot know them otherwise."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from huiyin.rules.book.load import load, shipped

ROOT: Final = Path(__file__).parents[2]
CODE: Final = ROOT / "src/huiyin"
LEFT_OUT: Final = ("demo/", "simulation/", "rules/books/", "rules/drafting/", "procedure/storage/", "migrations/")
"""What plays or writes the shipped books themselves, and what names stand in ledger and tables."""
SOMETHING_ELSE: Final[Mapping[str, str]] = {
    "accused_units": "an input of the form of a petition",
    "administration": "a series of the log",
    "answer": "a part of the interface",
    "approve": "an answer to a draft, or to a swap",
    "arrived_at": "a column",
    "ask_outside": "an action of the log of administration",
    "at_once": "how often mail is sent",
    "called_at": "a column",
    "check": "a tab",
    "decide": "a module",
    "decline": "an answer to what was proposed",
    "declined": "how a matter ends",
    "done_on": "a column",
    "ended_at": "a column",
    "hold": "an action of the log of administration",
    "intake": "why somebody looks a terminated matter up",
    "legal": "a kind of petitioner",
    "letter": "a channel",
    "object": "a word of JSON and of PDF",
    "order": "an option, or what an old register lacks",
    "ordinary": "a level of confidentiality",
    "petitioner": "a kind of actor",
    "receptionist": "a word for staff",
    "referral": "a channel",
    "reply": "a header of mail",
    "report": "a part of an assessment",
    "returned": "what became of a document",
    "secretary": "a word for staff",
    "supervision": "why somebody looks a terminated matter up",
    "system": "a kind of actor",
    "why_not": "an input",
    "withdraw": "an answer to a swap",
}
"""Words that a shipped book takes for a name as well, and what they are where the program has them."""


@cache
def _names() -> tuple[set[str], set[str]]:
    """Everything that a shipped book names; and of these procedures, roles, actions, duties and notices."""
    every, large = set[str](), set[str]()
    for book in (load(name).book for name in shipped()):
        large |= {*book.procedures, *book.roles}
        every |= {*book.fields, *book.facts}.union(*(fact.values for fact in book.facts.values()))
        for procedure in book.procedures.values():
            large |= {*procedure.actions, *procedure.duties, *procedure.notices}
            every |= {*procedure.stages, *procedure.limits}
    return every | large, large


def _words(node: ast.AST) -> Iterator[str]:
    """The strings below, and the words of those that hold several; not what explains."""
    explaining = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Expr)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and id(inner) not in explaining:
            words = inner.value.split()
            if len(words) == 1 or _names()[0].issuperset(words):
                yield from words


@cache
def in_the_code() -> tuple[Mapping[str, set[str]], set[str]]:
    """The names of books in the code, each with its modules; and those that can hardly be anything else: of several words, or a constant."""
    found, sure = defaultdict[str, set[str]](set), set[str]()
    every, large = _names()
    for path in CODE.rglob("*.py"):
        module = path.relative_to(CODE).as_posix()
        if module.startswith(LEFT_OUT) or "/migrations/" in module:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for word in every.intersection(_words(tree)):
            found[word].add(module)
            sure |= {word} if "_" in word or "-" in word else set()
        if path.name != "urls.py":
            for constant in tree.body:
                if isinstance(constant, ast.Assign | ast.AnnAssign):
                    sure |= large.intersection(_words(constant))
    return found, sure


def listed() -> Mapping[str, set[str]]:
    """The names in the table, each with the modules that its rows name."""
    page = (ROOT / "docs/rulebooks.md").read_text(encoding="utf-8")
    section = page.partition("## Names that the program knows")[2].partition("\n## ")[0]
    found = defaultdict[str, set[str]](set)
    for row in re.findall(r"^\| (`.+) \|$", section, re.MULTILINE):
        names, _kind, _what, where = row.split(" | ")
        for name in re.findall(r"`([\w-]+)`", names):
            found[name] |= {*re.findall(r"`([\w/]+\.py)`", where)}
    return found


def test_every_name_of_a_book_that_the_program_knows_is_listed() -> None:
    found, sure = in_the_code()
    assert {name: found[name] for name in sure - listed().keys() - SOMETHING_ELSE.keys()} == {}
    assert SOMETHING_ELSE.keys() - sure | SOMETHING_ELSE.keys() & listed().keys() == set()


def test_what_is_listed_is_a_name_of_a_shipped_book_and_stands_where_the_table_says() -> None:
    found, _sure = in_the_code()
    assert {
        name: where - found.get(name, set()) for name, where in listed().items() if where - found.get(name, set())
    } == {}
    assert len(listed()) > 100
