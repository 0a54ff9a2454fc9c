"""What is kept beside the cases: what a post put aside or has seen, counters and codes, answers to programs, guesses, and holds."""

from __future__ import annotations

from django.db import models

from huiyin.casework.models.cases import Case, Duty, Submission, reference
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post


class Snooze(models.Model):
    """That a post has put a duty aside until a day, and why; what happens on the case meanwhile (a later ``seq``) brings it back.

    Kept when it is over; ``lifted_at``: it was taken back before. Nothing of what is owed, and by when, changes with it.
    """

    class Why(models.TextChoices):
        """For what one waits; free text would have to be sealed, and nobody reads it later."""

        MATERIAL = "material", "等材料"
        OTHERS = "others", "等其他单位、人员"
        APPOINTMENT = "appointment", "已约定时间"
        PLANNED = "planned", "排在以后办"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="snoozes", db_constraint=False)
    post = reference(Post)
    until = models.DateField()
    why = models.CharField(max_length=20, choices=Why.choices)
    seq = models.PositiveIntegerField()
    by = reference(Account)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["post", "duty"], name="snooze_in_force", condition=models.Q(lifted_at__isnull=True)),
        ]


class MailedNews(models.Model):
    """That somebody was told by mail of a duty, or of something that waits for their word, for which reason: each once."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = reference(Account)
    about = models.UUIDField()
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "about", "reason"], name="mailed_once")]


class SeenCase(models.Model):
    """How far somebody has read what happened on a case: what came later is new to them."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = reference(Account)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_constraint=False)
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "case"], name="seen_once")]


class Counter(models.Model):
    """The last number that v0.1.0 gave out in an organisation on one day; today cases are counted by the year (``CountedSeries``)."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = reference(Organisation)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="counter_once_a_day")]


class IdentityRequest(models.Model):
    """Somebody asked to know who brought a case confidentially, why, and what the custodian decided; ``reason`` is sealed."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, related_name="identity_requests", db_constraint=False)
    asked_by = reference(Account)
    reason = models.BinaryField()
    asked_at = models.DateTimeField()
    decided_by = reference(Account, null=True)
    decided_at = models.DateTimeField(null=True)
    granted_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "asked_by"], name="identity_by_asker")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")), name="nobody_unlocks_for_themselves"
            )
        ]


class CodeIssue(models.Model):
    """A new query code for a contact was handed to whoever brought it: the ``number``-th, after which none before it opens anything.

    ``proof`` is by what they showed who they are; no code stands here.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = reference(Organisation)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="code_issues", db_constraint=False)
    number = models.PositiveIntegerField()
    proof = models.CharField(max_length=20)
    issued_by = reference(Account)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="code_issue_once")]


class StoredAnswer(models.Model):
    """What a command with an idempotency key was answered, so that a retry gets the same.

    ``seal`` binds everything else with a key that is not in the database: a row that points elsewhere answers nobody.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation_id = models.UUIDField()
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    case_id = models.UUIDField()
    submission_id = models.UUIDField(null=True)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "key"], name="answer_once")]


class CodeGuess(models.Model):
    """A wrong query code: when, and a keyed digest of the receipt and of where it came from."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest", "at"], name="attempt_lately")]


class CountedArrival(models.Model):
    """That a petition of a stranger came in: when, and a keyed digest of where it came from, or of the organisation."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["digest", "at"], name="arrival_lately")]


class Hold(models.Model):
    """The data of a case must be kept whatever its term (停止销毁): a lawsuit, an audit or an inquiry still needs them. ``reason`` is about that, not
    about the case; whoever placed it does not lift it.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = reference(Organisation)
    case = models.ForeignKey(Case, models.PROTECT, db_constraint=False, related_name="holds")
    reason = models.CharField(max_length=200)
    basis = models.CharField(max_length=100)
    placed_by = reference(Account)
    placed_at = models.DateTimeField()
    lifted_by = reference(Account, null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(lifted_at__isnull=True), name="held_once_at_a_time"
            )
        ]
