"""The ledger's one table. Rows are only ever added; the database itself refuses anything else."""

from django.db import models


class Row(models.Model):
    """One event of one case. (case, seq) is the key: of two writers who read the same state, one fails.

    ``body`` is the canonical JSON of what happened, when, and who acted; ``hash`` binds it and ``previous`` (hex SHA-256).
    """

    pk = models.CompositePrimaryKey("case_id", "seq")
    organisation_id = models.UUIDField()
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_event"
        indexes = [models.Index(fields=["organisation_id", "at"], name="ledger_event_time")]
