"""What-if runs: what was asked, how far it is, and what was found for each case."""

from django.db import models

from huiyin.casework.models import Case
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class WhatIfRun(models.Model):
    """Somebody's question: what if another rulebook had been in force for the cases registered since a day?

    ``only_open`` makes it the dry run before a rulebook comes into force: of the open cases alone, with whether each could be moved.
    ``cursor`` is the last case replayed; the job that carries it out is ``huiyin.jobs.kinds.what_if``. ``reason`` says why it was broken off.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    rulebook = models.CharField(max_length=80)
    since = models.DateField()
    only_open = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "insight_run"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_at__isnull=True), name="one_run_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["account", "-asked_at"], name="run_by_account")]

    def __str__(self) -> str:
        """What was asked."""
        return f"{self.rulebook} since {self.since.isoformat()}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, self.done * 100 // self.total) if self.total else 100


class Replayed(models.Model):
    """One case of a run: ``counted`` is what a tally adds up, without anything personal."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    run = models.ForeignKey(WhatIfRun, models.CASCADE, related_name="cases", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    changed = models.BooleanField()
    counted = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="replayed_once")]
