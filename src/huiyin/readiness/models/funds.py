"""Yearly funds and what was spent of them (clauses s3-5.3.1, s3-5.3.2). Amounts are in cents (分)."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.readiness.models.base import Noted, Owned


class Use(models.TextChoices):
    """What funds may be spent on; nothing that restrains petitioners is among them (clause s3-5.3.2)."""

    PREMISES = "premises", _("接待场所")
    EQUIPMENT = "equipment", _("设施设备")
    TRAINING = "training", _("培训")
    STORES = "stores", _("应急物资")
    RELEASE = "release", _("信息发布")


class FundLine(Owned):
    """A line of a year's budget."""

    year = models.PositiveIntegerField(validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    name = models.CharField(max_length=100)
    uses = models.JSONField(default=list)
    cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "name"], name="fund_line_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="fund_line_holds_something"),
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.name


class Spending(Noted):
    """What was spent of a line; ``attachment`` is the voucher, sealed under the installation's keys, None where there was none.

    One that ``reverses`` another is its counter-entry, of as much less than nothing; ``purpose`` says why.
    """

    line = models.ForeignKey(FundLine, models.PROTECT, related_name="spendings")
    use = models.CharField(max_length=10, choices=Use.choices)
    cents = models.BigIntegerField()
    spent_on = models.DateField()
    purpose = models.CharField(max_length=200)
    attachment = models.BinaryField(null=True)
    attachment_name = models.CharField(max_length=100, blank=True)
    attachment_type = models.CharField(max_length=100, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cents__gt=0, reverses__isnull=True) | Q(cents__lt=0, reverses__isnull=False),
                name="spending_or_counter_entry",
            )
        ]
