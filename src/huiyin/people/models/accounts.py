"""Who works here: accounts, the posts they hold, when they are away, how they sign in."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.people import demonstration
from huiyin.people.ids import fresh_id
from huiyin.people.models.organisations import Organisation, Post, Unit


def every_scope() -> list[str]:
    """The scopes of a token that may do whatever its holder may do by a program."""
    return ["read", "act"]


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; Django and allauth ask for one by this name."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account; without a password it cannot sign in by one."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db, force_insert=True)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account of an administrator of the installation."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in. What they may do follows from the posts they hold, never from the account."""

    class Theme(models.TextChoices):
        """How bright the pages are."""

        LIGHT = "light", _("浅色")
        DARK = "dark", _("深色")

    class Density(models.TextChoices):
        """How much stands on a screen."""

        NORMAL = "normal", _("标准")
        DENSE = "dense", _("紧凑")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    username = models.CharField(max_length=100, unique=True)
    display_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    former_names = models.JSONField(default=list, blank=True)  # by any of them somebody may still accuse them
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.LIGHT)
    density = models.CharField(max_length=7, choices=Density.choices, default=Density.NORMAL)
    news_seen_at = models.DateTimeField(null=True, blank=True)  # up to when they have read what the page of news tells

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the account's password; one that demonstrations publish is none where others can reach it."""
        if raw_password and demonstration.is_published(raw_password) and not demonstration.is_open():
            super().check_password("")  # takes as long as any wrong one
            return False
        return super().check_password(raw_password)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = AccountManager()

    def __str__(self) -> str:
        """The name that colleagues know."""
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name that colleagues know; Django and allauth ask for it."""
        return str(self)


class Holding(models.Model):
    """Who holds which post, from the day ``since`` (included) until the day ``until`` (not included, None: open)."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="holdings", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # Repeats the unit of a liaison's post, because only then can the database itself refuse a second liaison.
    liaison_of = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="holding_not_backwards"
            ),
            models.UniqueConstraint(fields=["liaison_of"], condition=Q(until__isnull=True), name="one_liaison_a_unit"),
        ]

    def current_on(self, day: date) -> bool:
        """Whether the post is held on that day of the organisation's zone."""
        return self.since <= day and (self.until is None or day < self.until)


class Absence(models.Model):
    """Somebody is away from the day ``since`` (included) until the day ``until`` (not included, None: not known yet).

    What they owe goes to ``deputy``, as far as the deputy's own posts give the right to it.
    """

    class Purpose(models.TextChoices):
        """Why somebody is away; nobody need say."""

        LEAVE = "leave", _("休假")
        ILL = "ill", _("病假")
        SECONDED = "seconded", _("借调、外派")
        TRAINING = "training", _("学习培训")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="absences")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, blank=True)
    deputy = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="absence_not_backwards"
            )
        ]


class Token(models.Model):
    """A key for programs that act for a holder; only its SHA-256 is kept.

    ``scopes`` say what for (``tokens.READ``, ``tokens.ACT``). Tokens of before there were scopes have both and no end.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=60, blank=True)  # what its owner calls it
    scopes = models.JSONField(default=every_scope)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)  # to the minute: see ``tokens.note_use``
    second_factor = models.BooleanField(default=False)  # made by somebody who had shown a second factor


class SecondFactorRule(models.Model):
    """Who must use a second factor: those who hold a role in an organisation; an empty role stands for all who work there.

    Without an organisation it is for administrators of the installation.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="second_factor_rules", db_index=False
    )
    role = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "role"], name="second_factor_rule_once"),
            models.UniqueConstraint(
                fields=["role"], condition=Q(organisation__isnull=True), name="administrators_rule_once"
            ),
        ]


class Leader(models.Model):
    """A member of the leading group of an organisation (clause s0-2)."""

    class Position(models.TextChoices):
        """The three positions of a leading group."""

        HEAD = "head", "组长"
        DEPUTY = "deputy", "副组长"
        MEMBER = "member", "成员"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="leaders", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="leads")
    position = models.CharField(max_length=10, choices=Position.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "account"], name="leader_once"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(position="head"), name="one_head"),
        ]


class Signature(models.Model):
    """The picture of somebody's signature, sealed (``people.signing_in.signatures``)."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="signature")
    sealed = models.BinaryField()
    type = models.CharField(max_length=20)
    changed_at = models.DateTimeField()


class MailPreference(models.Model):
    """Of which news about their duties somebody wants mail, and when. Made with the defaults for whoever has a confirmed address.

    ``hour`` is when a daily mail goes out; between the hours ``quiet_from`` and ``quiet_until`` nothing is sent at once. ``next_at`` is
    when a worker looks again for what to tell, ``looked_at`` up to when it has looked.
    """

    class MailPace(models.TextChoices):
        """How soon."""

        DAILY = "daily", _("每天一封")
        AT_ONCE = "at_once", _("随时")
        NEVER = "never", _("不要邮件")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="mail_preference")
    reasons = models.JSONField(default=list, blank=True)
    pace = models.CharField(max_length=10, choices=MailPace.choices, default=MailPace.DAILY)
    hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_until = models.PositiveSmallIntegerField(default=7)
    next_at = models.DateTimeField(db_index=True)
    looked_at = models.DateTimeField()
