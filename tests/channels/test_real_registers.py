"""Registers as office programs and people leave them: no row is lost, none is brought in by half, and every line is accounted for."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from huiyin.channels.moments import read_moment
from huiyin.channels.table import Sheet, SheetRow, TableUnreadable, open_table
from tests.channels.workbooks import HEADER, MAIN, RELATIONS, number, packed, renamed, row, workbook

FIRST = ("A1", "林一", "漏水", "2026-03-02", "消火栓漏水", "13800000001")
SECOND = ("A2", "林二", "堵路", "2026-03-02", "通道被占", "13800000002")
COLUMNS = "id,user,title,time,text\n"


def read(path: Path) -> tuple[Sheet, list[SheetRow]]:
    """A file and its petitions, after every line was accounted for against the count of raw ones."""
    table = open_table(path)
    lines = list(table.lines())
    assert sum(line.lines for line in lines) == table.raw
    return table, [line for line in lines if line.skip is None]


def register(folder: Path, *rows: tuple[str, ...], **how: object) -> Path:
    lines = [row(at, *cells) for at, cells in enumerate((HEADER, *rows), 1)]
    return workbook(folder / "register.xlsx", *lines, **how)  # type: ignore[arg-type]


def csv(folder: Path, content: bytes) -> Path:
    path = folder / "register.csv"
    path.write_bytes(content)
    return path


def codes(lines: list[SheetRow]) -> list[list[str]]:
    return [[fault.code for fault in line.faults] for line in lines]


# --- workbooks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", ["A1", "A1:E4", "A1:XFD1048576"])
def test_what_the_workbook_says_of_its_size_is_not_believed(tmp_path: Path, dimension: str) -> None:
    _table, lines = read(register(tmp_path, FIRST, SECOND, dimension=dimension))
    assert [line.values["phone"] for line in lines] == ["13800000001", "13800000002"]


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    strict = (
        (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )
    _table, lines = read(renamed(register(tmp_path, FIRST), *strict))
    assert lines[0].values["text"] == "消火栓漏水"


def test_parts_with_backslashes_cells_without_names_and_rows_further_down_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", row(3, *HEADER), row(7, *FIRST), row(9, *SECOND))
    with zipfile.ZipFile(path) as archive:
        parts = {name.replace("/", "\\"): archive.read(name) for name in archive.namelist()}
    _table, lines = read(packed(path, parts))
    assert [(line.number, line.values["id"]) for line in lines] == [(7, "A1"), (9, "A2")]


def test_escapes_of_control_characters_are_line_breaks_and_escaped_ones_are_themselves(tmp_path: Path) -> None:
    texts = ("第一行_x000D_\n第二行", "甲_x000B_乙", "文件 _x005F_x000D_ 原样")
    _table, lines = read(register(tmp_path, *((*FIRST[:4], text) for text in texts)))
    assert [line.values["text"] for line in lines] == ["第一行\n第二行", "甲\n乙", "文件 _x000D_ 原样"]


def test_a_title_above_the_header_is_skipped_and_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", row(1, "某局信访台账"), row(2, *HEADER), row(3, *FIRST), merged=("A1:F1",))
    assert [(line.number, line.skip) for line in open_table(path).lines()] == [(1, "title"), (2, "header"), (3, None)]


def test_headers_with_notes_and_line_breaks_are_understood(tmp_path: Path) -> None:
    header = ("*编号", "姓名（必填）", "标题：", "时间[选填]", "内容", "联系\n电话")
    table, _lines = read(workbook(tmp_path / "a.xlsx", row(1, *header), row(2, *FIRST)))
    assert (table.columns, table.unknown) == (("id", "name", "title", "time", "text", "phone"), ())


def test_the_sheet_with_the_register_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    table, lines = read(register(tmp_path, FIRST, before={"字典*": row(1, "内容", "选项") + row(2, "下拉", "x")}))
    assert (table.name, len(lines)) == ("台账", 1)
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in table.others] == [("字典", True, 2)]


def test_of_two_registers_none_is_guessed_and_the_named_one_is_read(tmp_path: Path) -> None:
    path = register(tmp_path, FIRST, before={"一月": row(1, *HEADER) + row(2, *SECOND)})
    with pytest.raises(TableUnreadable, match=r"一月, 台账.*--sheet"):
        open_table(path)
    assert [line.values["id"] for line in open_table(path, "一月").lines() if line.skip is None] == ["A2"]
    with pytest.raises(TableUnreadable, match="no sheet 二月"):
        open_table(path, "二月")


def test_cells_with_errors_and_formulas_without_result_are_named(tmp_path: Path) -> None:
    formula = '<c r="E2"><f>CONCATENATE("消火","栓")</f><v/></c>'
    errors = '<c r="B3" t="e"><v>#N/A</v></c>', '<c r="E3" t="e"><v>#REF!</v></c>'
    empty = '<c r="F4" t="str"><f>IF(1,"","")</f><v></v></c>'
    path = register(
        tmp_path,
        ("F1", "林一", "漏水", "2026-03-02", formula),
        ("F2", errors[0], "漏水", "", errors[1]),
        (*FIRST[:5], empty),
    )
    _table, lines = read(path)
    assert [[(fault.code, fault.cell) for fault in line.faults] for line in lines] == [
        [("error-cell", "E2")],
        [("error-cell", "B3"), ("error-cell", "E3")],
        [],
    ]


def test_rows_that_share_a_cell_are_rejected_both(tmp_path: Path) -> None:
    _table, lines = read(register(tmp_path, FIRST, ("", "林二"), SECOND, merged=("A2:A3", "E2:E3")))
    assert codes(lines) == [["merged", "merged"], ["merged", "merged"], []]


def test_a_number_of_more_than_fifteen_digits_is_not_trusted_and_a_phone_is(tmp_path: Path) -> None:
    header = row(1, "编号", "内容", "身份证号", "电话")
    rounded = row(2, "R1", "一", number("C2", "1.10105198005012e+17"), number("D2", "13800000001"))
    _table, (line,) = read(workbook(tmp_path / "a.xlsx", header, rounded))
    assert [(fault.code, fault.cell) for fault in line.faults] == [("rounded", "C2")]
    assert line.values["phone"] == "13800000001"


def test_a_cell_outside_the_header_is_told_and_a_cell_far_outside_refuses_the_file(tmp_path: Path) -> None:
    _table, lines = read(register(tmp_path, (*FIRST, "又及"), SECOND))
    assert codes(lines) == [["no-header"], []]
    with pytest.raises(TableUnreadable, match="row 1048576"):
        open_table(
            workbook(tmp_path / "b.xlsx", row(1, *HEADER), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
        )


def test_a_row_of_blanks_is_no_row(tmp_path: Path) -> None:
    table, lines = read(register(tmp_path, FIRST, (" ", "　"), SECOND))
    assert (table.raw, [line.number for line in lines]) == (3, [2, 4])


@pytest.mark.parametrize(
    "content", ["<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>", "<worksheet>", "<worksheet><row r='x'/></worksheet>"]
)
def test_a_sheet_that_is_no_xml_or_declares_entities_is_refused(tmp_path: Path, content: str) -> None:
    path = register(tmp_path, FIRST)
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    with pytest.raises(TableUnreadable, match="no XLSX workbook"):
        open_table(packed(path, parts | {"xl/worksheets/sheet1.xml": content}))


# --- comma-separated values -----------------------------------------------------------------------------------------


def test_one_damaged_character_spoils_its_line_and_not_the_file(tmp_path: Path) -> None:
    sound = "1,林一,漏水,2026-03-02,消火栓漏水\n2,林二,堵路,2026-03-02,通道被占\n".encode()
    for content in (
        b"\xef\xbb\xbf" + COLUMNS.encode() + "3,林三,噪声,2026-03-02,扰民\n".encode()[:-2] + b"\n" + sound,
        COLUMNS.encode() + "3,林三,噪声,2026-03-02,夜间施工扰民\n".encode("gbk") + sound,
    ):
        table, lines = read(csv(tmp_path, content))
        assert (table.encoding, codes(lines)) == ("utf-8-sig", [["encoding"], [], []])


def test_one_damaged_character_in_gb_18030_spoils_its_line(tmp_path: Path) -> None:
    content = (
        f"{COLUMNS}1,林一,漏水,2026-03-02,消火栓漏水\n2,林二,堵路,2026-03-02,占\n3,林三,噪声,2026-03-02,扰民\n".encode(
            "gb18030"
        )
    )
    table, lines = read(csv(tmp_path, content.replace("占\n".encode("gb18030"), b"\xff\n")))
    assert (table.encoding, codes(lines)) == ("gb18030", [[], ["encoding"], []])


def test_big5_is_told_and_never_read_as_something_else(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match=r"Big5.*UTF-8"):
        open_table(csv(tmp_path, f"{COLUMNS}1,林一,漏水,2026-03-02,消防栓漏水請修理\n".encode("big5")))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_unicode_text_of_a_spreadsheet_is_told_what_it_is(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(TableUnreadable, match=r"UTF-16.*UTF-8"):
        open_table(csv(tmp_path, f"{COLUMNS}1,林一,漏水,2026-03-02,修理\n".encode(encoding)))


@pytest.mark.parametrize("between", ["\t", ";"])
def test_other_signs_between_the_cells_are_understood(tmp_path: Path, between: str) -> None:
    text = f"sep={between}\n{COLUMNS}1,林一,漏水,2026-03-02,修理\n2,林二,漏水,2026-03-02\n".replace(",", between)
    _table, lines = read(csv(tmp_path, text.encode()))
    assert codes(lines) == [[], ["ragged"]]


def test_a_quote_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    rows = '1,林一,漏水,2026-03-02,"他说""明天修""\n' + "".join(f"{n},林二,漏水,2026-03-02,二\n" for n in (2, 3, 4))
    _table, lines = read(csv(tmp_path, (COLUMNS + rows).encode()))
    assert codes(lines) == [["unclosed"], [], [], []]


@pytest.mark.parametrize(
    "swallowed", ['1,林一,漏水,2026-03-02,"一\n2,林二,漏水,2026-03-02,二"\n', '1,林一,漏水,"2026\n2,林二"\n']
)
def test_a_record_that_may_have_swallowed_a_line_is_rejected_line_by_line(tmp_path: Path, swallowed: str) -> None:
    _table, lines = read(csv(tmp_path, (COLUMNS + swallowed + "3,林三,漏水,2026-03-02,三\n").encode()))
    assert [bool(found) for found in codes(lines)] == [True, True, False]


def test_rows_with_more_or_fewer_cells_than_the_header_are_rejected_and_commas_at_the_end_are_not(
    tmp_path: Path,
) -> None:
    rows = "1,林一,漏水,2026-03-02,漏水,很久了,要求\n2,林二,漏水,2026-03-02\n3,林三,漏水,2026-03-02,三,,\n,,,,,,\n"
    table, lines = read(csv(tmp_path, (COLUMNS + rows).encode()))
    assert codes(lines) == [["ragged"], ["ragged"], []]
    assert [line.number for line in table.lines() if line.skip == "empty"] == [5]


def test_errors_and_shortened_numbers_that_a_program_exported_are_rejected(tmp_path: Path) -> None:
    content = "id,text,phone,id_number\n1,#REF!,13800000001,\n2,二,####,\n3,三,13800000001,1.10105E+17\n4,四号楼#2,,\n"
    _table, lines = read(csv(tmp_path, content.encode()))
    assert codes(lines) == [["error-cell"], ["error-cell"], ["rounded"], []]


# --- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "46083.39583",
        46083.3958333333,
        "2026.3.2 9:30",
        "2026年3月2日 9时30分",
        "2026年3月2日 09:30",
        "2026-3-2 上午9:30",
        "2026/3/2 9:30:00",
        "2026-03-02T01:30:00Z",
        "二〇二六年三月二日 9:30",
        "２０２６-３-２ ９：３０",
        "2026年3月2日9点30分",
    ],
)
def test_a_moment_is_read_in_the_spellings_of_registers(written: object) -> None:
    moment = read_moment(written)
    assert moment is not None and moment == datetime.fromisoformat("2026-03-02T09:30:00+08:00")


@pytest.mark.parametrize("written", [46083.0, "2026.03.02", "20260302", 20260302.0, "二〇二六年三月二日", "2026/3/2"])
def test_a_day_alone_begins_at_midnight_in_china(written: object) -> None:
    assert read_moment(written) == datetime.fromisoformat("2026-03-02T00:00:00+08:00")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("二〇二六年十二月三十一日", "2026-12-31"),
        ("二〇二五年十月二十日", "2025-10-20"),
        ("二〇二五年十一月十日", "2025-11-10"),
    ],
)
def test_chinese_numerals_are_read(written: str, day: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(f"{day}T00:00:00+08:00")


@pytest.mark.parametrize(
    "written",
    [
        "3/2/2026",
        "26-3-2",
        "9:30",
        0.395,
        7.0,
        "2026-3/2",
        "2026-3-2 上午12:30",
        "2026.2.30",
        "2026-3-2 9:99",
        "某日",
        True,
        None,
    ],
)
def test_what_names_no_moment_for_certain_is_not_guessed(written: object) -> None:
    assert read_moment(written) is None
