"""Reading spreadsheets: what they are called, how they are encoded, what is broken in them."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from huiyin.channels.table import SheetRow, TableUnreadable, open_table

MOMENT = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - as a workbook holds it


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "messages.csv"
    path.write_bytes(text.encode(encoding))
    return path


def petitions(path: Path) -> list[SheetRow]:
    """The rows of a file that are petitions, after every line of it was accounted for."""
    table = open_table(path)
    lines = list(table.lines())
    assert sum(line.lines for line in lines) == table.raw
    return [line for line in lines if line.skip is None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_columns_are_found_by_their_chinese_and_english_names(tmp_path: Path, encoding: str) -> None:
    table = open_table(
        written(tmp_path, "编号,姓名,标题,时间,内容,点赞\n7,林一,漏水,2026-03-02,消火栓漏水,3\n", encoding)
    )
    assert table.columns == ("id", "name", "title", "time", "text", "")
    assert (table.unknown, table.raw) == (("点赞",), 2)
    (line,) = petitions(tmp_path / "messages.csv")
    assert line == SheetRow(2, {"id": "7", "name": "林一", "title": "漏水", "time": "2026-03-02", "text": "消火栓漏水"})


def test_a_row_is_called_by_the_line_where_it_begins(tmp_path: Path) -> None:
    lines = petitions(written(tmp_path, 'id,text\n1,"一\n二\n三"\n\n2,四\n'))
    assert [(line.number, line.values["text"]) for line in lines] == [(2, "一\n二\n三"), (6, "四")]


def test_a_header_that_stands_there_again_is_no_petition(tmp_path: Path) -> None:
    """Two registers of a month joined, or the head of each printed page kept."""
    path = written(tmp_path, "编号,姓名,内容\n1,张三,路灯不亮\n编号,姓名,内容\n2,李四,水管漏水\n编号,姓名,内容,\n")
    lines = list(open_table(path).lines())
    assert [(line.number, line.skip) for line in lines] == [
        (1, "header"),
        (2, None),
        (3, "header"),
        (4, None),
        (5, "header"),
    ]
    assert [line.values["id"] for line in lines if line.skip is None] == ["1", "2"]


def test_a_row_with_a_stray_quote_is_broken_and_the_next_is_read(tmp_path: Path) -> None:
    broken, sound = petitions(written(tmp_path, 'id,text\n1,"一"二\n2,三\n'))
    assert [fault.code for fault in broken.faults] == ["unreadable"]
    assert (sound.faults, sound.values["text"]) == ((), "三")


def test_a_workbook_is_read_with_its_moments_and_long_numbers(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "time", "text", "电话"])
    book.active.append([1, MOMENT, "消火栓漏水", 13800000001.0])
    book.save(tmp_path / "messages.xlsx")
    (line,) = petitions(tmp_path / "messages.xlsx")
    assert line.values == {
        "id": "1",
        "time": MOMENT,
        "text": "消火栓漏水",
        "phone": "13800000001",
    }


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "no header"),
        ("a.csv", b"id,title\n1,x\n", "no column holds the text"),
        ("a.csv", b"text,content\n1,x\n", "several columns"),
        ("a.csv", b"text\n\xff\xff\xff\n", "neither UTF-8 nor GB 18030"),
        ("a.xlsx", b"no workbook", "no XLSX workbook"),
        ("a.ods", b"x", "only .csv and .xlsx"),
    ],
)
def test_a_file_that_is_no_table_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableUnreadable, match=said):
        open_table(tmp_path / name)


# --- small workbooks that become huge -------------------------------------------------------------------------------


def grown(folder: Path, part: str, content: bytes) -> Path:
    """A workbook whose ``part`` is ``content``, with ROWS in it replaced by rows of the sheet."""
    plain, path = folder / "plain.xlsx", folder / "grown.xlsx"
    book = Workbook()
    book.active.append(["id", "text"])
    book.save(plain)
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            kept = before.read(name)
            if name == part:
                kept = (
                    content
                    if b"ROWS" not in content
                    else kept.replace(b"</sheetData>", content.replace(b"ROWS", b"") + b"</sheetData>")
                )
            after.writestr(name, kept)
        if part not in before.namelist():
            after.writestr(part, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, b'ROWS<row r="2"><c r="B2" t="inlineStr"><is><t>' + b"x" * 40_000_000 + b"</t></is></c></row>"),
        (SHEET, b"ROWS" + b'<row r="2"><c r="A2"/></row>' * 1_600_000),
        (SHEET, b"ROWS" + b"<x:row><x:c/></x:row>" * 1_600_000),
        ("xl/sharedStrings.xml", b"<sst>" + b"<si><t>a</t></si>" * 3_000_001 + b"</sst>"),
        ("xl/styles.xml", b"<styleSheet>" + b"<font/>" * 2_000_000 + b"</styleSheet>"),
    ],
    ids=["one text", "many cells", "cells with a prefix", "shared texts", "styles"],
)
def test_a_small_workbook_that_becomes_huge_is_refused_before_it_is_parsed(
    tmp_path: Path, part: str, content: bytes
) -> None:
    path = grown(tmp_path, part, content)
    tracemalloc.start()
    with pytest.raises(TableUnreadable, match="too large when unpacked"):
        open_table(path)
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    tracemalloc.stop()


def test_a_text_longer_than_a_block_is_refused_although_it_is_packed_badly(tmp_path: Path) -> None:
    noise = os.urandom(1_500_000).hex().encode()
    with pytest.raises(TableUnreadable, match="too large when unpacked"):
        open_table(grown(tmp_path, SHEET, b"ROWS<row><c><is><t>" + noise + b"</t></is></c></row>"))


def test_a_large_workbook_of_petitions_is_read(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["编号", "内容"])
    for number in range(1000):
        sheet.append([number, f"第 {number} 件：三号楼的消火栓没有水，请来看看。" * 20])
    book.save(tmp_path / "large.xlsx")
    assert len(petitions(tmp_path / "large.xlsx")) == 1000
