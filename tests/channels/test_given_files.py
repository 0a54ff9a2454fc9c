"""Small files that once went wrong, as they were handed to us: what each must give (``given``)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from huiyin.channels.moments import read_moment
from huiyin.channels.table import SheetRow, TableUnreadable, open_table

GIVEN: Final = Path(__file__).parent / "given"
FAULTS: Final = {
    "dim_cols.xlsx": [[], [], []],
    "emptyfill.xlsx": [[], [], []],
    "extra.csv": [["ragged"], ["ragged"]],
    "formula.xlsx": [["error-cell"], ["error-cell", "error-cell"]],
    "headers2.xlsx": [[]],
    "hidden.xlsx": [[], [], []],
    "merged.xlsx": [["merged", "merged"], ["merged", "merged"]],
    "mixed.csv": [[], [], ["encoding"]],
    "ragged.csv": [["ragged"]],
    "rounded.xlsx": [["rounded"]],
    "serial.xlsx": [[]] * 14,
    "strict.xlsx": [[], [], []],
    "swallow.csv": [["unclosed"], [], [], []],
    "titlerow.xlsx": [[], [], []],
    "trunc_bom_ascii.csv": [[], [], ["encoding"]],
    "wps_dim.xlsx": [[], [], []],
    "x000d.xlsx": [[], [], []],
}
"""What is wrong with each row of petitions, one after the other; rows with nothing wrong come in."""


def petitions(name: str) -> list[SheetRow]:
    """The rows of a file that are petitions, after every line of it was accounted for."""
    table = open_table(GIVEN / name)
    lines = list(table.lines())
    assert sum(line.lines for line in lines) == table.raw
    return [line for line in lines if line.skip is None]


@pytest.mark.parametrize("name", FAULTS)
def test_each_row_of_a_file_comes_in_or_is_named_with_what_is_wrong(name: str) -> None:
    assert [[fault.code for fault in row.faults] for row in petitions(name)] == FAULTS[name]


def test_big5_is_told_and_every_file_that_was_given_is_tried() -> None:
    with pytest.raises(TableUnreadable, match="Big5"):
        open_table(GIVEN / "big5.csv")
    assert {file.name for file in GIVEN.iterdir()} == {*FAULTS, "big5.csv"}


def test_phones_line_breaks_and_the_sheet_with_the_register_are_read() -> None:
    assert [row.values["phone"] for row in petitions("dim_cols.xlsx")] == [f"1380000000{n}" for n in (1, 2, 3)]
    assert [row.values["text"] for row in petitions("x000d.xlsx")] == [
        "第一行\n第二行",
        "甲\n乙",
        "文件名 _x000D_ 原样",
    ]
    hidden = open_table(GIVEN / "hidden.xlsx")
    assert [row.values["id"] for row in petitions("hidden.xlsx")] == ["A1", "A2", "A3"]
    assert [sheet.hidden for sheet in hidden.others] == [True]
    assert [line.skip for line in open_table(GIVEN / "titlerow.xlsx").lines()][:2] == ["title", "header"]


def test_of_fourteen_spellings_of_a_day_the_sure_ones_are_read() -> None:
    read = {str(row.values.get("time")): read_moment(row.values.get("time")) for row in petitions("serial.xlsx")}
    assert {written for written, moment in read.items() if moment is None} == {"3/2/2026", "09:30:00"}


@pytest.mark.parametrize("spoilt", ["楼\ufffd道", "锟斤拷", "楼\0道"])
def test_a_row_whose_text_was_lost_before_it_reached_us_is_named(spoilt: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ("编号,姓名,标题,时间,内容", "1,何一,楼道,2026-03-02,堵了", f"2,何二,楼道,2026-03-02,{spoilt}")
    path.write_text("\n".join(rows), encoding="utf-8")
    faults = [[fault.code for fault in line.faults] for line in open_table(path).lines()]
    assert faults == [[], [], ["encoding"]]
