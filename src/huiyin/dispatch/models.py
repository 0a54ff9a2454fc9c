"""Bundles: documents that somebody has asked to print at once, and the pieces of the file as they are made."""

from django.db import models

from huiyin.jobs.queue import percent_of
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class Bundle(models.Model):
    """Somebody's documents of a day, to be printed as one file.

    ``duties`` are those of serving them, in the order of the file; the job that carries it out is ``huiyin.jobs.kinds.bundle``.
    ``reason`` says why it was broken off.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    duties = models.JSONField()
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        """How many documents, asked for when."""
        return f"{self.total} papers, {self.asked_at.isoformat()}"

    @property
    def total(self) -> int:
        """How many documents were asked for."""
        return len(self.duties)

    @property
    def percent(self) -> int:
        """How far it is."""
        return percent_of(self.done, self.total)


class Piece(models.Model):
    """Some documents of a bundle: ``content`` is their PDF, sealed; ``entries`` what the cover says of each, with nothing personal."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()
    entries = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bundle", "position"], name="piece_once")]
