"""Registers as tables: CSV and XLSX, row by row, whatever the columns are called, and every line of the file accounted for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from huiyin.channels.csv_file import CsvFile, open_csv
from huiyin.channels.records import (
    SEARCHED_FOR_HEADER,
    CellFault,
    Record,
    SheetRow,
    TableUnreadable,
    is_blank,
    refuse_too_wide,
)
from huiyin.channels.workbook import WorkbookSheet, open_workbook
from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "序号", "留言编号", "信件编号", "信访编号", "登记编号"),
    "name": ("user", "name", "姓名", "信访人", "信访人姓名", "留言用户", "来信人", "来访人"),
    "title": ("title", "标题", "主题", "留言主题"),
    "time": ("time", "时间", "日期", "来信时间", "来访时间", "收到时间", "登记时间", "留言时间", "received_at"),
    "text": ("text", "content", "内容", "正文", "留言详情", "信访内容", "反映内容"),
    "phone": ("phone", "电话", "手机", "手机号", "手机号码", "联系电话", "电话号码"),
    "id_number": ("id_number", "身份证号", "身份证号码", "证件号码"),
    "address": ("address", "地址", "住址", "联系地址"),
    "email": ("email", "邮箱", "电子邮箱"),
    "headcount": ("headcount", "人数"),
    "accused": ("accused", "被反映单位", "被反映人"),
}
"""What a column may be called, by what it holds."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """What a table is of: what its columns may be called, by what they hold, and the one by which its header is known."""

    what: str
    columns: Mapping[str, tuple[str, ...]]
    needed: str


PETITIONS = TableForm(gettext_noop("来件登记"), COLUMNS, "text")

NUMBERS = frozenset({"id", "phone", "id_number"})
_NOTE = re.compile(r"[(\[【〔].*?[)\]】〕]")
_APART = re.compile("[\u3001\uff1b;\uff0c,\n]+")  # enumeration comma, semicolon and comma of full width
_DECORATION = re.compile(r"[\s*:※]+")
_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|#+)")
"""ECMA-376 part 1, 18.17.3, and newer ones; signs of number alone are what a column shows that was too narrow."""
_LINE_END = re.compile(r"\r\n|[\r\v\f]")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+", re.ASCII)
_LOST = re.compile("\ufffd|锟斤拷")
"""What programs leave where they could not read a character, and what that becomes when it is read as GBK."""


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that is not read, and how many rows hold anything there."""

    name: str
    hidden: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be read.

    ``raw`` is how many lines of a CSV file are not blank, or rows of a sheet hold anything: counted without the reader of the rows,
    to which it is compared. ``unknown`` are headers that nothing is known about, ``others`` the sheets of the workbook that are not read.
    """

    source: CsvFile | WorkbookSheet
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    header_at: int
    others: tuple[OtherSheet, ...] = ()

    @property
    def raw(self) -> int:
        """Lines, or rows, that hold anything."""
        return self.source.raw

    @property
    def name(self) -> str:
        """What the sheet is called; empty for CSV."""
        return self.source.name if isinstance(self.source, WorkbookSheet) else ""

    @property
    def encoding(self) -> str:
        """The encoding of a CSV file; empty for a workbook."""
        return self.source.encoding if isinstance(self.source, CsvFile) else ""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers that nothing is known about."""
        return tuple(header for header, name in zip(self.headers, self.columns, strict=True) if header and not name)

    def lines(self) -> Iterator[SheetRow]:
        """Everything that stands in the file, in its order: titles and the header say so; never more than one record in memory."""
        for record in self.source.records(len(self.columns)):
            if record.number < self.header_at:
                yield SheetRow(record.number, skip="title", lines=record.lines)
            elif record.number == self.header_at or self._repeats_header(record):
                yield SheetRow(record.number, skip="header", lines=record.lines)
            elif record.empty:
                yield SheetRow(record.number, skip="empty", lines=record.lines)
            else:
                yield self._row(record)

    def _repeats_header(self, record: Record) -> bool:
        """Whether the header stands there once more, as at the head of each page of a printed register or where two files were joined."""
        return not record.faults and _written(record) == list(self.headers)

    def _row(self, record: Record) -> SheetRow:
        values: dict[str, object] = {}
        faults = [fault for fault in record.faults if fault.columns is None or self._is_read(fault.columns)]
        for position, cell in enumerate(record.cells):
            if is_blank(cell):
                continue
            name = self.columns[position] if position < len(self.columns) else ""
            if not name:
                if not any(self.headers[position : position + 1]) and not record.faults:
                    faults.append(CellFault("no-header", str(position + 1)))
                continue
            values[name] = _plain(cell, name)
            if isinstance(cell, str) and _LOST.search(cell):
                faults.append(CellFault("encoding", self.headers[position]))
            if isinstance(cell, str) and _ERROR.fullmatch(cell.strip()):
                faults.append(CellFault("error-cell", self.headers[position]))
            elif isinstance(cell, str) and name in NUMBERS and _ROUNDED.fullmatch(cell.strip()):
                faults.append(CellFault("rounded", self.headers[position]))
        return SheetRow(record.number, values, tuple(faults), lines=record.lines)

    def _is_read(self, columns: range) -> bool:
        return any(self.columns[column : column + 1] not in ((), ("",)) for column in columns)


def several(cell: str) -> tuple[str, ...]:
    """The names in a cell that holds several, one after the other."""
    return tuple(filter(None, map(str.strip, _APART.split(cell))))


def open_table(path: Path, sheet: str = "", form: TableForm = PETITIONS) -> Sheet:
    """Find the header of ``path``: among the first records, in the one sheet that has the column that ``form`` needs, or in that called ``sheet``.

    Raises TableUnreadable, OSError.
    """
    if path.suffix.lower() == ".xlsx":
        return _chosen(open_workbook(path), sheet, form)
    if path.suffix.lower() == ".csv":
        return _with_header(open_csv(path), form)
    raise TableUnreadable(_("只能读 .csv 和 .xlsx 文件"), _("请把表格另存为其中一种"))


def _chosen(sheets: Sequence[WorkbookSheet], sheet_name: str, form: TableForm) -> Sheet:
    """The sheet with the table. Which one is not guessed at: of several that are shown one is named by who runs the command."""
    among = [sheet for sheet in sheets if sheet_name in ("", sheet.name)]
    if not among:
        raise TableUnreadable(
            _("没有这张工作表：%(sheet_name)s") % {"sheet_name": sheet_name},
            _("请选其中一张：%(known)s") % {"known": ", ".join(sheet.name for sheet in sheets)},
        )
    found, problem = (
        [],
        TableUnreadable(_("文件没有表头"), _("请在第一行写列名")),
    )
    for sheet in among:
        try:
            found.append(_with_header(sheet, form))
        except TableUnreadable as error:
            problem = error
    shown = [table for table in found if isinstance(table.source, WorkbookSheet) and not table.source.hidden]
    candidates = shown or found
    if not candidates:
        raise problem
    if len(candidates) > 1:
        names = ", ".join(table.name for table in candidates)
        raise TableUnreadable(
            _("有几张工作表写有%(what)s：%(names)s") % {"what": _(form.what), "names": names},
            _("请用 --sheet 选一张，再运行一次处理其余的"),
        )
    (table,) = candidates
    others = tuple(OtherSheet(sheet.name, sheet.hidden, sheet.raw) for sheet in sheets if sheet.name != table.name)
    return Sheet(table.source, table.headers, table.columns, table.header_at, others)


def _with_header(source: CsvFile | WorkbookSheet, form: TableForm) -> Sheet:
    first = [record for record in islice(source.records(), SEARCHED_FOR_HEADER) if not record.empty]
    refuse_too_wide(first)
    for record in first:
        headers = _written(record)
        columns = tuple(_meaning(header, form) for header in headers)
        if form.needed in columns:
            twice = {name for name in columns if name and columns.count(name) > 1}
            if twice:
                raise TableUnreadable(
                    _("有几列写的是同一项（%(twice)s）") % {"twice": ", ".join(sorted(twice))}, _("每项请只留一列")
                )
            return Sheet(source, tuple(headers), columns, record.number)
    if not first:
        raise TableUnreadable(_("文件没有表头"), _("请在第一行写列名"))
    raise TableUnreadable(
        _("没有写%(needed)s的列") % {"needed": _called(form)},
        _("列名请用其中之一：%(columns)s") % {"columns": _("、").join(form.columns[form.needed])},
    )


def _called(form: TableForm) -> str:
    """What the needed column holds, in the reader's language."""
    names = form.columns[form.needed]
    return either(next((name for name in names if not name.isascii()), form.needed), form.needed)


def _written(record: Record) -> list[str]:
    """What stands in its cells, without the blank ones at the end."""
    cells = [str(cell or "").strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def plain_header(header: str) -> str:
    """A header without notes and signs, as two are compared."""
    text = _NOTE.sub("", unicodedata.normalize("NFKC", header[:100]))
    return _DECORATION.sub("", text).casefold()


def _meaning(header: str, form: TableForm) -> str:
    """What a column holds, by its header without notes and signs: 姓名（必填）, 联系 电话, *内容."""
    plain = plain_header(header)
    return next((name for name, headers in form.columns.items() if plain in headers), "")


def _plain(cell: object, name: str) -> object:
    """A cell as text, as it is shown: phones are kept as 13800000000.0, line ends in four ways. What the time column holds stays as it is."""
    if isinstance(cell, str):
        return _LINE_END.sub("\n", cell).strip()
    if name == "time" and isinstance(cell, int | float | date | time):
        return datetime.combine(cell, time()) if type(cell) is date else cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


__all__ = ["COLUMNS", "OtherSheet", "Sheet", "SheetRow", "TableForm", "TableUnreadable", "open_table", "plain_header"]
