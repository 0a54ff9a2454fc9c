"""Who turned to us, sealed; who read it, and whose data was erased."""

from typing import Final

from django.db import models
from django.db.models import Q

from huiyin.people.ids import fresh_id
from huiyin.people.models.accounts import Account
from huiyin.people.models.organisations import Organisation


class DataKey(models.Model):
    """The key that seals one petitioner's data, itself wrapped by the key ring; destroying it erases them."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    wrapped = models.BinaryField()
    destroyed_at = models.DateTimeField(null=True, blank=True)


class Petitioner(models.Model):
    """A person or body that turned to an organisation; who they are is readable only through ``petitioners.read``."""

    class Kind(models.TextChoices):
        """What a petitioner is in law; the anonymous may leave the name out. A signer is a person who signed with others, whom
        representatives speak for."""

        PERSON = "person", "自然人"
        LEGAL = "legal", "法人"
        ORGANISATION = "organisation", "其他组织"
        ANONYMOUS = "anonymous", "匿名"
        SIGNER = "signer", "联名人"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    key = models.OneToOneField(DataKey, models.PROTECT, related_name="petitioner")
    sealed = models.BinaryField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # Known to the custodian alone: see ``casework.sealed.confidential``.
    confidential = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class BlindIndex(models.Model):
    """Finds a petitioner by an exact value without storing the value: a keyed digest of its normal form."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32)
    petitioner = models.ForeignKey(Petitioner, models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "digest"], name="blind_index_lookup")]


LIMITED_CASE: Final = "limited_case"
"""The purpose of the record of access that somebody opened a case of which only few may know."""
WRONG_NAME: Final = "wrong_name"
"""That of the record that somebody wrote a name that cannot be taken in a form of a case that accuses somebody."""


class AccessRecord(models.Model):
    """Who read whose personal data, for what, when; rows are added and never changed."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    petitioner = models.ForeignKey(Petitioner, models.PROTECT, null=True, related_name="+")
    case = models.UUIDField(null=True)
    purpose = models.CharField(max_length=64)
    at = models.DateTimeField()
    # Binds the row with a key that is not in the database from the first moment; the chain has it when the worker has come round.
    seal = models.CharField(max_length=64, blank=True)
    chained = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "at"], name="access_by_time"),
            models.Index(fields=["id"], name="access_not_chained", condition=Q(chained=False)),
            models.Index(fields=["case", "-at"], name="access_of_limited", condition=Q(purpose=LIMITED_CASE)),
        ]


class Erasure(models.Model):
    """Whose personal data was erased, why, on what document, by whom; rows are added and never changed."""

    class Reason(models.TextChoices):
        """Why personal data may be erased (Personal Information Protection Law Art. 47)."""

        RETENTION = "retention", "保存期限届满"
        REQUEST = "request", "本人要求删除"
        ORDER = "order", "有权机关决定"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    petitioner = models.OneToOneField(Petitioner, models.PROTECT, related_name="erasure")
    case = models.UUIDField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    basis = models.CharField(max_length=200)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="erasure_by_time")]
