"""`huiyin jobs` as an administrator uses it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from huiyin import cli
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    status = cli.main(["jobs", *line])
    told = capsys.readouterr()
    return status, told.out, told.err


def put(at: datetime | None = None) -> Job:
    job = kinds.notice(uuid4(), uuid4(), 1, uuid4(), "petitioner", at or timezone.now())
    queue.enqueue(job)
    return job


def given_up() -> Job:
    job = put()
    claimed = next(one for one in queue.claim(timezone.now(), kinds.NOTICE) if one.id == job.id)
    queue.give_up(claimed, timezone.now(), "the mail server refuses the address")
    return job


def test_the_list_says_what_waits_runs_and_was_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    dead = given_up()
    run_id = uuid4()
    queue.enqueue(kinds.what_if(uuid4(), run_id, 120, timezone.now()))
    queue.claim(timezone.now(), kinds.WHAT_IF)
    put()
    status, out, _ = run(capsys)
    assert status == 0
    assert f"{dead.id}  notice" in out
    assert "tried 1 times: the mail server refuses the address" in out
    assert "0 of 120 done" in out
    assert run(capsys, "list")[1] == out


@pytest.mark.parametrize("line", [("--json",), ("list", "--json"), ("--json", "list")])
def test_the_list_is_told_as_json_wherever_the_option_stands(
    capsys: pytest.CaptureFixture[str], line: tuple[str, ...]
) -> None:
    dead = given_up()
    put()
    status, out, _ = run(capsys, *line)
    told: dict[str, Any] = json.loads(out)
    assert (status, told["stalled"], told["timers_due"]) == (0, False, 0)
    assert {name: told[name]["count"] for name in ("running", "waiting", "dead")} == {
        "running": 0,
        "waiting": 1,
        "dead": 1,
    }
    assert told["dead"]["jobs"][0]["id"] == str(dead.id)
    assert told["dead"]["jobs"][0]["error"] == "the mail server refuses the address"


def test_the_list_says_when_no_worker_runs(capsys: pytest.CaptureFixture[str]) -> None:
    put(timezone.now() - timedelta(hours=1))
    assert "no worker seems to run" in run(capsys)[1]


def test_only_so_many_are_told_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        put()
    out = run(capsys, "--list", "1")[1]
    assert "waiting: 3" in out
    assert "… and 2 more" in out
    assert out.count("  notice") == 1


def test_a_job_is_put_back_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    job, other = given_up(), given_up()
    assert run(capsys, "retry", str(job.id)) == (0, "1 put back\n", "")
    assert Job.objects.get(id=job.id).dead_at is None
    assert Job.objects.get(id=other.id).dead_at is not None


def test_all_are_put_back_or_dropped_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        given_up()
    assert run(capsys, "retry", "--all")[1] == "3 put back\n"
    assert run(capsys, "retry", "--all")[:2] == (0, "0 put back\n")
    given_up()
    status, out, _ = run(capsys, "drop", "--all", "--json")
    assert (status, len(json.loads(out)["jobs"])) == (0, 1)
    assert Job.objects.filter(dead_at__isnull=False).count() == 0


def test_what_was_not_given_up_is_neither_put_back_nor_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    job = put()
    for action in ("retry", "drop"):
        status, out, error = run(capsys, action, str(job.id))
        assert (status, out) == (1, "")
        assert error.startswith("huiyin: not given up")
        assert error.count("\n") == 1
    assert Job.objects.get(id=job.id).due_at == job.due_at


@pytest.mark.parametrize(
    "line", [("retry",), ("drop",), ("drop", "--all", str(uuid4())), ("retry", "7"), ("--list", "-1")]
)
def test_wrong_usage_is_told_in_one_line(capsys: pytest.CaptureFixture[str], line: tuple[str, ...]) -> None:
    status, out, error = run(capsys, *line)
    assert (status, out, error.count("\n")) == (2, "", 1)
