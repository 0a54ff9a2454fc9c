"""What lies in the archive room: packages, who has borrowed a file, and which files went to an archive."""

from __future__ import annotations

from django.db import models

from huiyin.casework.models import Case
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation


class Package(models.Model):
    """The package of an archived case, sealed in the store of files at ``place``.

    Event ``seq`` of the case binds ``id``, ``digest`` (hex SHA-256 of the ZIP), ``size``, ``items``, ``through`` and ``term``. The key under
    which package and ``listing`` (its catalogue, JSON) are sealed is ``wrapped`` under the keys of all ``petitioners`` (ids in hex) in
    turn: once any of them is erased, nobody can read it any more.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, models.PROTECT, db_constraint=False, related_name="packages")
    seq = models.PositiveIntegerField()
    through = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    items = models.PositiveIntegerField()
    term = models.CharField(max_length=60, blank=True)
    archived_at = models.DateTimeField()
    made_at = models.DateTimeField()
    petitioners = models.JSONField(default=list)
    wrapped = models.BinaryField()
    listing = models.BinaryField()
    place = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-archived_at", "-id"], name="package_by_time")]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="package_once")]

    def __str__(self) -> str:
        """Its digest, by which it is known."""
        return self.digest


class Loan(models.Model):
    """Somebody has borrowed the file of a case: who, why, until which day, and when it came back. ``reason`` is about the use, not the case."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, models.PROTECT, db_constraint=False, related_name="loans")
    borrower = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    until = models.DateField()
    lent_by = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    lent_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False, null=True
    )
    back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(back_at__isnull=True), name="lent_once_at_a_time"
            )
        ]


class Transfer(models.Model):
    """Packages were handed over to an archive: to which, on which day, under which receipt number, and with which digest each went."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    receiver = models.CharField(max_length=100)
    receipt = models.CharField(max_length=60)
    day = models.DateField()
    packages = models.JSONField(default=dict)
    handed_over_by = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="transfer_by_time")]
        constraints = [models.UniqueConstraint(fields=["organisation", "receipt"], name="transfer_receipt_once")]


class Disposal(models.Model):
    """Files whose term ran out were appraised (鉴定): to be destroyed, or (``keep_until``) kept longer. One proposes, another decides.

    ``number`` is that of the register of destruction (销毁清册) that is printed from it; ``packages`` names each file by its package's digest.
    ``approved`` None: nobody has decided yet.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    number = models.CharField(max_length=60)
    opinion = models.CharField(max_length=500)
    keep_until = models.DateField(null=True)
    packages = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    proposed_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        Account, models.PROTECT, related_name="+", db_constraint=False, db_index=False, null=True
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-proposed_at"], name="disposal_by_time")]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="disposal_number_once")]
