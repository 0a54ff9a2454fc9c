"""A workbook that is damaged, locked or made up is told in our own words, whatever the libraries below throw."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from huiyin.channels.records import TableUnreadable
from huiyin.channels.table import open_table
from huiyin.errors import HuiyinError, reading_what_came
from tests.channels.workbooks import HEADER, row, text, workbook

SHEET = "xl/worksheets/sheet1.xml"
Spoil = Callable[[Path], None]


def repacked(path: Path, without: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != without}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def no_relations(path: Path) -> None:
    repacked(path, "xl/_rels/workbook.xml.rels")


def locked(path: Path) -> None:
    """The flag for encryption (APPNOTE.TXT 4.4.4, bit 0), before each part and in the directory."""
    content = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(sign, place + 1)
    path.write_bytes(content)


def damaged(path: Path) -> None:
    """The packed bytes of the sheet are no deflate stream."""
    repacked(path, "")
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(SHEET)
    content = bytearray(path.read_bytes())
    name, extra = struct.unpack("<HH", content[part.header_offset + 26 : part.header_offset + 30])
    begin = part.header_offset + 30 + name + extra
    content[begin : begin + part.compress_size] = b"\xff" * part.compress_size
    path.write_bytes(content)


def far_row(path: Path) -> None:
    far = 10**20 - 1
    workbook(path, row(1, *HEADER), f'<row r="{far}">{text(f"A{far}", "1")}</row>')


def number_twice(path: Path) -> None:
    """Of two rows with one number a reader keeps one."""
    workbook(path, row(1, *HEADER), row(2, "1", "陈"), row(2, "2", "李"))


def cell_twice(path: Path) -> None:
    workbook(path, row(1, *HEADER), f'<row r="2">{text("A2", "1")}{text("E2", "灯坏了")}{text("E2", "路不平")}</row>')


def cell_elsewhere(path: Path) -> None:
    workbook(path, row(1, *HEADER), f'<row r="2">{text("A2", "1")}{text("E3", "灯坏了")}</row>')


def two_tables(path: Path) -> None:
    workbook(path, row(1, *HEADER), "</sheetData><sheetData>", row(2, "1", "陈"))


LOSING = (number_twice, cell_twice, cell_elsewhere, two_tables)
"""Of these a reader of values would leave something out, and say nothing."""
SPOILT: dict[str, Spoil] = {one.__name__: one for one in (no_relations, locked, damaged, far_row, *LOSING)}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_workbook_is_told_in_our_own_words(spoil: Spoil, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", row(1, *HEADER), row(2, "1", "陈", "路灯", "2026-03-02", "灯坏了"))
    spoil(path)
    with pytest.raises(TableUnreadable):
        list(open_table(path).lines())


def test_no_byte_that_is_turned_over_gives_any_other_error(tmp_path: Path) -> None:
    """Each is read, or told; the same bytes each time."""
    whole = workbook(
        tmp_path / "a.xlsx", row(1, *HEADER), row(2, "1", "陈", "路灯", "2026-03-02", "灯坏了")
    ).read_bytes()
    chance = random.Random(20)
    path = tmp_path / "b.xlsx"
    for _turn in range(150):
        content = bytearray(whole)
        for _byte in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        try:
            list(open_table(path).lines())
        except TableUnreadable:
            continue


class PanicException(BaseException):
    pass


@pytest.mark.parametrize("thrown", [StopIteration, OverflowError, MemoryError, PanicException])
def test_whatever_a_reader_throws_becomes_our_error(thrown: type[BaseException]) -> None:
    with pytest.raises(TableUnreadable, match="no table"), reading_what_came(TableUnreadable("no table")):
        raise thrown


@pytest.mark.parametrize("thrown", [PermissionError, KeyboardInterrupt, HuiyinError("ours")])
def test_what_is_not_the_fault_of_the_file_goes_through(thrown: BaseException) -> None:
    with (
        pytest.raises((PermissionError, KeyboardInterrupt, HuiyinError)) as told,
        reading_what_came(TableUnreadable("")),
    ):
        raise thrown
    assert not isinstance(told.value, TableUnreadable)
