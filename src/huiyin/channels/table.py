"""Reading spreadsheets: CSV and XLSX, row by row, whatever the columns are called."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from huiyin.errors import HuiyinError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "序号", "留言编号", "信件编号"),
    "name": ("user", "name", "姓名", "信访人", "留言用户", "来信人"),
    "title": ("title", "标题", "主题", "留言主题"),
    "time": ("time", "时间", "日期", "来信时间", "收到时间", "留言时间", "received_at"),
    "text": ("text", "content", "内容", "正文", "留言详情", "信访内容"),
    "phone": ("phone", "电话", "手机", "手机号", "联系电话"),
    "id_number": ("id_number", "身份证号", "身份证号码", "证件号码"),
    "address": ("address", "地址", "住址"),
    "email": ("email", "邮箱", "电子邮箱"),
    "headcount": ("headcount", "人数"),
    "accused": ("accused", "被反映单位", "被反映人"),
}
"""What a column may be called, by what it holds."""

MAX_FIELD_CHARS = 10_000_000  # far beyond any petition: what is too long is rejected by row, not by the reader
BLOCK_BYTES = 1 << 20
MAX_PARTS = 2000
MAX_PART_BYTES = 8 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MOST_PACKED = 100
"""So many times smaller XML becomes at most that people have written; beyond the first bytes, which are free."""
FREE_BYTES = 16 * 1024 * 1024
MAX_CELLS = 3_000_000
"""Rows, cells and shared texts of a workbook; a hundred thousand petitions have two million."""
MAX_COLUMNS = 200
TABLES = ("xl/worksheets/", "xl/sharedStrings")
LONGEST_TAG = 8  # enough of a tag that is cut to see which it is
_CELL = re.compile(rb"<(?:\w{1,4}:)?(?:c|row|si)[ />]")


class TableUnreadable(HuiyinError):
    """Raised when a file cannot be read as a table at all."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: ``number`` is where it begins in the file (from 1), ``values`` are by the names of COLUMNS, blank ones left out."""

    number: int
    values: Mapping[str, str | datetime]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be read. ``rows`` is how many there are; ``unknown`` are headers that nothing is known about."""

    path: Path
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: int
    encoding: str = ""

    def lines(self) -> Iterator[SheetRow]:
        """The rows in the order of the file; never more than one in memory."""
        records = _xlsx_records(self.path) if not self.encoding else _csv_records(self.path, self.encoding)
        next(records)
        for number, record in records:
            if isinstance(record, str):
                yield SheetRow(number, {}, record)
            elif any(value not in (None, "") for value in record):
                yield SheetRow(number, _named(self.columns, record))


def open_table(path: Path) -> Sheet:
    """Look at the header of ``path`` and count its rows. Raises TableUnreadable, OSError."""
    if path.suffix.lower() == ".xlsx":
        encoding = ""
        records = _xlsx_records(path)
    elif path.suffix.lower() == ".csv":
        encoding = _encoding(path)
        records = _csv_records(path, encoding)
    else:
        raise TableUnreadable("only .csv and .xlsx files can be read", "save the table as one of them")
    first = next(records, None)
    if first is None or isinstance(first[1], str):
        raise TableUnreadable("the file has no header line", "put the names of the columns into the first line")
    headers = [str(value or "").strip() for value in first[1]]
    columns = tuple(_meaning(header) for header in headers)
    if "text" not in columns:
        raise TableUnreadable("no column holds the text", f"name it one of: {', '.join(COLUMNS['text'])}")
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise TableUnreadable(f"several columns hold the same ({', '.join(sorted(twice))})", "keep one of each")
    unknown = tuple(header for header, name in zip(headers, columns, strict=True) if header and not name)
    return Sheet(path, columns, unknown, sum(1 for _record in records), encoding)


def _meaning(header: str) -> str:
    plain = header.casefold().replace(" ", "")
    return next((name for name, headers in COLUMNS.items() if plain in headers), "")


def _named(columns: Sequence[str], record: Sequence[object]) -> dict[str, str | datetime]:
    named: dict[str, str | datetime] = {}
    for name, value in zip(columns, record, strict=False):
        if name and value not in (None, ""):
            named[name] = value if isinstance(value, datetime) else _plain(value)
    return named


def _plain(value: object) -> str:
    """A cell as text: spreadsheets keep long numbers such as phones as 13800000000.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is, else GB 18030 (what spreadsheet programs write in China). Raises TableUnreadable if neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK_BYTES):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise TableUnreadable("the file is neither UTF-8 nor GB 18030", "save it as CSV UTF-8")


Record = tuple[int, Sequence[object] | str]
"""Where a row begins, and its cells; a text instead of cells says why the row cannot be read."""


def _csv_records(path: Path, encoding: str) -> Iterator[Record]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_unbroken(file), strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                yield begins, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield begins, str(error)


def _unbroken(lines: Iterable[str]) -> Iterator[str]:
    """Lines without NUL, which the reader takes for the end of the text."""
    for line in lines:
        yield line.replace("\0", "\ufffd")


def _check_archive(path: Path) -> None:
    """Refuses a workbook that is small and becomes huge, before anything of it is parsed. Raises TableUnreadable, zipfile.BadZipFile."""
    much = TableUnreadable("the workbook is too large when unpacked", "split it, or save the table as CSV")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > min(MAX_UNPACKED_BYTES, FREE_BYTES + MOST_PACKED * path.stat().st_size):
            raise much
        cells = 0
        for part in parts:
            if part.filename.startswith(TABLES):
                with archive.open(part) as content:
                    cells += _cells(content, much)
            elif part.file_size > MAX_PART_BYTES:
                raise much  # the reader makes a tree of it, ten times its size and more
            if cells > MAX_CELLS:
                raise much


def _cells(content: IO[bytes], much: TableUnreadable) -> int:
    """How many rows, cells and texts a part has; ``much`` is raised when one text alone is longer than any."""
    cells, rest = 0, b""
    while cells <= MAX_CELLS and (block := content.read(BLOCK_BYTES)):
        if len(block) == BLOCK_BYTES and b"<" not in block:
            raise much
        cells += len(_CELL.findall(rest + block))
        rest = block[block.rfind(b"<") :][:LONGEST_TAG] if block.rfind(b"<") > block.rfind(b">") else b""
    return cells


def _xlsx_records(path: Path) -> Iterator[Record]:
    try:
        _check_archive(path)
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise TableUnreadable("the file is no XLSX workbook", "save it again from the spreadsheet program") from None
    try:
        sheet = book.worksheets[0]
        yield from enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), 1)
    finally:
        book.close()
