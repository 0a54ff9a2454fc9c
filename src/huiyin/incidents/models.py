"""Drills: which incident was played under which rulebook, and what came too late."""

from django.db import models

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class Drill(models.Model):
    """An incident that somebody had played on a simulated clock, in a database of its own.

    ``absent`` are the roles in which nobody answered; ``minutes`` is how long everybody took for what they owed that day, None for the
    scenario's own. ``report`` is what ``huiyin drill --json`` printed of it, None until it has ended; ``reason`` says why there is none.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    rulebook = models.CharField(max_length=80)
    scenario = models.CharField(max_length=40)
    absent = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_at__isnull=True), name="one_drill_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["organisation", "-asked_at"], name="drill_latest")]

    def __str__(self) -> str:
        """What was played."""
        return f"{self.scenario} under {self.rulebook}"
