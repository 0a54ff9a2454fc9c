"""What a post has put aside."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.models import Snooze


def in_force(post: UUID | None, today: date) -> QuerySet[Snooze]:
    """What a post has put aside beyond ``today``."""
    return Snooze.objects.filter(post=post, lifted_at=None, until__gt=today)
