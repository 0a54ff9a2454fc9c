"""What is typed in a terminal to set up an organisation: asked again where it cannot be used."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter

from huiyin.commands.staff.setup import _ask_about, _ask_administrators, _ask_reception, _ask_staff, reception_time

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("line", "weekdays"),
    [("1-5 9:00-11:30", [1, 2, 3, 4, 5]), (" 2,4 9:00 – 11:30 ", [2, 4]), ("3 9:00-11:30", [3])],
)
def test_a_reception_time_is_written_as_people_write_it(line: str, weekdays: list[int]) -> None:
    assert reception_time(line) == {"weekdays": weekdays, "begins": "9:00", "ends": "11:30"}


@pytest.mark.parametrize(
    "line", ["5-1 9:00-11:30", "1-5 九点", "8 9:00-11:30", "1-5 9:99-11:30", "1-5 17:00-9:00", "1 9:00"]
)
def test_what_cannot_be_understood_is_asked_again(line: str) -> None:
    assert reception_time(line) is None


def test_a_code_that_cannot_be_used_is_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("lin jiang\nlinjiang\n"))
    assert _ask_about("code", "Code", "") == "linjiang"
    assert "'lin jiang'" not in (said := capsys.readouterr().out) and "lin jiang" in said


def test_reception_times_that_were_given_stay_where_nothing_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [reception_time("1-5 9:00-11:30")]
    monkeypatch.setattr("sys.stdin", StringIO("\n"))
    assert _ask_reception([one for one in given if one]) == given


@pytest.mark.django_db
def test_administrators_are_two_whom_the_sheet_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    post = {"unit": "10", "parent": "", "unit_name": "办公室", "post": "登记员", "roles": "registrar"}
    staff = [{**post, "name": "周正"}, {**post, "name": "郑好"}]
    monkeypatch.setattr("sys.stdin", StringIO("zhouzheng\nzhouzheng wangwu\nzhouzheng zhenghao\n"))
    found = _ask_administrators({"code": "lj", "rulebook": "street-office", "staff": staff})
    assert found == ["zhouzheng", "zhenghao"]
    assert "wangwu" in capsys.readouterr().out


def test_the_sheet_shows_who_was_given_before_and_is_read_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sheet, answers = tmp_path / "staff.csv", {"rulebook": "street-office"}
    monkeypatch.setattr("sys.stdin", StringIO("\n\n\n"))
    needed = _ask_staff(sheet, answers)
    assert {row["roles"] for row in needed} >= {"接待登记人", "联系人"} and not any(row["name"] for row in needed)
    sheet.unlink()
    filled = [{**needed[0], "name": "周正"}]
    assert _ask_staff(sheet, answers | {"staff": filled}) == filled
    assert "周正" in sheet.read_text(encoding="utf-8-sig")
    with xlsxwriter.Workbook(tmp_path / "staff.xlsx") as book:
        page = book.add_worksheet()
        for number, line in enumerate(
            (["部门编号", "部门", "岗位", "角色", "姓名"], ["20", "信访办", "登记员", "接待登记人", "郑好"])
        ):
            page.write_row(number, 0, line)
    assert [row["name"] for row in _ask_staff(sheet, answers)] == ["郑好"]
