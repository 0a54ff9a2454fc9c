"""`huiyin import` as a user meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from huiyin import cli
from huiyin.casework.models import Case
from huiyin.people.models import Organisation
from tests.channels.test_imports import bureau
from tests.channels.workbooks import number, row, workbook

__all__ = ["bureau"]

HEADER = "id,user,title,time,text,likes\n"
ROWS = "1,林一,漏水,2026-02-27 10:15:00,消火栓漏水。,0\n2,林二,堵路,2026-02-28 08:00:00,消防通道被占。,1\n"


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    path = tmp_path / "messages.csv"
    path.write_text(HEADER + ROWS + "3,林三,空,2026-02-28 08:00:00,,0\n")
    return path


def run(path: Path, *more: str) -> int:
    return cli.main(["import", str(path), "--organisation", "bureau", "--channel", "web", *more])


def test_the_report_counts_rows_and_lists_the_rejected(
    bureau: Organisation, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(messages, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["read"], told["imported"], told["already"], told["rejected"]) == (3, 2, 0, 1)
    assert told["unknown_columns"] == ["likes"]
    assert (told["lines"], told["unaccounted"], told["left"]) == (4, 0, 0)
    assert told["skipped"] == [{"from": 1, "to": 1, "why": "header"}]
    with open(told["report"], encoding="utf-8-sig", newline="") as listing:
        (rejected,) = csv.DictReader(listing)
    assert (rejected["line"], rejected["id"], rejected["field"]) == ("4", "3", "text")
    assert rejected["reason"]


def test_a_file_that_comes_in_whole_ends_with_0_and_a_workbook_says_which_sheet_it_was(
    bureau: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        *(row(1, "某局信访台账"), row(2, "编号", "姓名", "内容"), row(3, "1", "林一", "消火栓漏水。")),
        before={"字典*": row(1, "内容", "选项")},
    )
    assert run(path) == 0
    said = capsys.readouterr().out
    assert "sheet 台账: 1 rows read: 1 brought in" in said
    assert "lines skipped: 1 (title), 2 (header)" in said
    assert "sheet not read: 字典 (hidden), 1 rows" in said


def test_a_row_that_cannot_be_read_is_rejected_with_the_cell_and_the_remedy(
    bureau: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = "1", "林一", number("C2", "1.10105198005012e+17"), "消火栓漏水。"
    assert run(workbook(tmp_path / "a.xlsx", row(1, "编号", "姓名", "身份证号", "内容"), row(2, *cells)), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    with open(told["report"], encoding="utf-8-sig", newline="") as listing:
        (rejected,) = csv.DictReader(listing)
    assert (rejected["line"], rejected["id"], rejected["code"]) == ("2", "1", "rounded")
    assert "C2" in rejected["reason"] and "设为文本" in rejected["reason"]
    assert Case.objects.count() == 0


def test_a_line_in_another_encoding_is_listed_and_the_others_come_in(
    bureau: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes((HEADER + ROWS).encode() + "林三,林三,噪声,2026-02-28,夜间施工扰民。,0\n".encode("gbk"))
    assert run(path) == 1
    assert "3 rows read: 2 brought in, 0 in already, 1 rejected" in capsys.readouterr().out
    assert "encoding" in (tmp_path / "mixed.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_the_same_file_again_brings_in_nothing_more(
    bureau: Organisation, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(messages)
    run(messages)
    assert "0 brought in, 2 in already, 1 rejected" in capsys.readouterr().out
    assert Case.objects.count() == 2


def test_a_limit_and_a_later_run_go_on_where_it_ended(
    bureau: Organisation, messages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(messages, "--limit", "1") == 0
    assert "left for a later run: 2" in capsys.readouterr().out
    assert Case.objects.count() == 1
    assert run(messages) == 1  # the last row is rejected
    assert Case.objects.count() == 2


def test_a_dry_run_writes_only_the_report(bureau: Organisation, messages: Path, tmp_path: Path) -> None:
    report = tmp_path / "elsewhere.csv"
    assert run(messages, "--dry-run", "--report", str(report)) == 1
    assert Case.objects.count() == 0
    assert len(report.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (["--organisation", "moon"], 1, "known: bureau"),
        (["--channel", "pigeon"], 2, "letter, visit"),
        (["--limit", "0"], 2, "at least 1"),
        (["--report", "/nowhere/report.csv"], 1, "--report"),
    ],
)
def test_misuse_is_told_in_one_line(
    bureau: Organisation, messages: Path, capsys: pytest.CaptureFixture[str], more: list[str], status: int, said: str
) -> None:
    assert run(messages, *more) == status
    told = capsys.readouterr().err
    assert said in told
    assert len(told.strip().splitlines()) == 1


def test_a_file_that_does_not_exist_is_told_in_one_line(
    bureau: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "nothing.csv") == 1
    assert "nothing.csv" in capsys.readouterr().err
