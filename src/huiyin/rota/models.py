"""The rows of this package. A rota is planned as a draft and published as a version; a shift of an earlier one that it replaces is kept."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.casework.models import Case
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation, Post
from huiyin.readiness.models import Kept

MAX_REASON = 300
OPEN_SWAPS = ("asked", "agreed")


class DutyGroup(models.TextChoices):
    """Who takes turns: the staff on duty, or the leaders on their reception days (clause s1-C20a)."""

    STAFF = "staff", _("值班接待")
    LEADERS = "leaders", _("领导接访")


class Rota(Kept):
    """A plan for the days from ``first`` to ``last``, both included, and what it was made by, so that parts of it can be made again.

    ``members`` are the ids (hex) of those who take turns, ``times`` those of the reception times that leaders take. ``number`` counts the
    rotas of a group; one that is not published is a draft.
    """

    group = models.CharField(max_length=10, choices=DutyGroup.choices)
    number = models.PositiveIntegerField()
    first = models.DateField()
    last = models.DateField()
    members = models.JSONField(default=list)
    needed = models.PositiveSmallIntegerField(default=1)
    every_day = models.BooleanField(default=False)  # weekends and holidays too; of staff alone
    begins = models.TimeField(null=True, blank=True)  # of leaders: as their reception times say
    ends = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=300, blank=True)
    times = models.JSONField(default=list)
    left_out = models.JSONField(default=list)  # days of the span that another rota goes on to cover
    shows_names = models.BooleanField(default=False)  # to the public, beside posts and days
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "group", "number"], name="rota_number_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="rota_not_backwards"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="rota_needs_somebody"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="rota_published_by_somebody",
            ),
        ]

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one that this rota is to settle."""
        return self.first <= day <= self.last and day.isoformat() not in self.left_out

    def __str__(self) -> str:
        """Which one it is."""
        return f"{self.get_group_display()} {self.number}: {self.first} – {self.last}"


class RotaWish(models.Model):
    """A rota that somebody asked for, until a worker has planned it (``wishes``): ``wished`` are its fields, or ``again`` the rota of which the
    ``broken`` shifts (ids, hex) are shared out anew. ``reason`` says why none was made, ``words`` and ``lines`` what stands against it, in the
    ``language`` of whoever asked.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    group = models.CharField(max_length=10, choices=DutyGroup.choices)
    wished = models.JSONField(default=dict)
    again = models.UUIDField(null=True)
    broken = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    lines = models.JSONField(default=list)

    def __str__(self) -> str:
        """What for, asked when."""
        return f"{self.group}, {self.asked_at.isoformat()}"

    @property
    def total(self) -> int:
        """One rota is made at once."""
        return 1

    @property
    def done(self) -> int:
        """Whether it was."""
        return int(self.ended_at is not None)

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done


class Shift(Kept):
    """Somebody is on duty on a day, in a post. In force where its rota is published and no later one replaced it."""

    rota = models.ForeignKey(Rota, models.PROTECT, related_name="shifts")
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=300, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    replaced_by = models.ForeignKey(Rota, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["day", "begins", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rota", "day", "account"], name="shift_once_a_day"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "day"], condition=Q(replaced_by__isnull=True), name="shift_in_force_by_day"
            )
        ]

    def __str__(self) -> str:
        """Whose it is, and when."""
        return f"{self.day} {self.account}"


class Swap(models.Model):
    """Somebody asks a colleague to take a shift, for one of theirs (``back``) or for none; kept whatever became of it.

    The colleague agrees, then somebody who is neither of the two approves it, and only then the shifts change hands.
    """

    class SwapState(models.TextChoices):
        """How far it is."""

        ASKED = "asked", _("等对方同意")
        AGREED = "agreed", _("等领导批准")
        APPROVED = "approved", _("已换班")
        REFUSED = "refused", _("对方不同意")
        DECLINED = "declined", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("班次已重排，失效")

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="swaps")
    back = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Account, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.ASKED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(state__in=OPEN_SWAPS), name="one_open_swap_a_shift"),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_of")), name="swap_between_two"),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("asked_of")),
                name="swap_approved_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        """Between whom, for which shift."""
        return f"{self.shift.day} {self.asked_by} → {self.asked_of}"


class ReceptionCall(Kept):
    """The head of a business is called to a reception, for a matter or for none; when they came, who noted it (clause s1-C20d)."""

    called = models.ForeignKey(Account, models.PROTECT, related_name="+")
    called_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(max_length=100, blank=True)
    times = models.PositiveSmallIntegerField(default=1)
    last_called_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrival_noted_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(arrived_at__isnull=True) | Q(arrived_at__gte=F("called_at")), name="arrived_after_the_call"
            ),
            models.UniqueConstraint(
                fields=["organisation", "called"], condition=Q(arrived_at__isnull=True), name="one_open_call_each"
            ),
        ]

    def __str__(self) -> str:
        """Who was called."""
        return str(self.called)
