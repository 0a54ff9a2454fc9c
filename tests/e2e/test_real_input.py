"""The main job on real input: messages come in through the command line and are taken to their answers through REST."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.e2e.walker import ANSWERED, Walker
from tests.installation import Installation

ORGANISATION = "lj"
REAL_ROWS, REAL_WALKS = 500, 50
OWN_ROWS, OWN_WALKS = 20, 6

PLACES = ("江边里", "晨光苑", "和风小区", "柳荫巷")
TROUBLES = (
    "消防通道被私家车长期占用,救护车都进不来,请组织清理。",
    "楼下仓库堆放油漆,没有灭火器,夜里有人抽烟,请派人检查。",
    "消火栓没有水,上月报修至今无人来,请告知何时修好。",
    "自建房加盖后挡住了逃生楼梯,住户多次劝说无果,请依规处理。",
    "培训班收费没有发票,说是贵局指定,请核实并答复。",
)


def accounts_in(installation: Installation) -> list[dict[str, Any]]:
    """The accounts of the organisation in an installation that has those of the demonstration."""
    made = json.loads((installation.home / "demo.json").read_text())
    return [account for account in made["accounts"] if account["organisation"] == ORGANISATION]


def bring_in(installation: Installation, file: Path, report: Path, rows: int) -> dict[str, int]:
    """Import the first rows of a file; what the command counted."""
    limits = ("--limit", str(rows), "--report", str(report), "--json")
    done = installation.run("import", str(file), "--organisation", ORGANISATION, "--channel", "web", *limits)
    assert done.returncode == 0, done.stderr[-1000:]
    told: dict[str, int] = json.loads(done.stdout)
    return told


def walk(installation: Installation, accounts: list[dict[str, Any]], matters: int) -> list[str]:
    """Serve the installation and take the newest matters to their answers; the stages in which they stand."""
    installation.start()
    walker = Walker(installation.url, accounts, timezone.localdate())
    numbers: list[str] = []
    registrar = next(account for account in accounts if account["username"] == "lj-registrar")
    page = ""
    while len(numbers) < matters:
        answer = walker.as_staff(registrar, f"/cases?page={page}").body
        numbers += [item["no"] for item in answer["items"]]
        page = answer["next"]
        if not page:
            break
    assert len(numbers) >= matters
    stages = [walker.walk(no) for no in numbers[:matters]]
    verified = installation.run("ledger", "verify")
    assert verified.returncode == 0, verified.stdout[-1000:] + verified.stderr[-1000:]
    return stages


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.rarely_on_postgresql
def test_made_up_messages_are_brought_in_and_answered(staffed: Installation, tmp_path: Path) -> None:
    accounts = accounts_in(staffed)
    file, report = tmp_path / "messages.csv", tmp_path / "rejected.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["编号", "信访人", "标题", "时间", "内容"])
        for n in range(OWN_ROWS):
            text = f"{PLACES[n % 4]}{n + 1}号:{TROUBLES[n % 5]}"
            writer.writerow([n + 1, f"住户{n + 1}", TROUBLES[n % 5][:8], f"2026-02-{n + 1:02d} 09:30:00", text])
    told = bring_in(staffed, file, report, OWN_ROWS)
    assert (told["imported"], told["rejected"]) == (OWN_ROWS, 0)
    again = bring_in(staffed, file, report, OWN_ROWS)
    assert (again["imported"], again["already"]) == (0, OWN_ROWS)
    assert set(walk(staffed, accounts, OWN_WALKS)) <= ANSWERED


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.rarely_on_postgresql
def test_real_messages_are_brought_in_and_answered(shared: Path, staffed: Installation, tmp_path: Path) -> None:
    file = shared / "data" / "messages.csv"
    if not file.exists():
        pytest.skip("no data/messages.csv beside the project")
    accounts = accounts_in(staffed)
    told = bring_in(staffed, file, tmp_path / "rejected.csv", REAL_ROWS)
    assert told["imported"] + told["already"] + told["rejected"] == REAL_ROWS
    assert told["imported"] >= REAL_ROWS * 0.9
    assert set(walk(staffed, accounts, REAL_WALKS)) <= ANSWERED
