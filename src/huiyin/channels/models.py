"""Old registers that are brought in on pages: how each organisation's is read, each attempt, and what became of its rows."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.jobs.queue import percent_of
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation
from huiyin.web.models import StoredDraft

COLUMNS, CHECKING, CHECKED, IMPORTING = "columns", "checking", "checked", "importing"
WAITING, CONFIRMING, DONE = "waiting", "confirming", "done"
"""How far an attempt is: its columns are being told, its rows looked at, looked at, brought in; what has ended waits for a second
person, is brought in; in."""
AT_WORK: Final = (CHECKING, IMPORTING, CONFIRMING)
SETTLED: Final = (WAITING, DONE)
"""What the columns and words of these mean is told no more."""


class KeptMapping(models.Model):
    """How an organisation's old register was read last, for the next time (``huiyin.channels.register.columns.RegisterMapping``)."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, primary_key=True, related_name="+")
    mapping = models.JSONField()
    changed_at = models.DateTimeField()


class RegisterRun(models.Model):
    """An old register that somebody handed in. What was handed in lies sealed with ``upload``, and goes when nobody comes back for it.

    ``turn`` counts the times that its rows were looked at or brought in; ``skipped`` are runs of lines that are no rows, with why.
    ``confirmed_by`` is who beside ``account`` confirmed that the matters had ended of which it says so.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    upload = models.ForeignKey(StoredDraft, models.SET_NULL, related_name="+", null=True)
    sheet = models.CharField(max_length=100, blank=True)
    mapping = models.JSONField()
    asked_at = models.DateTimeField()
    step = models.CharField(max_length=20, default=COLUMNS)
    turn = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    skipped = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-asked_at"], name="register_by_account")]

    @property
    def percent(self) -> int:
        """How far it is."""
        return percent_of(self.done, self.total, of_nothing=0)

    @property
    def is_at_work(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.step in AT_WORK

    @property
    def is_settled(self) -> bool:
        """Whether how it is read can be changed no more: somebody was shown, or is to be shown, what came of it."""
        return self.is_at_work or self.step in SETTLED


class RegisterRow(models.Model):
    """What became, or would become, of a row: without a word of what it says but its number. ``digest`` tells rows of one number apart.

    Of what waits for a second person ``accused`` are the ids (hex) of the units and people whom it accuses or may mean; ``unresolved``: somebody
    has to find out whom.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    run = models.ForeignKey(RegisterRun, models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    number = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=16, blank=True)
    fate = models.CharField(max_length=10)
    stage = models.CharField(max_length=100, blank=True)
    due = models.DateField(null=True)
    rulebook = models.CharField(max_length=80, blank=True)
    case_number = models.CharField(max_length=40, blank=True)
    errors = models.JSONField(default=list)
    accused = models.JSONField(default=list)
    unresolved = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["run", "line"], name="register_row_line"),
            models.Index(fields=["run", "number"], name="register_row_number"),
        ]


class MailboxState(models.Model):
    """When a mailbox was read last, and what kept it from being read since; ``uid_validity`` as the server said it then."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    mailbox = models.CharField(max_length=400, unique=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    tried_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=20, blank=True)


class ArrivedMail(models.Model):
    """A message that was found in a mailbox, and what became of it; who wrote it and what it says stays in the mailbox or in its case.

    ``digest`` is of its Message-ID and ``content`` of what it says, ``sender`` of its address, all keyed. ``reason`` is why it was not
    taken in, ``errors`` are the words of what was refused. Who asked for it to be taken in all the same is ``wanted_by``; who said that it is no
    petition is ``settled_by``.
    """

    class MailFate(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("已登记")
        AGAIN = "again", _("重复收到")
        ASIDE = "aside", _("待人工处理")
        LEFT = "left", _("不作来件")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    mailbox = models.CharField(max_length=400)
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    size = models.PositiveBigIntegerField()
    arrived_at = models.DateTimeField()
    found_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=MailFate.choices)
    reason = models.CharField(max_length=20, blank=True)
    errors = models.JSONField(default=list)
    digest = models.BinaryField(max_length=32, null=True)
    content = models.BinaryField(max_length=32, null=True)
    sender = models.BinaryField(max_length=32, null=True)
    submission_id = models.UUIDField(null=True)
    wanted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, db_index=False)
    settled_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="mail_found_once"),
            models.UniqueConstraint(
                fields=["organisation", "digest"], condition=models.Q(fate="taken"), name="mail_taken_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "fate", "arrived_at"], name="mail_by_fate"),
            models.Index(fields=["organisation", "sender", "found_at"], name="mail_by_sender"),
        ]
