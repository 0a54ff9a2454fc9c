"""Queueing, claiming and settling messages: at least once, with a lease, growing pauses, and an end to trying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from huiyin.outbox.models import Message

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=6)


def queue(organisation: UUID, case: UUID, at: datetime, entries: Sequence[tuple[int, str, dict[str, str]]]) -> None:
    """Write messages (event number, kind, payload of references) in the caller's transaction."""
    Message.objects.bulk_create(messages(organisation, case, at, entries))


def messages(
    organisation: UUID, case: UUID, at: datetime, entries: Iterable[tuple[int, str, dict[str, str]]]
) -> list[Message]:
    """The rows that ``queue`` writes, for a caller who writes them together with others."""
    return [
        Message(
            organisation_id=organisation,
            case_id=case,
            seq=seq,
            kind=kind,
            key=f"{case.hex}:{seq}:{kind}",
            payload=payload,
            due_at=at,
        )
        for seq, kind, payload in entries
    ]


def claim(at: datetime, most: int = 20) -> list[Message]:
    """Up to ``most`` messages that are due at ``at``, leased to the caller; no other worker gets them meanwhile.

    The due time is pushed back before anything is tried, so that a message that kills its worker cannot stop the others.
    """
    waiting = Message.objects.filter(done_at__isnull=True, dead_at__isnull=True, due_at__lte=at)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    claimed = []
    for message in waiting.filter(free).order_by("due_at")[:most]:
        won = waiting.filter(free, id=message.id).update(claimed_until=at + LEASE, attempts=F("attempts") + 1)
        if won:
            message.attempts += 1
            claimed.append(message)
    return claimed


def settle(message: Message, at: datetime) -> None:
    """The message was delivered."""
    Message.objects.filter(id=message.id).update(done_at=at, claimed_until=None, error="")


def postpone(message: Message, at: datetime, error: str, permanent: bool = False) -> None:
    """Delivery failed with ``error`` (no personal data): try again later, or lay it aside when that is pointless."""
    if permanent or message.attempts >= MOST_ATTEMPTS:
        Message.objects.filter(id=message.id).update(dead_at=at, claimed_until=None, error=error[:200])
        return
    pause = min(timedelta(seconds=10 * 2**message.attempts), LONGEST_PAUSE)
    Message.objects.filter(id=message.id).update(due_at=at + pause, claimed_until=None, error=error[:200])
