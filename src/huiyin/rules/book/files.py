"""Where a rulebook lies: in one file, or in a folder with a file for each of its procedures.

small-book.yaml                  all of it
large-book/book.yaml             everything but long procedures, which it names: `procedures: {matter: matter.yaml}`
large-book/matter.yaml           what would stand under `matter:`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.yaml_reader import NAME, Flaw, Path_, RulebookFlawed, Where, nearest, read, read_file

BOOKS: Final = Path(__file__).parents[1] / "books"
MAIN: Final = "book.yaml"
NO_BOOKS: Final = frozenset({"holidays-cn"})


@dataclass(frozen=True, slots=True)
class BookText:
    """What the files of one book say: as plain data, with the line of each element, and the files by what errors call them."""

    tree: dict[str, Any]
    places: dict[Path_, Where]
    files: Mapping[str, Path]


def names_in(folder: Path) -> list[str]:
    """The names of the books that lie in ``folder``, in alphabetical order."""
    found = {path.stem for path in folder.glob("*.yaml")} | {path.parent.name for path in folder.glob(f"*/{MAIN}")}
    return sorted(found - NO_BOOKS)


def find(name: str, folder: Path) -> Path | None:
    """The file with which the book ``name`` begins, where it lies in ``folder``; ``name`` must be one that NAME allows."""
    for path in (folder / name / MAIN, folder / f"{name}.yaml"):
        if path.exists():
            return path
    return None


def name_of(path: Path) -> str:
    """How the book is called that begins with the file ``path``."""
    return path.parent.name if path.name == MAIN else path.stem


def folder_of(path: Path) -> Path:
    """Where the books lie that stand beside the one that begins with ``path``."""
    return path.parent.parent if path.name == MAIN else path.parent


def book_of(file: str) -> str:
    """The name of the book to which a file belongs, by what errors and places call it: `large-book/matter.yaml`."""
    return file.partition("/")[0].removesuffix(".yaml")


def read_book(path: Path) -> BookText:
    """The book that begins with the file ``path``, without what it extends and includes. Raises RulebookFlawed."""
    label = _label(path)
    tree, places = read(read_file(path), label)
    files = {label: path}
    procedures = tree.get("procedures")
    if not isinstance(procedures, dict):
        return BookText(tree, places, files)
    for name, written in procedures.items():
        if isinstance(written, str):
            part = _part(path, name, written, places)
            within, lines = read(read_file(part), _label(part, path))
            procedures[name] = within
            places |= {("procedures", name, *where): line for where, line in lines.items()}
            files[_label(part, path)] = part
    return BookText(tree, places, files)


def _part(path: Path, name: str, written: str, places: Mapping[Path_, Where]) -> Path:
    """The file of the procedure ``name``: called as the procedure is, and beside the book's own, so that no path leads elsewhere."""
    part = path.with_name(f"{name}.yaml")
    if path.name == MAIN and NAME.fullmatch(name) and written == part.name and part != path and part.exists():
        return part
    where = ("procedures", name)
    why = FlawCode.NO_PROCEDURE_FILE.about(file=f"{name}.yaml", found=written[:60])
    raise RulebookFlawed([Flaw(*nearest(places, where), ".".join(where), why)])


def _label(path: Path, main: Path | None = None) -> str:
    return f"{path.parent.name}/{path.name}" if (main or path).name == MAIN else path.name
