"""What-if runs: what was asked, how far it is, and what was found for each case; changes of rulebooks; reports on the work that are signed."""

from __future__ import annotations

from typing import Any

from django.db import models

from huiyin.casework.models import Case
from huiyin.jobs.queue import percent_of
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class WhatIfRun(models.Model):
    """Somebody's question: what if another rulebook had been in force for the cases registered since a day?

    ``only_open`` makes it the dry run before a rulebook comes into force: of the open cases alone, with whether each could be moved.
    ``cursor`` is the last case replayed; the job that carries it out is ``huiyin.jobs.kinds.what_if``. ``reason`` says why it was broken off.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    rulebook = models.CharField(max_length=80)
    since = models.DateField()
    only_open = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "insight_run"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_at__isnull=True), name="one_run_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["account", "-asked_at"], name="run_by_account")]

    def __str__(self) -> str:
        """What was asked."""
        return f"{self.rulebook} since {self.since.isoformat()}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return percent_of(self.done, self.total)


class Replayed(models.Model):
    """One case of a run: ``counted`` is what a tally adds up, without anything personal."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    run = models.ForeignKey(WhatIfRun, models.CASCADE, related_name="cases", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    changed = models.BooleanField()
    counted = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="replayed_once")]


class RulebookChange(models.Model):
    """What an administrator wants done about the rulebook of an organisation: workers look at what would follow, and do it once it is confirmed.

    ``sources`` are the texts of the book that is to come into force, by name, ``main`` the one that the others serve; without them open cases
    move to ``rulebook``: all of them, or ``cases`` alone (hex ids). ``since`` is the first day, None for at once. ``lines`` say the same in the words of whoever asked. ``seen`` is the last decision
    that they knew: another one meanwhile ends it. ``found`` is what workers found and did; ``cursor`` the last case of this ``step``. ``ended_at`` is when the
    step was over; ``reason`` why it came to nothing.
    """

    class Phase(models.TextChoices):
        """Looking at what would follow comes first."""

        LOOK = "look"
        DO = "do"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    rulebook = models.CharField(max_length=90, blank=True)
    main = models.CharField(max_length=60, blank=True)
    sources: models.JSONField[Any] = models.JSONField(default=dict)
    cases: models.JSONField[Any] = models.JSONField(default=list)
    since = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    lines: models.JSONField[Any] = models.JSONField(default=list)
    seen = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=Phase, default=Phase.LOOK)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True)
    found: models.JSONField[Any] = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="one_rulebook_change_at_a_time",
            )
        ]

    def __str__(self) -> str:
        """To which book."""
        return self.rulebook or self.main

    @property
    def moves(self) -> bool:
        """Whether open cases are to move, instead of a book coming into force."""
        return not self.main

    @property
    def percent(self) -> int:
        """How far this step is."""
        return percent_of(self.done, self.total, of_nothing=0)


class WorkReport(models.Model):
    """A report on the work of an organisation from ``first`` to ``last``, both included (clause s2-5.2.1): put up by one, signed or returned by another.

    ``paper`` is what stands on it (``huiyin.insight.reports.paper``), counted when it was put up and never changed; ``remarks`` are the words of who put it
    up. ``signed`` is None while it waits. ``number`` is which of its ``year``, among those of the organisation that were signed; it and the signer are kept as
    the paper has them; ``digest`` commits to the signed one, and its beginning stands on it, by which anybody verifies it; ``sealed_at`` is when a keeper of
    the seal sealed it. ``revises`` is the returned one in place of which it was put up. ``noted_at`` is when the organ above took note of it, ``note`` what
    that said.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    paper: models.JSONField[Any] = models.JSONField()
    remarks = models.TextField(blank=True)
    revises = models.OneToOneField("self", models.PROTECT, null=True, related_name="revised_as")
    put_up_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    put_up_at = models.DateTimeField()
    signed = models.BooleanField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    number_in_words = models.CharField(max_length=60, blank=True)
    signer = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    sealed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    sealed_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    noted_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(noted_at__isnull=True, noted_by__isnull=True, note="")
                | models.Q(noted_at__isnull=False, noted_by__isnull=False, signed=True),
                name="noted_report_was_signed",
            ),
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="report_number_once"),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True, sealed_by__isnull=True)
                | models.Q(sealed_at__isnull=False, sealed_by__isnull=False, signed=True),
                name="sealed_report_was_signed",
            ),
            models.UniqueConstraint(
                fields=["organisation", "first", "last"],
                condition=models.Q(signed__isnull=True),
                name="one_report_waits_of_a_span",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("put_up_by")),
                name="report_signed_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(signed=True, year__isnull=False, number__isnull=False)
                | ((models.Q(signed=False) | models.Q(signed__isnull=True)) & models.Q(number__isnull=True)),
                name="signed_report_has_its_number",
            ),
        ]

    def __str__(self) -> str:
        """What stands over it."""
        return str(self.paper["title"])


class ReportScan(models.Model):
    """The scan of a report as it was signed and sealed by hand, one PDF, sealed under the installation's keys: the report goes out as it once that is sealed.

    What a program cannot compare with the report waits for somebody else to do so (``compared_by``), and may be replaced until then.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    report = models.OneToOneField(WorkReport, models.PROTECT, related_name="+")
    content = models.BinaryField()
    handed_in_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    compared_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(compared_by__isnull=True) | ~models.Q(compared_by=models.F("handed_in_by")),
                name="report_scan_compared_by_another",
            )
        ]

    def __str__(self) -> str:
        """Of which report."""
        return str(self.report_id)
