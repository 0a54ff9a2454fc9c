"""The texts of rulebooks, kept for good; the decisions by which they came into force; what was proved of a text; holidays that were entered."""

from django.db import models

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation


class Edition(models.Model):
    """One version of a rulebook, word for word; it never changes, since cases were begun under it.

    ``texts`` are the YAML files of which it is made, by name; ``main`` is the one that the others serve.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    main = models.CharField(max_length=60)
    texts = models.JSONField()
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="edition_once")]

    def __str__(self) -> str:
        """As cases name it."""
        return f"{self.name}@{self.version}"


class Activation(models.Model):
    """A decision about what is in force in one organisation, as the ledger has it in the organisation's own chain."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="activations")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="activations")
    effective_from = models.DateTimeField()
    basis = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "seq"], name="activation_once")]


class Proof(models.Model):
    """What was proved of one text of a rulebook by one version of the system; it decides nothing and can be made anew.

    ``certificate`` is a ``huiyin.rule_store.certificates.Certificate`` as JSON.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    digest = models.CharField(max_length=64)
    system = models.CharField(max_length=80)
    certificate = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "system"], name="proof_once")]


class HolidayNotice(models.Model):
    """The holidays and make-up working days of a year, as an administrator entered them from the official notice. The latest row of a
    year counts, instead of what ships; rows are added and never changed.

    ``text`` is a calendar file with this year alone (``rules/book/calendars/calendar_file.py``).
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    calendar = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    text = models.TextField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
