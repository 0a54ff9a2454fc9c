"""What is kept beside the cases of responsibility: who traced a leak and why, which gifts were declared (clauses s1-B5, s2-4.2.2), and by when
leaders and units settle what is open before a set period (clause s0-3.4c).
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.people.models import Account, Organisation, Unit
from huiyin.readiness.models import Noted

MAX_REASON = 500
MAX_CENTS = 10_000_000_000


class LeakTrace(Noted):
    """That somebody looked up who had read the personal data of a case between two days, both included, and why; ``readers`` is how many it showed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    case = models.UUIDField()
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=MAX_REASON)
    readers = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="leak_trace_by_time")]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="leak_trace_not_backwards")]

    def __str__(self) -> str:
        """Which days it was about."""
        return f"{self.first:%Y-%m-%d} — {self.last:%Y-%m-%d}"


class PeriodDate(Noted):
    """By when a leader answers for an unfinished matter, and its unit deals with it, before a set period that ``begins_on`` a day (clause s0-3.4c)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    begins_on = models.DateField()
    case = models.UUIDField()
    leader = models.ForeignKey(Account, models.PROTECT, related_name="+")
    leader_by = models.DateField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True)
    unit_by = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "begins_on", "case"], name="period_date_once"),
            models.CheckConstraint(
                condition=Q(unit_by__lte=F("leader_by")) & Q(leader_by__lte=F("begins_on")),
                name="period_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        """Before which day."""
        return f"{self.begins_on:%Y-%m-%d}"


class GiftDeclaration(Noted):
    """A gift, money or favour that somebody of the staff declares of themselves; another confirms what became of it.

    Nobody who gave is named: ``giver`` says in which relation they stood to the work.
    """

    class GiftKind(models.TextChoices):
        """What was given or offered."""

        GIFT = "gift", _("礼品")
        MONEY = "money", _("礼金、有价证券、电子红包")
        MEAL = "meal", _("宴请、旅游、娱乐")
        FAVOUR = "favour", _("其他好处、请托")

    class GiverRelation(models.TextChoices):
        """How whoever gave stands to the work."""

        PETITIONER = "petitioner", _("信访人一方")
        CONCERNED = "concerned", _("被反映、被督办的单位或者人员一方")
        SUPPLIER = "supplier", _("供应商、服务单位")
        OTHER = "other", _("其他")

    class GiftOutcome(models.TextChoices):
        """What became of it."""

        REFUSED = "refused", _("当场拒绝")
        RETURNED = "returned", _("已退还")
        HANDED_IN = "handed_in", _("已上交")
        WAITING = "waiting", _("待处理")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    received_on = models.DateField()
    kind = models.CharField(max_length=10, choices=GiftKind.choices)
    giver = models.CharField(max_length=10, choices=GiverRelation.choices)
    what = models.CharField(max_length=200)
    cents = models.BigIntegerField(validators=[MaxValueValidator(MAX_CENTS)], default=0)
    outcome = models.CharField(max_length=10, choices=GiftOutcome.choices)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)
    settled_as = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="gift_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gte=0), name="gift_worth_nothing_or_more"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")), name="gift_confirmed_by_another"
            ),
        ]

    def __str__(self) -> str:
        """What sort of thing it was."""
        return str(self.GiftKind(self.kind).label)
