"""Duties that act by themselves when their limit has run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties

AGAIN_AFTER_REFUSAL = timedelta(hours=1)
"""A timer that the rules do not let fire yet, for instance while something else must be done first, asks again so much later."""


AGAIN_WHERE_NOBODY_IS_LEFT = timedelta(days=1)
"""One that finds nobody else to pass the duty to asks again so much later: who holds which post, and who is away, goes by days.
Never more, which ``huiyin ledger verify`` holds against a timer that was pushed away."""


def due(at: datetime) -> QuerySet[Duty]:
    """Open duties whose timer is due at ``at`` (aware), the longest due first: an index range, however many duties there are."""
    return open_duties().filter(timer_at__lt=at).order_by("timer_at")
