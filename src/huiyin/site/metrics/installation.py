"""What is asked of the database and the disk whenever somebody fetches the figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import Error, connections
from django.db.models import Count, Sum
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from huiyin.casework import timers
from huiyin.casework.models import Duty
from huiyin.casework.owed import late, open_duties
from huiyin.doctor.ready import what_is_wrong
from huiyin.jobs import heartbeat
from huiyin.jobs.models import OPEN, Job
from huiyin.jobs.overview import overview
from huiyin.ledger import log as event_log
from huiyin.ledger.models import CountedSeries, LogPending
from huiyin.people.models import Organisation

CASES: Final = "cases"  # the series of the register (``huiyin.door.numbers``)

log = structlog.get_logger("huiyin.metrics")


class InstallationFigures(Collector):
    """The figures of the installation as a whole; ``huiyin_database_up`` is 0, and those of the database are missing, while it is down."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All figures, as they are now."""
        try:
            yield from _disks()
            yield _gauge("ready", "Whether a petition can be accepted (1) or not (0).", float(not what_is_wrong()))
            yield from self._of_database()
        finally:
            connections.close_all()  # each fetch has a thread of its own

    def _of_database(self) -> Iterator[Metric]:
        at = self._clock()
        try:
            found = [*_work(at), *_duties(at), *_ledger(at)]
        except Error as error:
            log.warning("no figures of the database", failure=type(error).__name__)
            found = []
        yield _gauge("database_up", "Whether the database could be asked.", float(bool(found)))
        yield from found


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily("huiyin_disk_free_bytes", "Room left on the disk of a folder.", labels=["folder"])
    for name, folder in (("home", settings.HUIYIN_HOME), ("files", settings.MEDIA_ROOT)):
        if Path(folder).exists():
            free.add_metric([name], shutil.disk_usage(folder).free)
    yield free


def _work(at: datetime) -> Iterator[Metric]:
    found = overview(at, 1)
    jobs = GaugeMetricFamily("huiyin_jobs", "Jobs by state.", labels=["state"])
    for state, part in (("running", found.running), ("waiting", found.waiting), ("dead", found.dead)):
        jobs.add_metric([state], part.count)
    yield jobs
    eldest = Job.objects.filter(OPEN, due_at__lt=at).order_by("due_at").values_list("due_at", flat=True).first()
    yield _gauge("jobs_oldest_due_seconds", "For how long the longest due job has been due.", _age(eldest, at))
    yield _gauge(
        "timers_due", "Duties whose limit has run out and whose action is still to be taken.", timers.due(at).count()
    )
    last = heartbeat.last()
    if last is not None:
        yield _gauge(
            "worker_silent_seconds", "Since when no worker gave a sign; one is given each minute.", _age(last, at)
        )


def _duties(at: datetime) -> Iterator[Metric]:
    codes = dict(Organisation.objects.values_list("id", "code"))
    for name, what, duties in (
        (
            "duties_open",
            "Duties that are owed, but for those of sealed matters.",
            open_duties().filter(case__sealed=False),
        ),
        (
            "duties_overdue",
            "Duties that are overdue, but for those of sealed matters.",
            Duty.objects.filter(late(at), case__sealed=False),
        ),
    ):
        counts = dict(duties.order_by().values_list("organisation").annotate(count=Count("id")))
        family = GaugeMetricFamily(f"huiyin_{name}", what, labels=["organisation"])
        for id, code in codes.items():
            family.add_metric([code], counts.get(id, 0))
        yield family
    entered = dict(
        CountedSeries.objects.filter(name=CASES).order_by().values_list("organisation_id").annotate(all=Sum("count"))
    )
    accepted = CounterMetricFamily(
        "huiyin_matters_accepted", "Matters entered in the register, since it was begun.", labels=["organisation"]
    )
    for id, code in codes.items():
        accepted.add_metric([code], entered.get(id, 0))
    yield accepted


def _ledger(at: datetime) -> Iterator[Metric]:
    yield _gauge("log_pending", "Events that are not in the log yet.", LogPending.objects.count())
    head = event_log.head()
    if head is not None:
        yield _gauge("log_head_age_seconds", "Since when the head of the log was not signed anew.", _age(head.at, at))


def _age(since: datetime | None, at: datetime) -> float:
    return max((at - since).total_seconds(), 0.0) if since is not None else 0.0


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"huiyin_{name}", what, value=value)
