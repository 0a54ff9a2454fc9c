"""An installation whose messages and what-if runs stand in tables of their own loses none of them when both become jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from huiyin import worker
from huiyin.insight.models import WhatIfRun
from huiyin.jobs.kinds import NOTICE, WHAT_IF, what_if_key
from huiyin.jobs.models import Job
from tests.cast import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("outbox", "0001_initial"), ("insight", "0002_only_open")]
LEASE = NOW + timedelta(minutes=2)

MESSAGES: dict[str, dict[str, Any]] = {
    "waiting": {"due_at": NOW},
    "postponed": {"due_at": NOW + DAY, "attempts": 4, "error": "ConnectionRefusedError"},
    "leased": {"due_at": NOW, "attempts": 1, "claimed_until": LEASE},
    "done": {"due_at": NOW, "attempts": 1, "done_at": NOW},
    "dead": {"due_at": NOW, "attempts": 12, "dead_at": NOW, "error": "there is no such address"},
}
RUNS: dict[str, dict[str, Any]] = {
    "waiting": {},
    "leased": {"done": 50, "cursor": UUID(int=7), "claimed_until": LEASE, "failures": 1},
    "failing": {"done": 100, "cursor": UUID(int=9), "failures": 2},
    "done": {"done": 120, "ended_at": NOW},
    "given up": {"done": 3, "ended_at": NOW, "reason": "failed"},
}


@pytest.fixture
def before() -> Iterator[Any]:
    """The database as the version before made it; what is in it is migrated to this version in the end, whatever happens."""
    executor = MigrationExecutor(connection)
    yield executor.migrate(BEFORE).apps
    call_command("flush", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)


def migrated() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def a_message(apps: Any, number: int, **values: Any) -> Any:
    case = UUID(int=number)
    return apps.get_model("outbox", "Message").objects.create(
        organisation_id=UUID(int=1),
        case_id=case,
        seq=number,
        kind="notice",
        key=f"{case.hex}:{number}:notice",
        payload={"notice": UUID(int=number).hex, "to": "petitioner"},
        **values,
    )


def test_messages_of_every_state_keep_all_that_they_say(before: Any) -> None:
    for number, values in enumerate(MESSAGES.values(), 1):
        a_message(before, number, **values)
    migrated()
    for number, values in enumerate(MESSAGES.values(), 1):
        case, notice = UUID(int=number).hex, UUID(int=number).hex
        job = Job.objects.get(key=f"{case}:{number}:notice")
        assert (job.what, job.organisation_id) == (NOTICE, UUID(int=1))
        assert job.payload == {"notice": notice, "to": "petitioner"}
        kept = {"attempts": 0, "claimed_until": None, "done_at": None, "dead_at": None, "error": ""} | values
        assert {name: getattr(job, name) for name in kept} == kept
    assert Job.objects.count() == len(MESSAGES)


def test_a_message_that_waited_or_was_leased_is_done_afterwards_and_no_other(before: Any) -> None:
    for number, values in enumerate(MESSAGES.values(), 1):
        a_message(before, number, **values)
    migrated()
    assert worker.do_jobs(LEASE) == 2
    assert Job.objects.filter(done_at=LEASE).count() == 2
    assert Job.objects.filter(dead_at=NOW).count() == 1


def test_every_open_run_is_a_job_that_keeps_its_lease_its_failures_and_its_place(before: Any) -> None:
    runs = {name: a_run(before, number, **values) for number, (name, values) in enumerate(RUNS.items())}
    migrated()
    for name, values in RUNS.items():
        job = Job.objects.filter(key=what_if_key(runs[name])).first()
        if "ended_at" in values:
            assert job is None
            continue
        assert job is not None
        assert (job.what, job.payload, job.due_at) == (WHAT_IF, {"run": runs[name].hex}, NOW)
        assert (job.claimed_until, job.attempts) == (values.get("claimed_until"), values.get("failures", 0))
        assert (job.progress, job.total) == (values.get("done", 0), 120)
        run = WhatIfRun.objects.get(id=runs[name])
        assert (run.done, run.total, run.cursor) == (job.progress, 120, values.get("cursor"))


def test_a_run_that_waited_is_carried_out_afterwards(before: Any) -> None:
    run = a_run(before, 0)
    migrated()
    while worker.do_jobs(NOW + DAY):
        pass
    assert WhatIfRun.objects.get(id=run).reason == "no_post"  # whoever asked holds none
    assert Job.objects.get(key=what_if_key(run)).done_at == NOW + DAY


def a_run(apps: Any, number: int, **values: Any) -> UUID:
    """A run of an organisation of its own: one that is open keeps others of its organisation from beginning."""
    people = {name: apps.get_model("people", name).objects for name in ("Organisation", "Unit", "Post", "Account")}
    organisation = people["Organisation"].create(
        code=f"o{number}", name=f"o{number}", rulebook="national-2022", created_at=NOW
    )
    unit = people["Unit"].create(organisation=organisation, code="u", name="u")
    post = people["Post"].create(organisation=organisation, unit=unit, title="p")
    account = people["Account"].create(username=f"a{number}", display_name="a")
    run = apps.get_model("insight", "Run").objects.create(
        organisation=organisation,
        account=account,
        post=post,
        rulebook="national-2005",
        since=date(2026, 1, 1),
        asked_at=NOW,
        **{"total": 120} | values,
    )
    found: UUID = run.id
    return found
