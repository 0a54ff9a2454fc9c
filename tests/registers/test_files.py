"""Files of a register carry nothing out, and say whose they are."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from huiyin.registers.files import as_csv, as_xlsx
from huiyin.registers.formulas import harmless

DANGEROUS = ("=1+1", "+1", "@SUM(A1)", "-1+1", "\t=1", "\r=1", " =1", '=HYPERLINK("http://example.org")', "-")


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_cell_that_begins_like_a_formula_is_shown_and_not_carried_out(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    written = as_csv("张三", ["标题"], [[cell]]).decode("utf-8-sig")
    assert list(csv.reader(StringIO(written, newline="")))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["路灯", "", "-12", "3", "LJ-20260302-123456", "a=b"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_workbook_holds_texts_alone_below_whose_it_is() -> None:
    made = as_xlsx("临江信访台账", "由 张三 导出", ["编号", "标题"], [["1", cell] for cell in DANGEROUS])
    sheet = openpyxl.load_workbook(BytesIO(made)).active
    rows = list(sheet.iter_rows())
    assert [rows[0][0].value, rows[1][0].value] == ["临江信访台账", "由 张三 导出"]
    assert [cell.value for cell in rows[2]] == ["编号", "标题"]
    assert {cell.data_type for row in rows[3:] for cell in row} == {"s"}
    assert "张三" in sheet.oddFooter.left.text


def test_the_last_line_of_csv_says_whose_it_is() -> None:
    assert as_csv("由 张三 导出", ["编号"], []).decode("utf-8-sig") == "编号\r\n由 张三 导出\r\n"
