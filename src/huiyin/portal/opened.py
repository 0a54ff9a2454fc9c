"""Which receipt a browser has opened: kept in its session for an hour, so that no code need stand in an address."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest

from huiyin.casework import tracking
from huiyin.casework.models import Submission
from huiyin.casework.tracking import OpenedReceipt

KEY = "receipt_opened"
FOR = timedelta(hours=1)
"""A shared computer must not show the matter to whoever sits down next."""


def remember(request: HttpRequest, submission: Submission, at: datetime) -> None:
    """Keep a receipt open in this browser until an hour after ``at``; another one that was open is closed."""
    request.session.cycle_key()
    request.session[KEY] = {"submission": submission.id.hex, "until": (at + FOR).isoformat()}


def forget(request: HttpRequest) -> None:
    """Close the receipt."""
    request.session.pop(KEY, None)


def recall(request: HttpRequest, at: datetime) -> OpenedReceipt | None:
    """The receipt that this browser has open at ``at``; None when there is none, or it is too long ago."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict) or datetime.fromisoformat(kept["until"]) < at:
        return None
    rows = Submission.objects.select_related("case__organisation", "case__unit", "petitioner")
    submission = rows.filter(id=UUID(hex=kept["submission"])).first()
    return tracking.opened(submission) if submission is not None else None
