"""The rows of assessments (clause s3-6.2.1, Regulation Art. 39)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Unit
from huiyin.readiness.models import Kept, Noted

MAX_TEXT = 1000


class AssessmentScheme(Kept):
    """By what units are assessed; what it says stands in its versions."""

    title = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "title"], name="scheme_title_once")]

    def __str__(self) -> str:
        """What it is called."""
        return self.title


class SchemeVersion(Noted):
    """What a scheme says from then on. It never changes: another wording is another version, and runs keep theirs.

    ``indicators`` as ``huiyin.assessment.schemes.IndicatorRule`` writes them.
    """

    scheme = models.ForeignKey(AssessmentScheme, models.PROTECT, related_name="versions")
    position = models.PositiveIntegerField()
    indicators: models.JSONField[Any] = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "position"], name="scheme_version_position")]


class AssessmentRun(Kept):
    """An assessment of some units over a span of days, both included, by one version of a scheme; published once all of it is settled."""

    title = models.CharField(max_length=100)
    version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="runs")
    first = models.DateField()
    last = models.DateField()
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "title"], name="assessment_title_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="assessment_not_backwards"),
        ]

    def __str__(self) -> str:
        """What it is called."""
        return self.title


class AssessedUnit(models.Model):
    """A unit in a run: who proposed its scores, who signed them, and what it was commended for."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    run = models.ForeignKey(AssessmentRun, models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    signed_at = models.DateTimeField(null=True)
    commendation = models.CharField(max_length=300, blank=True)
    commended_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit"], name="unit_assessed_once"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | (Q(proposed_by__isnull=False) & ~Q(signed_by=F("proposed_by"))),
                name="assessment_signed_by_another",
            ),
        ]


class IndicatorScore(models.Model):
    """An indicator of a unit in a run: what was counted (``good`` of ``total`` matters), what the unit reports, and its score from 0 to 100.

    ``evidence`` is sealed under the installation's keys, None where there is none.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    assessed = models.ForeignKey(AssessedUnit, models.PROTECT, related_name="scores")
    indicator = models.CharField(max_length=40)
    good = models.PositiveIntegerField(null=True)
    total = models.PositiveIntegerField(null=True)
    report = models.CharField(max_length=MAX_TEXT, blank=True)
    evidence = models.BinaryField(null=True)
    evidence_name = models.CharField(max_length=100, blank=True)
    evidence_type = models.CharField(max_length=100, blank=True)
    reported_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    reported_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=MAX_TEXT, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessed", "indicator"], name="indicator_scored_once"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=100), name="score_of_a_hundred"),
        ]


class ScoreAppeal(Noted):
    """A unit's objection to one of its scores, and what came of it; ``was`` and ``becomes`` are the scores before and after."""

    assessed = models.ForeignKey(AssessedUnit, models.PROTECT, related_name="appeals")
    indicator = models.CharField(max_length=40)
    reason = models.CharField(max_length=MAX_TEXT)
    was = models.PositiveSmallIntegerField()
    becomes = models.PositiveSmallIntegerField(null=True)
    decision = models.CharField(max_length=MAX_TEXT, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessed"], condition=Q(decided_at__isnull=True), name="one_open_appeal_of_a_unit"
            )
        ]
