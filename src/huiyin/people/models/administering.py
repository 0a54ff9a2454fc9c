"""Who administers, and what they do: invitations, acts on record, what waits for a second person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.people.ids import fresh_id
from huiyin.people.models.accounts import Account, Holding
from huiyin.people.models.organisations import Organisation, Post


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
    taken_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")  # who has seen it
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


class Proposal(models.Model):
    """A change by which an administrator could open matters to themselves: somebody else confirms it before it takes effect.

    A link that was confirmed is used once, by who proposed it: for ``invitation``, and for nothing beyond ``reach``, which is what the
    account opened when it was proposed. ``is_whole`` where that is more than one organisation's affair.
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
    reach = models.JSONField(default=list, blank=True)
    is_whole = models.BooleanField(default=False)

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
