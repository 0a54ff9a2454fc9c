"""A rulebook in a folder: its procedures in files of their own, and what is wrong told at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import RulebookFlawed, load, load_file
from huiyin.rules.book.sources import gather, gather_shipped, restore
from tests.rules.book.test_load_errors import SOUND

HEAD, MATTER = SOUND.split("  matter:\n")


def book(folder: Path, named: str = "matter.yaml", matter: str = MATTER) -> Path:
    """The small sound book in two files."""
    own = folder / "small"
    own.mkdir()
    (own / "book.yaml").write_text(f"{HEAD}  matter: {named}\n", encoding="utf-8")
    (own / "matter.yaml").write_text("".join(line[4:] for line in matter.splitlines(keepends=True)), encoding="utf-8")
    return own


def test_it_says_the_same_as_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SOUND, encoding="utf-8")
    one = load_file(tmp_path / "one.yaml").book
    assert load_file(book(tmp_path)).book == one
    assert load_file(tmp_path / "small" / "book.yaml").book == one


def test_what_is_wrong_in_a_procedure_is_told_at_its_line(tmp_path: Path) -> None:
    path = book(tmp_path, matter=MATTER + "    stagse: {}\n")
    with pytest.raises(RulebookFlawed) as wrong:
        load_file(path)
    (flaw,) = wrong.value.flaws
    assert (flaw.file, flaw.path) == ("small/matter.yaml", "procedures.matter.stagse")
    assert flaw.line == len(MATTER.splitlines()) + 1


@pytest.mark.parametrize("named", ["other.yaml", "../matter.yaml", "/etc/passwd", "book.yaml", "matter"])
def test_a_procedure_lies_in_the_file_of_its_name_beside_the_book_and_nowhere_else(named: str, tmp_path: Path) -> None:
    with pytest.raises(RulebookFlawed) as wrong:
        load_file(book(tmp_path, named=named))
    (flaw,) = wrong.value.flaws
    assert (flaw.file, flaw.path) == ("small/book.yaml", "procedures.matter")


def test_a_book_in_one_file_names_no_other(tmp_path: Path) -> None:
    (tmp_path / "matter.yaml").write_text("zh: 事项\n", encoding="utf-8")
    (tmp_path / "one.yaml").write_text(f"{HEAD}  matter: matter.yaml\n", encoding="utf-8")
    with pytest.raises(RulebookFlawed, match=r"one\.yaml:\d+: procedures\.matter"):
        load_file(tmp_path / "one.yaml")


def test_its_texts_are_kept_file_by_file_and_read_again(tmp_path: Path) -> None:
    rules, sources = gather(book(tmp_path))
    assert sorted(sources.texts) == ["small/book", "small/matter"]
    assert restore(sources).book == rules.book


def test_shipped_books_of_both_kinds_are_kept_and_read_again() -> None:
    for name in ("xx-bureau", "squad-rules"):
        rules, sources = gather_shipped(name)
        assert restore(sources).book == rules.book == load(name).book
        assert {"national-2022/book", "national-2022/matter"} < set(sources.texts)
