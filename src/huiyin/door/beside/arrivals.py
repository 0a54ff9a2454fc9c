"""Petitions that came in, counted by sender and organisation, and forgotten once they no longer count (``casework.received.arrivals``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import CountedArrival
from huiyin.casework.received.arrivals import WITHIN, digests
from huiyin.people.ids import new_id


def counted_arrivals(organisation: UUID, address: str, at: datetime) -> Iterator[CountedArrival]:
    """What is written down when a petition has come in; nothing without an address."""
    if address:
        for digest in digests(organisation, address):
            yield CountedArrival(id=new_id(at), digest=digest, at=at)


def forget(at: datetime) -> int:
    """Remove what no longer counts; how many there were."""
    return CountedArrival.objects.filter(at__lte=at - WITHIN).delete()[0]
