"""What must still be told to the world: one row a message, written in the transaction of the event that it tells of."""

from __future__ import annotations

from django.db import models

from huiyin.people.ids import fresh_id


class Message(models.Model):
    """A message to deliver at least once. ``key`` is case, event number and kind: the receiver can drop a repeat.

    ``payload`` holds references only. ``due_at`` is when it may be tried (again); ``claimed_until`` the end of a worker's lease.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation_id = models.UUIDField()
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="outbox_waiting", condition=models.Q(done_at__isnull=True, dead_at__isnull=True)
            )
        ]
