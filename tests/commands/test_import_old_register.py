"""`huiyin import --old-register` as a user meets it."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from huiyin import cli
from huiyin.casework.models import Attachment, Case, Duty, Text
from huiyin.casework.sealed.texts import read_texts
from huiyin.people.models import Organisation
from tests.cast import Cast, make_cast

HEADER = "信访编号,收件日期,状态,信访形式,姓名,主要内容,信访目的,处理结果,承办单位,承办人,受理日期,答复日期,结案日期,附件,领导批示\n"
ROWS = (
    "2025-1,2026-02-01,办理中,来信,王宁,楼道堆物。,申诉求决,,临江防火处,,2026-02-05,,,,请抓紧\n"
    "2025-2,2025-03-01,已办结,来访,李平,路灯不亮。,申诉求决,解释说明,临江防火处,,2025-03-05,2025-04-01,2025-05-08,现场.txt,\n"
    "2025-3,2025-06-01,搁置,来电,赵安,噪声。,申诉求决,,临江防火处,,2025-06-05,,,,\n"
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(HEADER + ROWS)
    with zipfile.ZipFile(tmp_path / "papers.zip", "w") as archive:
        archive.writestr("附件/现场.txt", "现场查看记录。")
    return path


def run(path: Path, *more: str) -> int:
    documents = ("--papers", str(path.with_name("papers.zip")))
    return cli.main(
        ["import", str(path), "--organisation", "lj", "--channel", "letter", "--old-register", *documents, *more]
    )


def result_lines(path: Path) -> list[dict[str, str]]:
    with path.with_name(path.name + ".report.csv").open(encoding="utf-8-sig", newline="") as listing:
        return list(csv.DictReader(listing))


def words(case: Case) -> str:
    return " ".join(read_texts(Text.objects.filter(case=case.id).values_list("id", flat=True)).values())


def test_a_dry_run_says_what_would_come_of_each_row_and_when_something_is_due(cast: Cast, register: Path) -> None:
    assert run(register, "--dry-run") == 1
    rows = result_lines(register)
    assert [(row["number"], row["fate"]) for row in rows] == [
        ("2025-1", "new"),
        ("2025-2", "new"),
        ("2025-3", "rejected"),
    ]
    assert (rows[0]["stage"], rows[0]["due"], rows[1]["stage"]) == ("办理中", "2026-04-07", "已办结")
    assert (rows[2]["field"], rows[2]["code"]) == ("stage", "unknown")
    assert "搁置" not in rows[2]["reason"] and "办理中" in rows[2]["reason"]
    assert not Case.objects.exists()


def test_every_row_is_brought_in_or_rejected_and_the_count_comes_out(
    cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(register, "--json") == 1
    summary = json.loads(capsys.readouterr().out)
    assert (summary["read"], summary["new"], summary["rejected"], summary["unaccounted"]) == (3, 2, 1, 0)
    assert summary["unknown_columns"] == ["领导批示"]
    assert summary["ended"] == 1
    assert set(Case.objects.values_list("old_number", "stage")) == {("2025-1", "assigned"), ("2025-2", "closed")}
    assert Attachment.objects.count() == 1
    assert Duty.objects.filter(kind="handle").count() == 1


def test_the_command_says_that_who_runs_it_answers_for_what_has_ended_and_records_that(
    cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(register)
    assert "1 of them had ended" in (told := capsys.readouterr().out) and "answers for it" in told
    said = {case.old_number: words(case) for case in Case.objects.all()}
    assert "huiyin import" in said["2025-2"] and "huiyin import" not in said["2025-1"]


def test_a_second_run_brings_in_what_was_put_right_and_nothing_twice(
    cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(register)
    register.write_text(register.read_text().replace("搁置", "办理中"))
    capsys.readouterr()
    assert run(register, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["new"], summary["already"], summary["rejected"]) == (1, 2, 0)
    assert Case.objects.count() == 3


def test_a_column_that_may_hold_a_promised_day_has_to_be_settled_first(
    cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register.write_text(register.read_text().replace("领导批示", "应办结日"))
    assert run(register) == 1
    assert "应办结日" in capsys.readouterr().err and not Case.objects.exists()
    assert run(register, "--nothing", "应办结日", "--dry-run") == 1
    assert len(result_lines(register)) == 3


def test_a_table_of_too_many_columns_is_refused(cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register.write_text(HEADER.strip() + "," + ",".join(f"c{number}" for number in range(300)) + "\n" + ROWS)
    assert run(register) == 1
    assert "200 columns" in capsys.readouterr().err


def test_words_of_the_register_are_mapped_by_a_file(cast: Cast, register: Path, tmp_path: Path) -> None:
    from huiyin.channels.register.columns import preview

    columns = dict(preview(register).guessed)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"columns": columns, "words": {"stage": {"搁置": "accepted"}}}))
    assert run(register, "--mapping", str(mapping)) == 0
    assert Case.objects.get(old_number="2025-3").stage == "accepted"


def test_petitions_of_before_2022_need_the_rulebook_of_then(cast: Cast, register: Path) -> None:
    register.write_text(HEADER + ROWS.splitlines()[1].replace("2025-0", "2021-0").replace("2025-2", "2021-2") + "\n")
    register.write_text(register.read_text().replace("2025-04", "2021-04").replace("2025-05", "2021-05"))
    assert run(register) == 1
    assert "2022-05-01" in result_lines(register)[0]["reason"]
    assert run(register, "--earlier", "national-2005") == 0
    assert Case.objects.get().rulebook == "national-2005@2"


def test_what_is_wrong_with_the_command_is_said_in_a_line(
    cast: Cast, register: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(register, "--set", "colour=red") == 2
    assert "colour=red" in capsys.readouterr().err
    assert run(register, "--earlier", "nobody") == 1
    register.write_text("甲,乙\n1,2\n")
    assert run(register) == 1
    assert "number" in capsys.readouterr().err
    assert not Organisation.objects.filter(code="none").exists()
