"""An installation that an earlier release made is brought up to date, verified, read and worked on; what it wrote stays."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation

HERE = Path(__file__).parent
ASKING = HERE / "asking.py"
INTAKE = "lj-intake"
REGISTERED = "LJ-20261127-0001"

Rows = dict[tuple[str, int], tuple[str, ...]]

pytestmark = pytest.mark.slow


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Installation]:
    """The installation of v0.1.0, on SQLite whatever database this run is on, as today's code finds it."""
    with tarfile.open(HERE / "v0.1.0.tar.xz") as archive:
        archive.extractall(tmp_path / "home", filter="data")
    yield Installation(tmp_path / "home")
    shutil.rmtree(tmp_path / "home")


def events(installation: Installation) -> Rows:
    """Every row of the ledger, byte for byte."""
    with closing(sqlite3.connect(installation.home / "huiyin.sqlite3")) as connection:
        rows = connection.execute("SELECT case_id, seq, type, at, body, previous, hash FROM ledger_event")
        return {(row[0], row[1]): row[2:] for row in rows}


def states(installation: Installation) -> dict[str, str]:
    """The stored state of every case, by its number, whose column had another name at first."""
    with closing(sqlite3.connect(installation.home / "huiyin.sqlite3")) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM casework_case")]
    return {row.get("no") or row["number"]: row["state"] for row in rows}


def ask(installation: Installation, *wanted: dict[str, Any]) -> list[Any]:
    """The answers of today's code, each of which must be a success."""
    outcome = subprocess.run(
        [sys.executable, ASKING],
        env=installation.environment(),
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    answers = json.loads(outcome.stdout)
    assert [answer for answer in answers if answer["status"] != 200] == []
    return [json.loads(answer["text"]) if answer["text"].startswith("{") else answer["text"] for answer in answers]


def get(path: str) -> dict[str, Any]:
    """A request of the intake officer."""
    return {"token": f"demo-{INTAKE}", "method": "GET", "path": path}


def verify(installation: Installation) -> str:
    """What ``huiyin ledger verify`` says when it finds nothing wrong."""
    outcome = installation.run("ledger", "verify")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def test_an_installation_of_the_first_release_opens_verifies_and_is_worked_on(old: Installation) -> None:
    events_before, states_before = events(old), states(old)
    prepared = old.run("prepare")
    assert prepared.returncode == 0, prepared.stderr
    assert "what was there already adopted" in prepared.stdout
    adopted = events(old)
    assert {key: row for key, row in adopted.items() if key in events_before} == events_before
    assert len(adopted) > len(events_before) + len(states_before)
    assert verify(old).startswith(
        f"{len(states_before)} cases, {len(adopted)} events of all chains: everything is as it should be"
    )
    assert old.run("prepare").stdout.strip() == "nothing to do" and events(old) == adopted

    (listed,) = ask(old, get("/cases"))
    numbers = [item["no"] for item in listed["items"]]
    assert len(numbers) > 1 and REGISTERED in numbers
    opened = ask(
        old,
        *(get(f"/cases/{no}{what}") for no in numbers for what in ("", "/events", "/actions", "/duties", "/documents")),
        *({"account": INTAKE, "path": f"/desk/cases/{no}/"} for no in numbers),
    )
    assert all(no in page for no, page in zip(numbers, opened[-len(numbers) :], strict=True))

    (who,) = ask(old, {**get(f"/cases/{REGISTERED}/petitioners"), "method": "POST", "body": {}})
    assert (who["items"][0]["name"], who["items"][0]["phone"]) == ("丁一凡", "13800001000")

    accepted, after = ask(
        old,
        {
            "token": f"demo-{INTAKE}",
            "method": "POST",
            "path": f"/cases/{REGISTERED}/actions/accept",
            "body": {"fields": {"kind": "claim", "route": "书面答复"}},
        },
        get(f"/cases/{REGISTERED}/events"),
    )
    assert accepted["stage"] == "accepted" and accepted["seq"] > 5
    assert {json.loads(item["body"]).get("$") for item in after["items"]} == {None, "Entry/2"}

    events_after, states_after = events(old), states(old)
    assert {key: row for key, row in events_after.items() if key in events_before} == events_before
    assert len(events_after) - len(adopted) == accepted["seq"] - 5 + 1  # and the number of the document that says so
    assert {no for no, state in states_after.items() if state != states_before[no]} == {REGISTERED}
    assert states_after[REGISTERED].startswith('{"$":"State/7"')
    assert verify(old).startswith(
        f"{len(states_before)} cases, {len(events_after)} events of all chains: everything is as it should be"
    )


@pytest.mark.exhaustive
def test_damage_to_what_the_first_release_wrote_is_found(old: Installation) -> None:
    assert old.run("prepare").returncode == 0
    with closing(sqlite3.connect(old.home / "huiyin.sqlite3", isolation_level=None)) as connection:
        connection.execute(
            'UPDATE casework_case SET state = replace(state, \'"source":"direct"\', \'"source":"passed"\')'
        )
        connection.execute("DROP TRIGGER ledger_event_no_update")
        connection.execute("UPDATE ledger_event SET body = replace(body, '\"claim\"', '\"suggestion\"')")
    assert old.run("prepare").returncode == 0
    outcome = old.run("ledger", "verify")
    assert outcome.returncode == 1
    assert f"{REGISTERED}: state: facts: expected" in outcome.stdout
    assert "was changed after it was written" in outcome.stdout
