"""What is asked of the database and the disk whenever somebody fetches the figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error, connections
from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from huiyin.casework import timers
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import late, open_duties
from huiyin.casework.sealed.jobs import of_sealed_cases
from huiyin.doctor.ready import what_is_wrong
from huiyin.jobs import heartbeat
from huiyin.jobs.overview import overview
from huiyin.ledger import log as event_log
from huiyin.ledger.models import LogPending
from huiyin.people.models import Organisation

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
    found = overview(at, 1, of_sealed_cases())
    jobs = GaugeMetricFamily("huiyin_jobs", "Jobs by state, but for those of sealed matters.", labels=["state"])
    for state, part in (("running", found.running), ("waiting", found.waiting), ("dead", found.dead)):
        jobs.add_metric([state], part.count)
    yield jobs
    eldest = found.waiting.jobs[0].due_at if found.waiting.jobs else None
    yield _gauge("jobs_oldest_due_seconds", "For how long the longest due job has been due.", _age(eldest, at))
    yield _gauge(
        "timers_due",
        "Duties whose limit has run out and whose action is still to be taken, but for those of sealed matters.",
        timers.due(at).filter(case__sealed=False).count(),
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
    accepted = GaugeMetricFamily(
        "huiyin_matters_accepted_within_a_day",
        "Matters that came in within 24 hours, but for sealed ones.",
        labels=["organisation"],
    )
    lately = Case.objects.filter(registered_at__gt=at - timedelta(days=1), registered_at__lte=at, sealed=False)
    for id, code in codes.items():
        accepted.add_metric([code], lately.filter(organisation=id).count())
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
