"""The catalogue of a file (卷内目录): its items in their order, each with what an archive asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

ItemKind = Literal["registration", "contact", "paper", "service", "entry", "draft", "attachment"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file (件), with the columns of a catalogue (DA/T 22-2015, 5.5): number (顺序号), reference (文号), responsible (责任者),
    title (题名), day (日期), pages (页数) and the number of its first page (页号).

    ``seq`` is the event that brought it; ``files`` where it lies in the bag; ``name`` and ``attachment`` are those of a file that came in.
    ``theirs``: the petitioners are responsible for it, and named.
    ``pages`` is None where it has none that can be counted (sound, spreadsheets), and then ``first`` is too.
    """

    seq: int
    kind: ItemKind
    title: str
    responsible: str
    day: date
    files: tuple[str, ...]
    reference: str = ""
    pages: int | None = None
    number: int = 0
    first: int | None = None
    name: str = ""
    attachment: UUID | None = None
    theirs: bool = False

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {
            "day": self.day.isoformat(),
            "files": list(self.files),
            "attachment": self.attachment.hex if self.attachment else None,
        }

    @classmethod
    def of_data(cls, data: dict[str, Any]) -> Item:
        """The item that ``as_data`` wrote."""
        attachment = UUID(data["attachment"]) if data["attachment"] else None
        day, files = date.fromisoformat(data["day"]), tuple(data["files"])
        return cls(**{**data, "day": day, "files": files, "attachment": attachment})


def numbered(items: Iterable[Item]) -> Iterator[Item]:
    """The items with their numbers, and their pages numbered through from one to the last."""
    page = 1
    for number, item in enumerate(items, 1):
        yield replace(item, number=number, first=page if item.pages else None)
        page += item.pages or 0
