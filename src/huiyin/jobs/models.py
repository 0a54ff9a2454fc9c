"""The one table of work to be done: a row is written in the transaction of what it follows from, and done at least once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from huiyin.people.ids import fresh_id

OPEN = Q(done_at__isnull=True, dead_at__isnull=True)


class Job(models.Model):
    """One piece of work. ``what`` names the function that does it (`huiyin.worker`), ``payload`` holds references only.

    ``key`` is what makes it this job and no other: whoever queues it again finds it there. ``organisation_id`` is None for work of
    the whole installation. ``due_at`` is when it may be tried (again); ``claimed_until`` the end of a worker's lease. ``progress``
    of ``total`` is done, in units that the kind of job knows; both are 0 where that is not counted. ``error`` says why the last
    attempt failed, without personal data. A row with ``dead_at`` is a dead letter: nobody tries it until it is put back.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    what = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    organisation_id = models.UUIDField(null=True)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["what", "due_at"], name="job_waiting", condition=OPEN),
            models.Index(fields=["due_at", "id"], name="job_due", condition=OPEN),
            models.Index(fields=["claimed_until"], name="job_held", condition=Q(claimed_until__isnull=False)),
            models.Index(fields=["dead_at"], name="job_dead", condition=Q(dead_at__isnull=False)),
            models.Index(fields=["done_at"], name="job_done", condition=Q(done_at__isnull=False)),
        ]

    @property
    def percent(self) -> int | None:
        """How far it is; None where that is not counted."""
        return min(100, self.progress * 100 // self.total) if self.total else None
