"""What became of something that was asked of the door, told on the next page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.door import Accepted, Rejected
from huiyin.ledger.chain import Conflict


def accepted_or_told(request: HttpRequest, work: Callable[[], Accepted | Rejected]) -> Accepted | None:
    """What came of ``work``; None where nothing did, and the next page says why."""
    try:
        outcome = work()
    except Conflict:
        messages.error(request, _("事项有了新的变化，请核对后重新提交"))
        return None
    if isinstance(outcome, Accepted):
        return outcome
    for error in outcome.errors:
        messages.error(request, error.message)
    return None
