"""Duties that act by themselves when their limit has run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from huiyin.casework.models import Duty

AGAIN_AFTER_REFUSAL = timedelta(hours=1)
"""A timer that the rules do not let fire yet, for instance while something else must be done first, asks again so much later: never
more, which ``huiyin ledger verify`` holds against a timer that was pushed away."""


def due(at: datetime) -> QuerySet[Duty]:
    """Open duties whose timer is due at ``at`` (aware), the longest due first: an index range, however many duties there are."""
    open_duties = Duty.objects.filter(discharged_at__isnull=True, withdrawn_at__isnull=True)
    return open_duties.filter(timer_at__lt=at).order_by("timer_at")
