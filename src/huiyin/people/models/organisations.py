"""Organisations, their units and posts, and where they can be reached."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from huiyin.people.ids import fresh_id

LIAISON = "liaison"
"""The role that every unit gives to exactly one person (clause s0-3.2.2.1e)."""


class OrganAbove(NamedTuple):
    """An organ above an organisation: its name, and where it is; each empty where nobody has said so."""

    name: str
    address: str


def called_at(name: str, renamed: Sequence[Sequence[str]], at: datetime) -> str:
    """What was called so and so at ``at``: ``name`` is the present one, ``renamed`` those before it, oldest first, each with the moment (ISO 8601)
    until which it was called that.
    """
    return next((former for former, until in renamed if at < datetime.fromisoformat(until)), name)


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
    renamed = models.JSONField(default=list, blank=True)  # see ``called_at``

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

    def name_at(self, at: datetime) -> str:
        """What it was called at ``at`` (aware)."""
        return called_at(self.name, self.renamed, at)

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

    def organ_above(self, level: int) -> OrganAbove:
        """The next higher organ (1) or the one above it (2), with its address where it works outside this installation and has one."""
        above, superior = self.organs_above, self.superior
        if not 0 < level <= len(above):
            return OrganAbove("", "")
        last = superior if superior is not None else self
        return OrganAbove(above[level - 1], last.superior_address if above[level - 1] == last.superior_name else "")


class Unit(models.Model):
    """A department of an organisation; units form a tree."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=64, blank=True)
    # By any of them somebody may still accuse it.
    former_names = models.JSONField(default=list, blank=True)
    renamed = models.JSONField(default=list, blank=True)  # see ``called_at``
    # Documents and history keep the name of a unit that is no more; what it did and owed is its successor's.
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


def rename(row: Organisation | Unit, name: str, at: datetime) -> None:
    """Call it ``name`` from ``at`` on, and have documents and history keep the name of their time; whoever calls saves the row."""
    if row.name != name:
        row.renamed = [*row.renamed, [row.name, at.isoformat()]]
        row.name = name


def enter(row: models.Model, name: str, value: object, at: datetime) -> tuple[str, ...]:
    """Set one entry of a row, of a name as ``rename`` does; the columns that are to be saved."""
    if name == "name" and isinstance(row, Organisation | Unit):
        rename(row, str(value), at)
        return "name", "renamed"
    setattr(row, name, value)
    return (name,)


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


class ReceptionTime(models.Model):
    """When and where petitioners are received, and by whom (接待日): each week, in some weeks of a month, or on one ``day``.

    ``weekdays`` are 1 (Monday) to 7, ``weeks`` 1 to 5 the how manieth such weekday of a month, none: each week. ``receiver`` is as the
    public reads it, such as 局长 on a reception day of leaders.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="reception_times")
    weekdays = models.JSONField(default=list, blank=True)
    weeks = models.JSONField(default=list, blank=True)
    day = models.DateField(null=True, blank=True)
    begins = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=300, blank=True)
    receiver = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["day", "begins", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=models.F("begins")), name="reception_not_backwards"),
        ]


class StandardPhrase(models.Model):
    """A sentence that an organisation offers in forms, in the texts of one ``field`` of its rulebook or (empty) in all.

    It is never changed: another wording is another row, so that the list of those that were retired tells what was offered when.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="phrases")
    field = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text


class OrganisationSeal(models.Model):
    """A certificate with which an organisation seals documents (``documents.seals``): its key and its picture are sealed themselves. One at
    a time is in force; those before are kept, so that documents which bear them stay known.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="seals")
    key = models.BinaryField()  # PKCS#12, with the certificates that issued it
    picture = models.BinaryField(null=True)
    subject = models.CharField(max_length=300)
    serial = models.CharField(max_length=80)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(retired_at=None), name="one_seal_in_force")
        ]


class OrganisationTemplate(models.Model):
    """How an organisation words documents of a ``kind`` (``documents.own.templates``), from ``added_at`` until the next row of the kind; without
    ``text`` as the shipped template does. Rows are never changed: what was issued is worded by the one of its time.
    """

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    added_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "-added_at"], name="template_in_force")]


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
