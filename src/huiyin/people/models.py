"""Who works here, who holds which post, and who turned to us: plain rows, no rules."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.people import demonstration
from huiyin.people.ids import fresh_id

LIAISON = "liaison"
"""The role that every unit gives to exactly one person (clause s0-3.2.2.1e)."""


def every_scope() -> list[str]:
    """The scopes of a token that may do whatever its holder may do by a program."""
    return ["read", "act"]


class Organisation(models.Model):
    """An institution with its own rulebook; the tenant that every growing table names."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subordinates")
    superior_name = models.CharField(max_length=200, blank=True)  # a superior that does not work in this installation
    superior_address = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=60, blank=True)  # in words: 省级, 街道, 企业
    paper_code = models.CharField(max_length=30, blank=True)  # 发文机关代字 (GB/T 9704-2012, 7.2.5)
    rulebook = models.CharField(max_length=80)  # the one in force: its name, or name@version once it was decided on
    next_rulebook = models.CharField(max_length=80, blank=True)
    next_rulebook_from = models.DateTimeField(null=True, blank=True)
    first_responsible = models.CharField(max_length=200, blank=True)  # the leadership body, clause s0-3.5b
    office = models.ForeignKey("Unit", models.PROTECT, null=True, blank=True, related_name="+")  # clause s0-2
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_rulebook="", next_rulebook_from__isnull=True)
                | (~Q(next_rulebook="") & Q(next_rulebook_from__isnull=False)),
                name="next_rulebook_has_its_day",
            )
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    def rulebook_at(self, at: datetime) -> str:
        """The rulebook under which a case begins at ``at`` (aware), now or in days to come."""
        due = self.next_rulebook_from is not None and self.next_rulebook_from <= at
        return self.next_rulebook if due else self.rulebook

    @property
    def organs_above(self) -> tuple[str, ...]:
        """The next higher organ and the one above it, by name, as far as they were entered, in this installation or outside it."""
        superior = self.superior
        if superior is None:
            return (self.superior_name,) if self.superior_name else ()
        above = superior.superior.name if superior.superior else superior.superior_name
        return (superior.name, above) if above else (superior.name,)


class Unit(models.Model):
    """A department of an organisation; units form a tree."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=64, blank=True)
    # Papers and history keep the name of a unit that is no more; what it did and owed is its successor's.
    abolished_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="succeeded")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="unit_code_unique"),
            models.CheckConstraint(
                condition=Q(abolished_on__isnull=True, successor__isnull=True)
                | Q(abolished_on__isnull=False, successor__isnull=False),
                name="abolished_unit_has_a_successor",
            ),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Reception(models.Model):
    """Where and when an organisation can be reached; must be published (Regulation Art. 18(1))."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="reception")
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "portal_reception"  # where it stood first, and by which name events call it

    def __str__(self) -> str:
        """Whose it is."""
        return str(self.organisation)


class Post(models.Model):
    """A seat in a unit with the roles of the rulebook that go with it; it stays when its holder leaves."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", db_index=False)
    title = models.CharField(max_length=100)
    roles = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "title"], name="post_title_unique")]

    def __str__(self) -> str:
        """Its title."""
        return self.title


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

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    username = models.CharField(max_length=100, unique=True)
    display_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

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


class Administrator(models.Model):
    """Who administers an organisation, or the whole installation (None), from the day ``since`` (included) until ``until`` (not included).

    Whoever administers the whole is ``Account.is_superuser`` as well, as long as they do. It opens no case.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="administers")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="administrators", db_index=False
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="administrator_not_backwards"
            ),
            models.UniqueConstraint(
                fields=["organisation", "account"], condition=Q(until__isnull=True), name="administrator_once"
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(until__isnull=True, organisation__isnull=True),
                name="administrator_of_all_once",
            ),
        ]


class Invitation(models.Model):
    """A link with which somebody sets a password, once, and by a day; only its SHA-256 is kept.

    The first one opens the account; a later one (``is_reset``) gives a new password to whoever has lost theirs. ``digest`` is None
    until the link was made: when it is printed, or by the worker that sends it.
    """

    class Handover(models.TextChoices):
        """How the link reaches whom it is for."""

        MAIL = "mail", _("发邮件")
        PRINT = "print", _("打印")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    is_reset = models.BooleanField(default=False)
    way = models.CharField(max_length=5, choices=Handover.choices)
    address = models.EmailField(blank=True)  # where it is mailed to
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation",
            )
        ]


class AdministrativeAct(models.Model):
    """What was changed about somebody who works here, or about units and posts, by whom and why, in words: what administrative events say by digests alone.

    ``by`` None is the command line. Rows are added and never changed.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    change = models.CharField(max_length=40)
    # None: about the organisation itself, its units or posts.
    about = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    holding = models.ForeignKey(Holding, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(
        max_length=300, blank=True
    )  # the post, the days: whatever the change does not say by itself
    reason = models.CharField(max_length=300, blank=True)


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


class Proposal(models.Model):
    """A change by which an administrator could open matters to themselves: somebody else confirms it before it takes effect.

    A link that was confirmed is used once, by who proposed it: for ``invitation``.
    """

    class Opens(models.TextChoices):
        """What it is that would open matters."""

        POST = "post", _("任命")
        LINK = "link", _("设置密码的链接")
        LEAD = "lead", _("领导小组")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    opens = models.CharField(max_length=5, choices=Opens.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="proposals")  # whom it is for
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField(null=True, blank=True)
    position = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(is_confirmed=True) | ~Q(decided_by=F("proposed_by")),
                name="proposal_by_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(is_confirmed=True) | ~Q(decided_by=F("account")),
                name="proposal_not_by_beneficiary",
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="proposal_waiting", condition=Q(decided_at__isnull=True))]


class Signature(models.Model):
    """The picture of somebody's signature, sealed (``people.signing_in.signatures``)."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="signature")
    sealed = models.BinaryField()
    type = models.CharField(max_length=20)
    changed_at = models.DateTimeField()


class DataKey(models.Model):
    """The key that seals one petitioner's data, itself wrapped by the key ring; destroying it erases them."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    wrapped = models.BinaryField()
    destroyed_at = models.DateTimeField(null=True, blank=True)


class Petitioner(models.Model):
    """A person or body that turned to an organisation; who they are is readable only through ``petitioners.read``."""

    class Kind(models.TextChoices):
        """What a petitioner is in law; the anonymous may leave the name out."""

        PERSON = "person", "自然人"
        LEGAL = "legal", "法人"
        ORGANISATION = "organisation", "其他组织"
        ANONYMOUS = "anonymous", "匿名"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    key = models.OneToOneField(DataKey, models.PROTECT, related_name="petitioner")
    sealed = models.BinaryField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # Known to the custodian alone: see ``casework.sealed.confidential``.
    confidential = models.BooleanField(default=False)
    created_at = models.DateTimeField()


class BlindIndex(models.Model):
    """Finds a petitioner by an exact value without storing the value: a keyed digest of its normal form."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    digest = models.BinaryField(max_length=32)
    petitioner = models.ForeignKey(Petitioner, models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "digest"], name="blind_index_lookup")]


class AccessRecord(models.Model):
    """Who read whose personal data, for what, when; rows are added and never changed."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    petitioner = models.ForeignKey(Petitioner, models.PROTECT, null=True, related_name="+")
    case = models.UUIDField(null=True)
    purpose = models.CharField(max_length=64)
    at = models.DateTimeField()
    # Binds the row with a key that is not in the database from the first moment; the chain has it when the worker has come round.
    seal = models.CharField(max_length=64, blank=True)
    chained = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "at"], name="access_by_time"),
            models.Index(fields=["id"], name="access_not_chained", condition=Q(chained=False)),
        ]


class Erasure(models.Model):
    """Whose personal data was erased, why, on what paper, by whom; rows are added and never changed."""

    class Reason(models.TextChoices):
        """Why personal data may be erased (Personal Information Protection Law Art. 47)."""

        RETENTION = "retention", "保存期限届满"
        REQUEST = "request", "本人要求删除"
        ORDER = "order", "有权机关决定"

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    petitioner = models.OneToOneField(Petitioner, models.PROTECT, related_name="erasure")
    case = models.UUIDField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    basis = models.CharField(max_length=200)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="erasure_by_time")]
