"""The policy library (clauses s1-B3.1, s1-B4, s3-2.1.2a)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.readiness.models.base import Kept, Noted


class Policy(Kept):
    """A law, a rule or a direction; what it says stands in its versions."""

    class PolicyKind(models.TextChoices):
        """What sort of text it is, the highest first."""

        LAW = "law", _("法律")
        REGULATION = "regulation", _("党内法规、行政法规")
        RULE = "rule", _("规章、规范性文件")
        INTERNAL = "internal", _("本单位制度")
        DIRECTION = "direction", _("领导小组部署")

    title = models.CharField(max_length=200)
    number = models.CharField(max_length=100, blank=True)  # 文号
    issuer = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=PolicyKind.choices)
    # Texts are found by what they hold whatever script they are written in (``people.names.directory.normal``).
    sought = models.TextField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="policy_title_once")]

    def __str__(self) -> str:
        """Its title in the marks of a book, as documents cite it."""
        return f"《{self.title}》"


class PolicyVersion(Noted):
    """What a policy says from ``valid_from`` (included) until ``valid_until`` (not included, None: open). The text never changes: another wording is another version.

    ``repealed_by`` is the policy that put it out of force, None where it simply ended or a later version took its place.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    position = models.PositiveIntegerField()
    text = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    repealed_by = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="repeals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="policy_version_position"),
            models.UniqueConstraint(fields=["policy", "valid_from"], name="policy_version_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="policy_version_not_backwards",
            ),
        ]
