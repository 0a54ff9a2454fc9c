"""What somebody keeps for their own work at the desk, and where an organisation is told of news: rows that decide nothing about a case."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.people.ids import fresh_id
from huiyin.people.models.accounts import Account
from huiyin.people.models.organisations import Organisation, StandardPhrase, Unit


class OwnPhrase(models.Model):
    """A sentence that somebody keeps for themselves, sealed: whoever writes for themselves may name somebody. ``used_at`` orders them."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="own_phrases")
    sealed = models.BinaryField()
    used_at = models.DateTimeField()


class PhraseUse(models.Model):
    """When somebody last used a phrase of their organisation: theirs come first in the forms that they fill in."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    phrase = models.ForeignKey(StandardPhrase, models.CASCADE, related_name="uses")
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "phrase"], name="phrase_use_once")]


class Webhook(models.Model):
    """A robot of a group chat that is told of news by reason and number; its address and secret are sealed (``people.staff.webhooks``).

    It tells of what ``unit`` owes, or of the whole organisation where there is none. ``looked_at`` is up to when it was looked for news.
    """

    class ChatService(models.TextChoices):
        """Whose robot."""

        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="webhooks")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    service = models.CharField(max_length=10, choices=ChatService.choices)
    name = models.CharField(max_length=60)
    sealed = models.BinaryField()
    reasons = models.JSONField(default=list)
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_until = models.PositiveSmallIntegerField(default=7)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
