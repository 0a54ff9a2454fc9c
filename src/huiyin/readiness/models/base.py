"""What the rows of this package have in common."""

from __future__ import annotations

from django.db import models

from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Organisation


class Kept(models.Model):
    """A row of one organisation, which no other one sees."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Owned(Kept):
    """A row for which somebody answers: who is reminded when something of it is due."""

    owner = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Noted(models.Model):
    """An entry in the history of a row: it is written once and never changed."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
