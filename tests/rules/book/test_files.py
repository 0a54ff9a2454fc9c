"""A rulebook in a folder: its procedures in files of their own, and what is wrong told at their lines."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from huiyin.rules.book.load import RulebookFlawed, load, load_file
from huiyin.rules.book.sources import gather, gather_shipped, restore
from tests.rules.book.test_load_errors import SOUND

HEAD, MATTER = SOUND.split("  matter:\n")


def book(folder: Path, named: str = "small/matter.yaml", matter: str = MATTER) -> Path:
    """The small sound book in two files."""
    (folder / "small").mkdir()
    (folder / "small.yaml").write_text(f"{HEAD}  matter: {named}\n", encoding="utf-8")
    (folder / "small" / "matter.yaml").write_text(dedent(matter), encoding="utf-8")
    return folder / "small.yaml"


def test_it_says_the_same_as_in_one_file(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(SOUND, encoding="utf-8")
    one = load_file(tmp_path / "one.yaml").book
    assert load_file(book(tmp_path)).book == one


def test_what_is_wrong_in_a_procedure_is_told_at_its_line(tmp_path: Path) -> None:
    path = book(tmp_path, matter=MATTER + "    stagse: {}\n")
    with pytest.raises(RulebookFlawed) as wrong:
        load_file(path)
    (flaw,) = wrong.value.flaws
    assert (flaw.file, flaw.path) == ("small/matter.yaml", "procedures.matter.stagse")
    assert flaw.line == len(MATTER.splitlines()) + 1


@pytest.mark.parametrize(
    "named", ["matter.yaml", "small/other.yaml", "../small/matter.yaml", "/etc/passwd", "small/matter"]
)
def test_a_procedure_lies_in_the_file_of_its_name_in_the_folder_of_the_book_and_nowhere_else(
    named: str, tmp_path: Path
) -> None:
    with pytest.raises(RulebookFlawed) as wrong:
        load_file(book(tmp_path, named=named))
    (flaw,) = wrong.value.flaws
    assert (flaw.file, flaw.path) == ("small.yaml", "procedures.matter")


def test_its_texts_are_kept_file_by_file_and_read_again(tmp_path: Path) -> None:
    rules, sources = gather(book(tmp_path))
    assert sorted(sources.texts) == ["small", "small/matter"]
    assert restore(sources).book == rules.book


def test_shipped_books_of_both_kinds_are_kept_and_read_again() -> None:
    for name in ("xx-bureau", "squad-rules"):
        rules, sources = gather_shipped(name)
        assert restore(sources).book == rules.book == load(name).book
        assert {"national-2022", "national-2022/matter"} < set(sources.texts)
