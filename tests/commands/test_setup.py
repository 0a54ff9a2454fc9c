"""`huiyin setup` and `huiyin organisation` as whoever runs an installation uses them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.commands.running import Huiyin
from tests.installation import Installation

pytestmark = pytest.mark.slow

NAMES = ("周正", "郑好", "冯严", "褚亮", "卫东", "蒋平", "沈静", "韩冰", "杨柳")


def filled_sheet(installation: Installation, folder: Path, book: str) -> Path:
    """The sheet that the rulebook needs, with somebody of their own in each unit."""
    sheet = folder / "staff.csv"
    assert installation.run("setup", "--suggest", book, "--output", str(sheet)).returncode == 0
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    units = list(dict.fromkeys(row[0] for row in rows))
    for row in rows:
        row[header.index("姓名")] = NAMES[units.index(row[0])]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return sheet


@pytest.mark.exhaustive  # installations: one of each push is set up on pages, tests/e2e/test_setting_up.py
@pytest.mark.parametrize("book", ["street-office", "company", "science-bureau"])
def test_an_office_is_made_from_a_sheet_and_a_matter_comes_to_its_end(
    bare_installation: Installation, tmp_path: Path, book: str
) -> None:
    sheet = filled_sheet(bare_installation, tmp_path, book)
    said = ("--code", "linjiang", "--name", "临江单位", "--rulebook", book, "--administrator", "zhouzheng")
    said += ("--superior-name", "临江市信访局", "--address", "滨江路1号", "--phone", "000-1", "--paper-code", "临信")
    made = bare_installation.run("setup", "--staff", str(sheet), *said, "--json")
    assert made.returncode == 0, made.stderr
    data = json.loads(made.stdout)
    assert (data["done"], data["rehearsal"]["ended"], data["rehearsal"]["stuck"]) == (True, True, [])
    assert {step["action"] for step in data["rehearsal"]["steps"]} >= {"受理", "归档"}
    assert len(data["invitations"]) >= 4
    lacking = {lack["code"] for lack in data["missing"]}
    assert "one-administrator" in lacking and "no-superior" not in lacking
    again = json.loads(bare_installation.run("setup", "--staff", str(sheet), *said, "--json").stdout)
    assert (again["changes"], again["invitations"]) == ([], [])
    kept = tmp_path / "kept.yaml"
    assert bare_installation.run("organisation", "export", str(kept)).returncode == 0
    assert kept.stat().st_mode & 0o077 == 0
    assert all(part in kept.read_text() for part in ("临江市信访局", "滨江路1号", "临信"))
    assert "nothing to do" in bare_installation.run("organisation", "apply", str(kept)).stdout
    assert "everything is as it should be" in bare_installation.run("ledger", "verify").stdout


@pytest.mark.django_db
def test_what_is_wrong_is_told_and_nothing_is_made(huiyin: Huiyin, tmp_path: Path) -> None:
    file = tmp_path / "office.yaml"
    file.write_text(
        "organisations:\n  - {code: jd, name: 街道, rulebook: street-office, units: [{code: 1, name: a, parent: 1}]}\n"
    )
    wrong = huiyin("setup", "--file", str(file))
    assert wrong.status == 1
    assert "office.yaml:2: organisations.0.units.0.parent" in wrong.err
    assert huiyin("organisation", "export").status == 1
    for line, status in (
        (("setup",), 2),
        (("setup", "--file", str(file), "--staff", str(file)), 2),
        (("setup", "--staff", str(file)), 2),
        (("setup", "--file", str(tmp_path / "missing.yaml")), 1),
        (("setup", "--suggest", "no-such-book"), 1),
        (("organisation", "apply", str(file), "--by", "nobody"), 2),
    ):
        ended = huiyin(*line)
        assert (ended.status, bool(ended.err)) == (status, True), line


def test_a_demonstration_is_no_office_of_ones_own(staffed: Installation) -> None:
    for line in (("setup", "--page"), ("setup", "--file", "x.yaml")):
        refused = staffed.run(*line)
        assert refused.returncode == 1
        assert "HUIYIN_HOME of its own" in refused.stderr
