"""Reading XLSX: values by calamine; by an own look at the XML what it does not tell, and how much there is, before anything is unpacked."""

from __future__ import annotations

import zipfile
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_letters
from typing import IO
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from huiyin.casework.file_checks import packages
from huiyin.channels.records import CellFault, Record, TableUnreadable
from huiyin.errors import reading_what_came
from huiyin.language import gettext as _

BLOCK_BYTES = 1 << 20
MAX_PARTS = 2000
MAX_PART_BYTES = 8 * 1024 * 1024
MAX_CELLS = 3_000_000
"""Rows, cells and shared texts of a workbook; a hundred thousand petitions have two million."""
MAX_AREA = 4_000_000
"""Cells from the first to the last that holds something: the reader keeps room for each."""
SHEETS, TEXTS = "/worksheets/", "/sharedstrings"
EXACT = 10**15
"""ECMA-376 keeps numbers as IEEE 754 doubles; spreadsheet programs keep fifteen digits of them and make the rest 0."""
_LETTERS = 26
MAX_LETTERS = 3  # XFD is the last column


@dataclass(slots=True)
class Contents:
    """What the XML of a sheet says that the reader does not: which rows hold anything, and which cells hold an error or a formula without result."""

    filled: array[int] = field(default_factory=lambda: array("L"))
    faults: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    width: int = 0

    @property
    def height(self) -> int:
        """The last row that holds anything, from 1."""
        return max(self.filled, default=0)


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook; ``raw`` is how many rows hold anything, counted in its XML and not by the reader of its values."""

    path: Path
    name: str
    hidden: bool
    contents: Contents

    @property
    def raw(self) -> int:
        """How many rows hold anything."""
        return len(self.contents.filled)

    def records(self, width: int | None = None) -> Iterator[Record]:
        """The rows that hold anything, in the order of the file; with ``width``, the cells of the header, faults are told."""
        with reading_what_came(_no_workbook()):
            with CalamineWorkbook.from_path(self.path) as book:
                sheet = book.get_sheet_by_name(self.name)
            merged = _merged_rows(sheet, self.contents.height) if width is not None else {}
            rows = iter(sheet.iter_rows())
        before = 0
        for number in self.contents.filled:
            with reading_what_came(_no_workbook()):
                for _blank in range(number - before - 1):
                    next(rows, None)
                cells = tuple(next(rows, ()))
            before = number
            faults = self._faults(number, cells, width, merged.get(number, [])) if width is not None else ()
            yield Record(number, cells[:width] if width is not None else cells, faults)

    def _faults(
        self, number: int, cells: tuple[object, ...], width: int, merged: list[CellFault]
    ) -> tuple[CellFault, ...]:
        faults = [
            CellFault("error-cell", cell, _at(_column(cell) - 1)) for cell in self.contents.faults.get(number, ())
        ]
        for column, cell in enumerate(cells):
            if isinstance(cell, (int, float)) and abs(cell) >= EXACT:
                faults.append(CellFault("rounded", f"{_name(column)}{number}", _at(column)))
            elif column >= width and cell not in ("", None):
                faults.append(CellFault("no-header", f"{_name(column)}{number}"))
        return (*faults, *merged)


def open_workbook(path: Path) -> list[WorkbookSheet]:
    """The sheets of a workbook, in its order. Raises TableUnreadable, OSError."""
    with reading_what_came(_no_workbook()):
        with zipfile.ZipFile(path) as archive:
            contents = _survey(archive, path.stat().st_size)
            places = _places(archive)
        with CalamineWorkbook.from_path(path) as book:
            listed = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return [
            WorkbookSheet(path, sheet.name, sheet.visible != SheetVisibleEnum.Visible, contents[places[sheet.name]])
            for sheet in listed
        ]


def _no_workbook() -> TableUnreadable:
    return TableUnreadable(_("文件不是 XLSX 工作簿"), _("请在表格软件中重新保存"))


def _survey(archive: zipfile.ZipFile, packed: int) -> dict[str, Contents]:
    """What the sheets hold, by the names of their parts; refuses a workbook that is small and becomes huge before it is read. Raises TableUnreadable."""
    much = TableUnreadable(_("工作簿解开后太大"), _("请拆分，或者把表格存为 CSV"))
    parts = archive.infolist()
    if packages.exceeds(parts, packed, MAX_PARTS):
        raise much
    found: dict[str, Contents] = {}
    cells = 0
    for part in parts:
        name = _place(part.filename)
        if SHEETS in name or TEXTS in name:
            with archive.open(part) as content:
                survey = _Survey(much, MAX_CELLS - cells)
                survey.read_sheet(content)
            cells += survey.cells
            found[name] = survey.contents
        elif name.endswith((".xml", ".rels")) and part.file_size > MAX_PART_BYTES:
            raise much  # a reader makes a tree of it, ten times its size and more
    return found


def _place(name: str) -> str:
    """A part's name as it is looked up: some programs write it with backslashes, names know no case (ECMA-376 part 2, 6.2.2)."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _places(archive: zipfile.ZipFile) -> dict[str, str]:
    """By the names of sheets the parts that hold them."""
    parts = {_place(name): name for name in archive.namelist()}
    relations = next(place for place in sorted(parts) if place.endswith("_rels/workbook.xml.rels"))
    folder = relations.removesuffix("_rels/workbook.xml.rels")
    targets = {}
    for attributes in _elements(archive.read(parts[relations]), "Relationship"):
        target = _place(attributes["Target"])
        targets[attributes["Id"]] = target if attributes["Target"].startswith("/") else folder + target
    sheets = _elements(archive.read(parts[f"{folder}workbook.xml"]), "sheet")
    return {
        sheet["name"]: targets[next(value for name, value in sheet.items() if name.endswith(":id"))] for sheet in sheets
    }


def _elements(content: bytes, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    parser = _parser(lambda name, attributes: found.append(attributes) if name == tag else None)
    parser.Parse(content, True)
    return found


def _parser(started: Callable[[str, dict[str, str]], object]) -> expat.XMLParserType:
    """A parser that calls ``started`` with names without their prefix, and takes no document type, by which texts multiply."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: started(name.rpartition(":")[2], attributes)
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type")


class _Survey:
    """Reads the XML of one part in blocks and keeps hardly anything of it."""

    def __init__(self, much: TableUnreadable, most: int) -> None:
        self.much, self.most, self.cells = much, most, 0
        self.contents = Contents()
        self.row, self.column, self.kind = 0, 0, ""
        self.has_table, self.taken = False, set[int]()
        self.reads, self.has_formula, self.has_value = False, False, False
        self.parser = _parser(self._started)
        self.parser.EndElementHandler = lambda name: self._ended(name.rpartition(":")[2])
        self.parser.CharacterDataHandler = self._read_text

    def read_sheet(self, content: IO[bytes]) -> None:
        """Raises what it was given for what is too much, and anything else for what is no sheet."""
        while block := content.read(BLOCK_BYTES):
            if len(block) == BLOCK_BYTES and b"<" not in block:
                raise self.much  # one text alone is longer than any
            self.parser.Parse(block, False)
        self.parser.Parse(b"", True)

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("row", "c", "si", "mergeCell"):
            self.cells += 1
            if self.cells > self.most:
                raise self.much
        if name == "sheetData":
            if self.has_table:
                raise ValueError("two tables")
            self.has_table = True
        elif name == "row":
            number = int(attributes.get("r") or self.row + 1)
            if number <= self.row:
                raise ValueError("rows out of order")
            self.row, self.column, self.taken = number, 0, set()
        elif name == "c":
            self._place(attributes.get("r"))
            self.kind = attributes.get("t", "n")
            self.has_formula = self.has_value = False
        elif name == "f":
            self.has_formula = True
        self.reads = name in ("v", "t")

    def _place(self, cell: str | None) -> None:
        """Where a cell stands. Of two in one place, or of one in another row, the reader of the values would leave something out."""
        self.column = _column(cell) if cell else self.column + 1
        if cell and int(cell.lstrip(ascii_letters)) != self.row:
            raise ValueError("a cell in another row")
        if self.column in self.taken:
            raise ValueError("a cell twice")
        self.taken.add(self.column)

    def _read_text(self, text: str) -> None:
        if self.reads and text.strip():
            self.has_value = True

    def _ended(self, name: str) -> None:
        self.reads = False
        if name != "c":
            return
        spoilt = self.kind == "e" or (self.has_formula and not self.has_value and self.kind != "str")
        if spoilt:
            self.contents.faults[self.row].append(f"{_name(self.column - 1)}{self.row}")
        if spoilt or self.has_value:
            self._fill()

    def _fill(self) -> None:
        contents = self.contents
        if not contents.filled or self.row > contents.filled[-1]:
            contents.filled.append(self.row)
        contents.width = max(contents.width, self.column)
        if self.row * contents.width > MAX_AREA:
            raise TableUnreadable(
                _("第 %(row)s 行有一个单元格离表格很远") % {"row": self.row}, _("请删去表格之外的内容，或者存为 CSV")
            )


def _column(cell: str) -> int:
    """The column of a cell's name, from 1: A is 1, AA is 27."""
    letters = cell.rstrip("0123456789").upper()
    if not (letters.isascii() and letters.isalpha()) or len(letters) > MAX_LETTERS:
        raise ValueError("no cell")
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _name(column: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _merged_rows(sheet: CalamineSheet, last: int) -> dict[int, list[CellFault]]:
    """By the number of each row up to ``last`` what it shares with another row. What stands in such a cell belongs to no row alone."""
    shared: dict[int, list[CellFault]] = defaultdict(list)
    together = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        rows = range(top + 1, min(bottom + 1, last) + 1)
        if bottom > top:
            together += len(rows)
            if together > MAX_AREA:
                raise TableUnreadable(_("合并的单元格太多"), _("请取消合并，或者把表格存为 CSV"))
            cells = f"{_name(left)}{top + 1}:{_name(right)}{bottom + 1}"
            for row in rows:
                shared[row].append(CellFault("merged", cells, range(left, right + 1)))
    return shared


def _at(column: int) -> range:
    return range(column, column + 1)
