"""A table as a file for a spreadsheet program: CSV or XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO

from django.http import Http404, HttpResponse
from xlsxwriter import Workbook

from huiyin.documents.forms import Rendered
from huiyin.registers.formulas import harmless
from huiyin.web.uploads import document_to_be_saved

CellValue = str | int | float | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
MARK = "\ufeff"
"""Stands before a CSV: without it, Excel reads Chinese as something else."""
WIDTH = 20
"""Of each column, in signs of the usual typeface."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table: ``name`` of the file without its ending, ``head``, and ``rows`` of as many cells."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[CellValue]]


def as_csv(sheet: TableFile) -> HttpResponse:
    """The table as CSV; texts are kept from being formulas."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(sheet.head)
    writer.writerows([_written(cell) for cell in row] for row in sheet.rows)
    return csv_to_be_saved(f"{sheet.name}.csv", written.getvalue())


def as_file(sheet: TableFile, ending: str) -> HttpResponse:
    """The table as a file with this ``ending``, csv or xlsx. Raises Http404 for any other."""
    if ending not in {"csv", "xlsx"}:
        raise Http404
    return as_csv(sheet) if ending == "csv" else as_xlsx(sheet)


def csv_to_be_saved(name: str, text: str) -> HttpResponse:
    """The answer that hands ``text`` out as CSV, to be saved."""
    return document_to_be_saved(Rendered(name, CSV, f"{MARK}{text}".encode()))


def as_xlsx(sheet: TableFile) -> HttpResponse:
    """The table as XLSX. Its texts are strings and nothing else: formulas, links and numbers are never guessed from them."""
    written = BytesIO()
    book = Workbook(written, {"in_memory": True})
    page, bold, day = (
        book.add_worksheet(),
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    page.set_column(0, len(sheet.head) - 1, WIDTH)
    page.freeze_panes(1, 0)
    for column, label in enumerate(sheet.head):
        page.write_string(0, column, label, bold)
    for line, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            match cell:
                case date():
                    page.write_datetime(line, column, cell, day)
                case int() | float():
                    page.write_number(line, column, cell)
                case str():
                    page.write_string(line, column, cell)
    book.close()
    return document_to_be_saved(Rendered(f"{sheet.name}.xlsx", XLSX, written.getvalue()))


def _written(cell: CellValue) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
