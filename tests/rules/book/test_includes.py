"""Modules: what a book includes stands over its parent and under what it says itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import RulebookFlawed, Rules, load, load_file, shipped, shipped_modules
from huiyin.rules.prover.prove import check
from tests.conftest import ROOT
from tests.rules.book.test_load_errors import SOUND

ROOM = "procedures: {matter: {limits: {soon: {within: %s}}}}\n"


def written(folder: Path, **books: str) -> Rules:
    """The last of ``books``, with ``small`` beside them."""
    (folder / "small.yaml").write_text(SOUND, encoding="utf-8")
    for name, text in books.items():
        (folder / f"{name}.yaml").write_text(f"rulebook: {name}\n{text}", encoding="utf-8")
    return load_file(folder / f"{list(books)[-1]}.yaml")


def soon(rules: Rules) -> str:
    """How long the limit is that the books disagree about."""
    return str(rules.book.procedures["matter"].limits["soon"].within)


def test_a_module_changes_the_parent_and_the_book_changes_the_module(tmp_path: Path) -> None:
    module = "extends: small\n" + ROOM % "4 days"
    assert soon(written(tmp_path, add=module, own="extends: small\nincludes: [add]\n")) == "4 days"
    assert soon(written(tmp_path, add=module, own="extends: small\nincludes: add\n" + ROOM % "2 days")) == "2 days"


def test_modules_are_merged_in_their_order(tmp_path: Path) -> None:
    first, second = ("extends: small\n" + ROOM % f"{days} days" for days in (4, 3))
    own = "extends: small\nincludes: [first, second]\n"
    assert soon(written(tmp_path, first=first, second=second, own=own)) == "3 days"


def test_a_module_does_not_undo_what_lies_between_its_parent_and_the_book(tmp_path: Path) -> None:
    module = (
        'extends: small\nversion: "9"\nclauses: {extra: {cite: {zh: 附加}, zh: 附加}}\nelsewhere: {extra: {zh: 别处}}\n'
    )
    local = "extends: small\n" + ROOM % "2 days"
    own = "extends: local\nincludes: add\n"
    rules = written(tmp_path, add=module, local=local, own=own)
    assert (soon(rules), rules.book.version, rules.book.rulebook) == ("2 days", "1", "own")
    assert check(rules) == []


def test_a_module_that_the_parent_has_taken_in_is_not_merged_again(tmp_path: Path) -> None:
    module = "extends: small\n" + ROOM % "4 days"
    local = "extends: small\nincludes: add\n" + ROOM % "2 days"
    rules = written(tmp_path, add=module, local=local, own="extends: local\nincludes: add\n")
    assert (soon(rules), rules.book.includes) == ("2 days", ("add",))
    assert written(tmp_path, add=module, local=local, own="extends: local\n").book.includes == ()


def test_a_module_includes_others(tmp_path: Path) -> None:
    inner = "extends: small\n" + ROOM % "4 days"
    assert soon(written(tmp_path, inner=inner, outer="extends: small\nincludes: inner\n", own="extends: small\nincludes: outer\n")) == "4 days"  # fmt: skip


@pytest.mark.parametrize(
    ("books", "told"),
    [
        (
            {"a": "extends: small\nincludes: b\n", "b": "extends: small\nincludes: a\n"},
            r"a\.yaml:3: includes: a book that does not include this one; found: b → a → b",
        ),
        (
            {"a": "extends: small\nincludes: a\n"},
            r"a\.yaml:3: includes: a book that does not include this one; found: a → a",
        ),
        (
            {"a": "extends: small\nincludes: nowhere\n"},
            r"a\.yaml:3: includes: one of the known rulebooks .*; found: nowhere",
        ),
        (
            {"b": "extends: small\n", "c": "extends: b\n", "a": "extends: small\nincludes: c\n"},
            r"a\.yaml:3: includes: a book that extends b, as c needs; found: a?.*small",
        ),
        (
            {"a": "extends: small\nincludes: [Not A Name]\n"},
            r"a\.yaml:3: includes: one of the known rulebooks .*; found: Not A Name",
        ),
        (
            {"a": "extends: small\nincludes: [{x: y}]\n"},
            r"a\.yaml:3: includes\.0: a text ",
        ),
    ],
)
def test_a_module_that_cannot_be_taken_in_is_told_with_file_and_line(
    tmp_path: Path, books: dict[str, str], told: str
) -> None:
    with pytest.raises(RulebookFlawed, match=told):
        written(tmp_path, **books)


def test_a_flaw_in_a_module_names_the_module(tmp_path: Path) -> None:
    module = "extends: small\nprocedures: {matter: {actions: {weigh: {by: boss}}}}\n"
    rules = written(tmp_path, add=module, own="extends: small\nincludes: add\n")
    assert [(flaw.file, flaw.line) for flaw in check(rules)] == [("add.yaml", 3)]


def test_the_example_in_the_documentation_is_sound(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "rulebooks.md").read_text(encoding="utf-8")
    (example,) = (part for part in page.split("```yaml\n") if part.startswith("rulebook: my-bureau"))
    path = tmp_path / "my-bureau.yaml"
    path.write_text(example.partition("```")[0], encoding="utf-8")
    assert check(load_file(path)) == []


def test_the_modules_that_ship_are_those_that_shipped_books_include() -> None:
    assert shipped_modules() == {module for name in shipped() for module in load(name).book.includes} != set()
