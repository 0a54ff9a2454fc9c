"""Reading CSV: line by line as the file holds them, so that a quote that is never closed swallows no row and a broken character spoils one."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from huiyin.channels.records import CellFault, FaultCode, Record, TableUnreadable
from huiyin.language import gettext as _

MAX_FIELD_CHARS = 1_000_000  # far beyond any petition: what is too long is rejected by row, not by the reader
BLOCK_BYTES = 1 << 20
MIN_CELLS = 3
"""A line in quotes that reads like a whole row of so many cells was probably meant to be one."""
_BLANK = " \t\r\n\v\f"  # as bytes.strip() has it
_BOM = b"\xef\xbb\xbf"
_BOMS_OF_OTHERS = (b"\xff\xfe", b"\xfe\xff")
"""Of UTF-16 and UTF-32, as spreadsheets save "Unicode text"."""
_BETWEEN = (",", "\t", ";")
_LOOKED_AT = 20
_UNDECODED = re.compile("[\0\ud800-\udfff]")
_COMMON_IN_GB = re.compile("[\xb0-\xd7][\xa1-\xfe]")  # GB 2312: the 3755 characters in most use
_COMMON_IN_BIG5 = re.compile("[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")  # Big5: the 5401 in most use


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file of comma-separated values with the encoding that most of its lines are in; ``raw`` counts its lines that are not blank.

    ``delimiter`` is what stands between the cells: a tab or a semicolon where none of the first lines has a comma.
    """

    path: Path
    encoding: str
    raw: int
    delimiter: str = ","

    def records(self, width: int | None = None) -> Iterator[Record]:
        """The records in the order of the file; with ``width``, the cells of the header, those that do not fit it have a fault.

        A record over several lines that has one is told line by line: what it swallowed is not guessed at.
        """
        csv.field_size_limit(MAX_FIELD_CHARS)
        with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as file:
            reader = _RowReader(file, width, self.delimiter)
            while record := reader.next_records():
                yield from record


def open_csv(path: Path) -> CsvFile:
    """Settle the encoding and count the lines, from the bytes alone. Raises TableUnreadable, OSError."""
    lines, with_signs, utf8, gb = 0, 0, 0, 0
    marked, sample, first = False, bytearray(), bytearray()
    for number, line in enumerate(_lines_of_bytes(path)):
        if number == 0 and (marked := line.startswith(_BOM)):
            line = line[len(_BOM) :]
        if number == 0 and (line.startswith(_BOMS_OF_OTHERS) or line.count(0) * 3 > len(line)):
            raise TableUnreadable(_("文件是 UTF-16（Unicode 文本）"), _("请另存为 CSV UTF-8"))
        if number < _LOOKED_AT:
            first += line
        lines += bool(line.strip())
        if line.isascii():
            continue
        with_signs += 1
        utf8 += _is(line, "utf-8")
        gb += _is(line, "gb18030")
        if len(sample) < BLOCK_BYTES:
            sample += line
    between = _delimiter(bytes(first))
    if marked or utf8 == with_signs or utf8 * 2 > with_signs:
        return CsvFile(path, "utf-8-sig", lines, between)
    if _is_big5(bytes(sample)):
        raise TableUnreadable(_("文件好像是 Big5"), _("请另存为 CSV UTF-8"))
    if gb * 2 > with_signs:
        return CsvFile(path, "gb18030", lines, between)
    raise TableUnreadable(_("文件既不是 UTF-8，也不是 GB 18030"), _("请另存为 CSV UTF-8"))


def _delimiter(first: bytes) -> str:
    """What stands between the cells in the first lines: a comma wherever there is one. No sign of these is part of another character."""
    found = {sign: first.count(sign.encode()) for sign in _BETWEEN}
    return "," if found[","] or not any(found.values()) else max(_BETWEEN, key=found.__getitem__)


def _lines_of_bytes(path: Path) -> Iterator[bytes]:
    """As ``open(newline="")`` splits them: at LF, CR and CR LF, which are no part of any character in these encodings."""
    with path.open("rb") as file:
        for line in file:
            yield from re.split(rb"\r(?!\n)", line)


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_big5(sample: bytes) -> bool:
    """Whether more of the signs are common characters by Big5 than by GB: each reads the other without an error, as rubbish."""
    if not _is(sample, "big5hkscs"):
        return False
    return _share(sample, _COMMON_IN_BIG5) > _share(sample, _COMMON_IN_GB)


def _share(sample: bytes, common: re.Pattern[str]) -> float:
    pairs = re.findall("[\x80-\xff].", sample.decode("latin-1"), re.DOTALL)
    return sum(1 for pair in pairs if common.fullmatch(pair)) / len(pairs) if pairs else 0.0


class _RowReader:
    """Takes records one by one, and goes back to the second line of one that turned out to be none."""

    def __init__(self, file: Iterable[str], width: int | None, delimiter: str) -> None:
        self.width, self.delimiter = width, delimiter
        self.taken: list[tuple[int, str]] = []
        self.again: deque[tuple[int, str]] = deque()
        self.lines = enumerate(file, 1)
        self.reader = csv.reader(self._feed(), strict=True, delimiter=self.delimiter)

    def _feed(self) -> Iterator[str]:
        while True:
            line = self.again.popleft() if self.again else next(self.lines, None)
            if line is None:
                return
            self.taken.append(line)
            yield line[1].replace("\0", "\udc00")  # a NUL is as broken as a byte that is no character

    def next_records(self) -> list[Record]:
        """The next record, or the lines of one that cannot be trusted; empty at the end of the file."""
        while True:
            self.taken = []
            try:
                cells = tuple(next(self.reader))
            except StopIteration:
                return []
            except csv.Error:
                number, _line = self.taken[0]
                self.again.extendleft(reversed(self.taken[1:]))
                self.reader = csv.reader(self._feed(), strict=True, delimiter=self.delimiter)
                return [Record(number, (), (CellFault("unreadable" if len(self.taken) == 1 else "unclosed"),))]
            if lines := [(number, line) for number, line in self.taken if line.strip(_BLANK)]:
                return self._checked(cells, lines)

    def _checked(self, cells: tuple[str, ...], lines: list[tuple[int, str]]) -> list[Record]:
        code = self._fault(cells, [line for _number, line in lines])
        if code is None or self.width is None:
            return [Record(lines[0][0], cells, lines=len(lines))]
        return [Record(number, cells if len(lines) == 1 else (), (CellFault(code),)) for number, _line in lines]

    def _fault(self, cells: tuple[str, ...], lines: list[str]) -> FaultCode | None:
        if any(_UNDECODED.search(line) for line in lines):
            return "encoding"
        if self.width is None or not any(cell.strip() for cell in cells):
            return None
        if len(lines) > 1 and any(_cells_alone(line, self.delimiter) == self.width >= MIN_CELLS for line in lines[1:]):
            return "unclosed"
        if len(cells) < self.width or any(cell.strip() for cell in cells[self.width :]):
            return "ragged"
        return None


def _cells_alone(line: str, delimiter: str) -> int:
    """How many cells a line would have if it were a row by itself."""
    try:
        return len(next(csv.reader([line.replace("\0", "")], delimiter=delimiter)))
    except (csv.Error, StopIteration):
        return 0
