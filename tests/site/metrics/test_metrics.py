"""Figures for monitoring: on a port of their own, over all processes, right, and without anybody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import RequestFactory
from prometheus_client import CollectorRegistry, generate_latest

from huiyin.casework.models import Duty
from huiyin.jobs import heartbeat, kinds, queue
from huiyin.jobs.models import Job
from huiyin.site.metrics import installation as figures
from huiyin.site.metrics.requests import KINDS
from tests.cast import DAY, NOW, Cast
from tests.desk.conftest import cast
from tests.installation import Installation
from tests.matters import begin
from tests.site.metrics.samples import parsed

__all__ = ["cast"]
LATER = NOW + 400 * DAY


def collected(monkeypatch: pytest.MonkeyPatch, at: Any = LATER) -> dict[tuple[str, ...], float]:
    """What the collector says at a moment. The connection is the test's, and stays open."""
    monkeypatch.setattr(figures.connections, "close_all", lambda: None)
    registry = CollectorRegistry()
    registry.register(figures.InstallationFigures(lambda: at))
    return parsed(generate_latest(registry).decode())


@pytest.mark.django_db
def test_no_figure_tells_of_a_sealed_matter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cast, NOW)
    told = ("jobs", "jobs_oldest_due_seconds", "timers_due", "duties_open", "matters_accepted_within_a_day")

    def figures_told() -> dict[tuple[str, ...], float]:
        found = collected(monkeypatch, NOW + timedelta(minutes=1))
        return {key: value for key, value in found.items() if key[0].removeprefix("huiyin_") in told}

    before = figures_told()
    assert before["huiyin_matters_accepted_within_a_day", "lj"] == 1
    said = begin(cast, NOW, accused=(cast.accounts["registrar"].display_name,))
    Duty.objects.filter(case=said.id).update(timer_at=NOW - DAY, on_due="close")
    queue.enqueue(kinds.archive(cast.lj.id, said.id, 1, NOW - DAY))
    queue.enqueue(kinds.archive(cast.lj.id, said.id, 2, NOW - DAY))
    Job.objects.filter(key=kinds.archive_key(said.id, 2)).update(dead_at=NOW)
    assert figures_told() == before


@pytest.mark.django_db
def test_duties_are_counted_by_organisation_and_matters_of_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cast, NOW)
    begin(cast, NOW)
    open_ones = Duty.objects.filter(discharged_at=None).count()
    early, late = collected(monkeypatch, NOW + timedelta(minutes=1)), collected(monkeypatch)
    assert early["huiyin_duties_open", "lj"] == late["huiyin_duties_open", "lj"] == open_ones
    assert (early["huiyin_duties_overdue", "lj"], late["huiyin_duties_overdue", "lj"]) == (0, open_ones)
    assert early["huiyin_matters_accepted_within_a_day", "lj"] == 2
    assert late["huiyin_matters_accepted_within_a_day", "lj"] == 0
    assert late["huiyin_duties_overdue", "nh"] == early["huiyin_matters_accepted_within_a_day", "nh"] == 0
    assert late["huiyin_log_pending",] > 0
    assert late["huiyin_ready",] == late["huiyin_database_up",] == 1
    assert late["huiyin_disk_free_bytes", "home"] > 0


@pytest.mark.django_db
def test_jobs_are_counted_by_state_with_the_age_of_the_eldest(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.delete(heartbeat.KEY)
    assert ("huiyin_worker_silent_seconds",) not in collected(monkeypatch)
    Job.objects.create(what="notice", key="a", due_at=LATER - timedelta(seconds=90))
    Job.objects.create(what="notice", key="b", due_at=LATER, dead_at=LATER)
    heartbeat.beat(LATER - timedelta(seconds=40))
    found = collected(monkeypatch)
    assert (found["huiyin_jobs", "waiting"], found["huiyin_jobs", "dead"]) == (1, 1)
    assert found["huiyin_jobs_oldest_due_seconds",] == 90
    assert found["huiyin_worker_silent_seconds",] == 40


@pytest.mark.django_db
def test_with_the_database_down_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> Any:
        raise OperationalError("password of 张三")

    with connection.execute_wrapper(down):
        found = collected(monkeypatch)
    assert (found["huiyin_database_up",], found["huiyin_ready",]) == (0, 0)
    assert found["huiyin_disk_free_bytes", "home"] > 0
    assert ("huiyin_jobs", "dead") not in found


def test_no_path_becomes_a_label() -> None:
    assert set(KINDS.values()) == {"accounts", "api", "desk", "language", "office", "static"}
    assert RequestFactory().get("/track/XF-1234/").path.split("/", 2)[1] not in KINDS


@pytest.mark.any_database
def test_the_port_of_the_pages_is_refused_and_a_taken_one_too(installation: Installation) -> None:
    same = installation.run("serve", "--port", str(installation.port), "--metrics-port", str(installation.port))
    assert (same.returncode, same.stderr.count("\n")) == (2, 1) and "--metrics-port" in same.stderr
    wrong = installation.run("serve", "--port", str(installation.port), "--metrics-port", "99999999")
    assert wrong.returncode == 1 and "--metrics-port" in wrong.stderr
