"""Where a rulebook lies: in a file of its name, and long procedures in files of theirs in a folder of that name.

books/xx-bureau.yaml             procedures: {matter: xx-bureau/matter.yaml, …}
books/xx-bureau/matter.yaml      what would stand under `matter:`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiyin.rules.book.flaw_codes import FlawCode
from huiyin.rules.book.yaml_reader import NAME, Flaw, Path_, RulebookFlawed, Where, nearest, read_file, read_yaml


@dataclass(frozen=True, slots=True)
class BookText:
    """What the files of one book say: as plain data, with the line of each element, and the files by what errors call them."""

    tree: dict[str, Any]
    places: dict[Path_, Where]
    files: Mapping[str, Path]


def book_of(file: str) -> str:
    """The name of the book to which a file belongs, by what errors and places call it: `xx-bureau/matter.yaml`."""
    return file.partition("/")[0].removesuffix(".yaml")


def read_book(path: Path) -> BookText:
    """The book in the file ``path`` with its procedures, without what it extends and includes. Raises RulebookFlawed."""
    tree, places = read_yaml(read_file(path), path.name)
    files = {path.name: path}
    procedures = tree.get("procedures")
    if not isinstance(procedures, dict):
        return BookText(tree, places, files)
    for name, written in procedures.items():
        if isinstance(written, str):
            part = _part(path, name, written, places)
            procedures[name], lines = read_yaml(read_file(part), written)
            places |= {("procedures", name, *where): line for where, line in lines.items()}
            files[written] = part
    return BookText(tree, places, files)


def _part(path: Path, name: str, written: str, places: Mapping[Path_, Where]) -> Path:
    """The file of the procedure ``name``: called as the procedure is, in the folder called as the book, so that no path leads elsewhere."""
    part = path.with_suffix("") / f"{name}.yaml"
    if NAME.fullmatch(name) and written == f"{path.stem}/{part.name}" and part.exists():
        return part
    where = ("procedures", name)
    why = FlawCode.NO_PROCEDURE_FILE.about(file=f"{path.stem}/{name}.yaml", found=written[:60])
    raise RulebookFlawed([Flaw(*nearest(places, where), ".".join(where), why)])
