"""How many petitions come from one sender and to one organisation: beyond a measure they wait, and nobody is kept out by others.

An organisation that is flooded takes no more than a few an hour of each sender, so that whoever writes once still gets in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from huiyin.casework.code_guesses import network
from huiyin.casework.models import CountedArrival
from huiyin.rows import Prepared
from huiyin.sealing.keyring import keyed_hash

WITHIN = timedelta(hours=1)
FEW = 3
"""So many petitions of one sender an organisation takes within the time when more have come than it takes of all."""


_came: Final = Prepared(
    lambda digests, since: (
        CountedArrival.objects.filter(digest__in=digests, at__gt=since).values_list("digest").annotate(Count("id"))
    )
)


def free_at(organisation: UUID, address: str, at: datetime) -> datetime | None:
    """When the next petition from ``address`` may be handed in; None: now."""
    sender, to = digests(organisation, address)
    most, most_of_all = settings.HUIYIN_SUBMISSIONS_PER_ADDRESS, settings.HUIYIN_SUBMISSIONS_PER_ORGANISATION
    # Both in one statement: a petition costs no more than it must.
    came = {bytes(digest): number for digest, number in _came.all((sender, to), at - WITHIN)}
    flooded = most_of_all and came.get(to, 0) >= most_of_all
    limit = min(FEW, most or FEW) if flooded else most
    if not limit or came.get(sender, 0) < limit:
        return None
    lately = CountedArrival.objects.filter(at__gt=at - WITHIN, digest=sender)
    latest = list(lately.order_by("-at").values_list("at", flat=True)[:limit])
    return min(latest, default=at) + WITHIN


def digests(organisation: UUID, address: str) -> tuple[bytes, bytes]:
    """Of the sender, whichever organisation they write to, and of the organisation. Keyed, since addresses can be guessed."""
    return keyed_hash("arrivals", network(address).encode()), keyed_hash("arrivals", organisation.hex.encode())
