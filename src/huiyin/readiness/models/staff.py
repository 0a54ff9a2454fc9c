"""Who is fit for petition work, and how they are trained (clauses s3-5.1.1, s3-5.1.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account
from huiyin.readiness.models.base import Kept, Owned


class Qualification(Kept):
    """What somebody assigned to petition work does there, and what makes them fit for it; ``valid_until`` (included), None: for good."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    work = models.CharField(max_length=60)
    qualification = models.CharField(max_length=120)
    obtained_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "account", "qualification"], name="qualification_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("obtained_on")),
                name="qualification_not_backwards",
            ),
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.qualification


class Training(Owned):
    """A training on the plan; ``held_on`` None: it has not been held yet."""

    class TrainingPurpose(models.TextChoices):
        """What it is for."""

        BUSINESS = "business", _("业务")
        POLICY = "policy", _("政策法规")
        EMERGENCY = "emergency", _("应急处置")

    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=10, choices=TrainingPurpose.choices)
    planned_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    held_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        """What it is called."""
        return self.title


class Attendance(models.Model):
    """Who was to come to a training, and whether they did."""

    class AttendanceOutcome(models.TextChoices):
        """How it came out for one person."""

        CALLED = "called", _("已通知")
        ATTENDED = "attended", _("参加")
        PASSED = "passed", _("参加，考核合格")
        ABSENT = "absent", _("缺席")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    training = models.ForeignKey(Training, models.PROTECT, related_name="attendances")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=AttendanceOutcome.choices, default=AttendanceOutcome.CALLED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "account"], name="attendance_once")]
