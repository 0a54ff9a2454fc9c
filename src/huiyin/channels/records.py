"""What readers of files hand on: records with where they stand, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _

FaultCode = Literal["unreadable", "encoding", "unclosed", "ragged", "no-header", "error-cell", "rounded", "merged"]
Skip = Literal["title", "header", "empty"]
SEARCHED_FOR_HEADER = 20
"""So many records are looked at for the names of the columns; above them stand titles and notes."""


class TableUnreadable(HuiyinError):
    """Raised when a file cannot be read as a table at all."""


MAX_COLUMNS = 200
"""A register on paper has some dozens; more are a mistake of the program that wrote the file, or an attack on whoever shows it."""


class TooManyColumns(TableUnreadable):
    """Raised when a table is wider than any register."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a record cannot be brought in: a code, and the cell or cells that it is about (D2, E2:E3), with their columns from 0.

    A fault with columns spoils the record where one of them is read; one without spoils it in any case.
    """

    code: FaultCode
    cell: str = ""
    columns: range | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record as its file holds it: ``number`` is the line where it begins (from 1), ``lines`` how many that are not blank it takes up."""

    number: int
    cells: tuple[object, ...]
    faults: tuple[CellFault, ...] = ()
    lines: int = 1

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return all(is_blank(cell) for cell in self.cells) and not self.faults


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: ``values`` are by the names of the columns, blank ones left out; ``skip`` says why it is no petition (the header, a title)."""

    number: int
    values: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[CellFault, ...] = ()
    skip: Skip | None = None
    lines: int = 1


def refuse_too_wide(records: Iterable[Record]) -> None:
    """Raises TooManyColumns where one of the ``records`` at the head of a table holds anything beyond ``MAX_COLUMNS``."""
    for record in records:
        if any(not is_blank(cell) for cell in record.cells[MAX_COLUMNS:]):
            raise TooManyColumns(
                _("第 %(number)s 行超过 %(most)s 列") % {"number": record.number, "most": MAX_COLUMNS},
                _("请删去用不到的列"),
            )


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
