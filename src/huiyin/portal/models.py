"""What the public pages say of an organisation besides its name."""

from __future__ import annotations

from django.db import models

from huiyin.people.ids import fresh_id
from huiyin.people.models import Organisation


class Reception(models.Model):
    """Where and when an organisation can be reached; must be published (Regulation Art. 18(1))."""

    id = models.UUIDField(primary_key=True, default=fresh_id, editable=False)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="reception")
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        """Whose it is."""
        return str(self.organisation)
