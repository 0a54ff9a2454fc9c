"""Queueing, claiming and settling messages: at least once, with a lease, growing pauses, and an end to trying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from huiyin.outbox.models import Message

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=6)
UNSURVIVED = "no worker that tried it said what came of it"


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

    Many workers share what is due instead of waiting for each other. The attempt is counted before anything is tried, so that
    a message that kills its worker is laid aside at last and cannot stop the others.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    waiting = Message.objects.filter(free, done_at__isnull=True, dead_at__isnull=True, due_at__lte=at)
    with transaction.atomic():
        found = list(waiting.select_for_update(skip_locked=True).order_by("due_at")[:most])
        spent = [message.id for message in found if message.attempts >= MOST_ATTEMPTS]
        Message.objects.filter(id__in=spent).update(dead_at=at, claimed_until=None, error=UNSURVIVED)
        claimed = [message for message in found if message.attempts < MOST_ATTEMPTS]
        for message in claimed:
            message.claimed_until = at + LEASE
            message.attempts += 1
        ids = [message.id for message in claimed]
        Message.objects.filter(id__in=ids).update(claimed_until=at + LEASE, attempts=F("attempts") + 1)
    return claimed


def settle(message: Message, at: datetime) -> None:
    """The message was delivered, whoever holds its lease now."""
    Message.objects.filter(id=message.id).update(done_at=at, claimed_until=None, error="")


def postpone(message: Message, at: datetime, error: str, permanent: bool = False) -> None:
    """Delivery failed with ``error`` (no personal data): try again later, or lay it aside when that is pointless.

    Says nothing when the lease has ended and another worker has the message.
    """
    mine = Message.objects.filter(id=message.id, claimed_until=message.claimed_until, done_at__isnull=True)
    if permanent or message.attempts >= MOST_ATTEMPTS:
        mine.update(dead_at=at, claimed_until=None, error=error[:200])
        return
    pause = min(timedelta(seconds=10 * 2**message.attempts), LONGEST_PAUSE)
    mine.update(due_at=at + pause, claimed_until=None, error=error[:200])
