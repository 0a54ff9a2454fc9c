"""A register as a file: as a workbook or as CSV, with nothing in it that a spreadsheet would carry out, and with whose it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Final

import xlsxwriter

from huiyin.registers.formulas import harmless

SHEET: Final = "台账"
MARK_ROWS: Final = 2
"""Rows above the heading that say what the sheet is, and who had it made when."""
_BOM: Final = "\ufeff"
"""Without it Excel takes CSV for the code page of the system."""


def as_csv(mark: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8, its last line saying whose it is."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(harmless, heading))
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    writer.writerow([harmless(mark)])
    return (_BOM + out.getvalue()).encode()


def as_xlsx(title: str, mark: str, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook whose cells are texts, whatever they begin with; whose it is stands above, and at the foot of each printed page."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "comments": mark})
    sheet = book.add_worksheet(SHEET)
    bold, wrapped = book.add_format({"bold": True, "border": 1}), book.add_format({"text_wrap": True, "border": 1})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, mark)
    for at, cell in enumerate(heading):
        sheet.write_string(MARK_ROWS, at, cell, bold)
    widths = [len(cell) for cell in heading]
    last = MARK_ROWS
    for last, row in enumerate(rows, MARK_ROWS + 1):
        for at, cell in enumerate(row):
            sheet.write_string(last, at, cell, wrapped)
            widths[at] = max(widths[at], len(cell))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(60, 4 + 1.6 * width))
    sheet.autofilter(MARK_ROWS, 0, last, len(heading) - 1)
    sheet.freeze_panes(MARK_ROWS + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(MARK_ROWS)
    sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P / &N")
    book.close()
    return out.getvalue()
