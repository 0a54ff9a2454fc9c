"""docs/rulebooks.md, tried out: the tutorial's book is built step by step, and each command says what the page shows.

With HUIYIN_WRITE_TUTORIAL=1 the page is written anew with what the commands say: to be read before it is believed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import pytest
from pydantic import BaseModel

from huiyin import cli
from huiyin.rules.book.load import load, load_file
from huiyin.rules.book.schema import Rulebook
from huiyin.rules.book.yaml_reader import read_yaml
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.prove import check
from tests.conftest import ROOT

PAGE: Final = ROOT / "docs" / "rulebooks.md"
BOOK: Final = "park.yaml"
BLOCK: Final = re.compile(r"^```(?P<kind>diff|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
YAML_BLOCK: Final = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    """The page from the heading ``## title`` to the next of its rank."""
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(found)


# --- the tutorial ---------------------------------------------------------------------------------------------------


def changed(book: str, change: str) -> str:
    """``book`` with one of the page's changes: each part between dots stands exactly once in it."""
    for part in re.split(r"^\.\.\.\n", change, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        assert all(line[0] in " +-\n" for line in lines), part
        old = "".join(line[1:] or "\n" for line in lines if line[0] != "+")
        new = "".join(line[1:] or "\n" for line in lines if line[0] != "-")
        if book:
            at = place(book, old)
            book = book[:at] + new + book[at + len(old) :]
        else:
            book = new
    return book


def place(book: str, old: str) -> int:
    """Where the lines ``old`` stand in ``book``: whole lines, and nowhere else."""
    found = [match.start() for match in re.finditer("^" + re.escape(old), book, re.MULTILINE)]
    assert len(found) == 1, f"{len(found)} times in the book so far:\n{old}"
    return found[0]


def commands(console: str) -> list[str]:
    """The commands of a block, without what they answer."""
    return re.findall(r"^\$ (.*)$", console, re.MULTILINE)


@dataclass
class Terminal:
    """Runs `huiyin` in the folder in which the clerk works, with what it said so far."""

    capture: pytest.CaptureFixture[str]

    def run(self, line: str) -> str:
        """The command and its answer, as a terminal shows them."""
        words, _, file = line.partition(" > ")
        program, *arguments = words.split()
        assert program == "huiyin"
        cli.main(arguments)
        said = self.capture.readouterr()
        if file:
            assert not said.err
            Path(file).write_text(said.out, encoding="utf-8")
            return f"$ {line}\n"
        return f"$ {line}\n{said.out}{said.err}"


def followed(terminal: Terminal) -> Iterator[tuple[str, str]]:
    """What the page shows and what really comes, for each block of commands, as the book grows."""
    book = ""
    Path(BOOK).write_text(book)
    for block in BLOCK.finditer(section("Writing your first book")):
        if block["kind"] == "diff":
            book = changed(book, block["text"])
            Path(BOOK).write_text(book, encoding="utf-8")
        else:
            yield block["text"], "".join(map(terminal.run, commands(block["text"])))


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def test_each_command_of_the_tutorial_answers_what_the_page_shows(terminal: Terminal) -> None:
    steps = list(followed(terminal))
    if os.environ.get("HUIYIN_WRITE_TUTORIAL"):
        write(steps)
        pytest.skip("the page was written anew: read it")
    for shown, said in steps:
        assert said == shown
    assert len(steps) > 10


def test_the_book_of_the_tutorial_is_sound_and_not_below_the_law(terminal: Terminal) -> None:
    list(followed(terminal))
    rules = load_file(Path(BOOK))
    assert check(rules) == []
    assert compare(rules, load("national-2022")) == []
    assert set(rules.book.procedures) == {"comment", "matter", "supervision", "retaliation-report"}
    picture = Path("comment.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert all(stage.zh in picture for stage in rules.book.procedures["comment"].stages.values())


def write(steps: list[tuple[str, str]]) -> None:
    """The page with the answers as they are."""
    page = PAGE.read_text(encoding="utf-8")
    at = page.index("## Writing your first book")
    for shown, said in steps:
        at = page.index(f"```console\n{shown}```\n", at)
        page = page[:at] + f"```console\n{said}```\n" + page[at + len(f"```console\n{shown}```\n") :]
        at += len(said)
    PAGE.write_text(page, encoding="utf-8")


# --- the reference --------------------------------------------------------------------------------------------------


def elements(model: type[BaseModel], name: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every kind of element that a book is made of, by the key under which it stands; plain names are none."""
    yield name, model
    for key, info in model.model_fields.items():
        for inner in models_in(info.annotation):
            if set(inner.model_fields) - {"zh", "en", "allow", "forbid"}:
                yield from elements(inner, info.alias or key)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that ``annotation`` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def documented() -> dict[str, set[str]]:
    """The keys that the reference explains, by the element under whose heading they stand."""
    found: dict[str, set[str]] = {}
    for heading, text in re.findall(
        r"^### `(\w+)`.*?\n(.*?)(?=^### |\Z)", section("Every key"), re.MULTILINE | re.DOTALL
    ):
        rows = re.findall(r"^\| (`.*?) \| .+ \|$", text, re.MULTILINE)
        found[heading] = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    return found


def test_the_reference_explains_every_key_and_no_other() -> None:
    known = {
        name: {info.alias or key for key, info in model.model_fields.items()} - {"zh", "en", "clause"}
        for name, model in elements(Rulebook, "rulebook")
    }
    assert documented() == known


def test_every_book_on_the_page_can_be_read() -> None:
    for block in YAML_BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        assert read_yaml(block["text"], "page.yaml")
