"""Premises, equipment and emergency stores (clauses s3-2.3.2a, s3-5.2.1, s3-5.2.2)."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.readiness.models.base import Noted, Owned


class Supply(Owned):
    """A room, a piece of equipment or a store, which somebody keeps ready and checks every so often."""

    class SupplyKind(models.TextChoices):
        """What it is; stores alone are used up."""

        PREMISES = "premises", _("接待场所")
        EQUIPMENT = "equipment", _("接待设施")
        STORES = "stores", _("应急物资")

    kind = models.CharField(max_length=10, choices=SupplyKind.choices)
    name = models.CharField(max_length=100)
    place = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField(default=1)
    measure = models.CharField(max_length=10, default="件")
    least = models.PositiveIntegerField(default=0)  # fewer are too few
    every_days = models.PositiveIntegerField(default=90, validators=[MinValueValidator(1)])
    check_on = models.DateField()  # the day by which it is to be checked next
    expires_on = models.DateField(null=True, blank=True)
    is_faulty = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "name", "place"], name="supply_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="supply_never_below_nothing"),
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.name


class SupplyEntry(Noted):
    """What happened to a supply: ``change`` is by how much it became more or fewer."""

    class EntryKind(models.TextChoices):
        """What was done."""

        CHECKED = "checked", _("检查，完好")
        FAULTY = "faulty", _("检查，有问题")
        ADDED = "added", _("入库")
        USED = "used", _("领用")
        DISCARDED = "discarded", _("报废")

    supply = models.ForeignKey(Supply, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    change = models.IntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
