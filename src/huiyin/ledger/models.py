"""The ledger's one table. Rows are only ever added; the database itself refuses anything else."""

from django.db import models


class Row(models.Model):
    """One event of one case. (case, seq) is the key: of two writers who read the same state, one fails.

    ``body`` is the canonical JSON of what happened, when, and who acted (docs/ledger-format.md); ``hash`` binds it and ``previous``
    (hex SHA-256). ``type`` is the stored name of the event, the same in every version of the format.
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
        indexes = [
            models.Index(fields=["at", "case_id", "seq"], name="ledger_event_order"),
        ]


class CountedSeries(models.Model):
    """A counted chain of events that are no case's: the register of an organisation, its documents, administrative events.

    Events are numbered without gaps, since whoever adds one holds this row until the commit; their ``case_id`` is ``id``. ``count`` and
    ``head`` say how far it has come; ``seal`` (hex HMAC-SHA256) binds them with a key that is not in the database, so that a chain
    that was cut off and repaired shows. ``organisation_id`` is all zeros for what is the installation's.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation_id = models.UUIDField()
    name = models.CharField(max_length=20)
    period = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_series"
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=["organisation_id", "name", "period"], name="series_once")]


class LogLeaf(models.Model):
    """An event's place in the log of the whole installation: number ``index`` from 0, in the order in which it was entered."""

    index = models.BigIntegerField(primary_key=True)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "seq"], name="log_leaf_once")]


class LogPending(models.Model):
    """An event that is not in the log yet: written beside it, taken away when it is entered. The key is the order of entering."""

    pk = models.CompositePrimaryKey("at", "case_id", "seq")
    at = models.DateTimeField()
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "pending events"


class LogNode(models.Model):
    """A complete subtree of the log (see ``merkle``); ``hash`` is hex."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)


class LogHead(models.Model):
    """A signed head of the log: the first ``size`` events had this root at this time.

    ``previous`` (hex SHA-256) is the digest of the head before it, and ``bond`` (hex Ed25519) signs both together; they are empty
    in heads of v0.1.0.
    """

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    signature = models.CharField(max_length=128)
    previous = models.CharField(max_length=64, blank=True)
    bond = models.CharField(max_length=128, blank=True)
