"""Wrong query codes, counted: who guesses is slowed down, who has the code is let in at once, and nobody's address is kept.

A right code opens its receipt however many wrong ones came before, from wherever: nobody is locked out by what others do, be it
behind the same gateway. A code is one of 31 to the power of 8; with every wrong answer beyond the limits held back, years of asking
find none (see docs/public-pages.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from huiyin.casework import receipts
from huiyin.casework.models import CodeGuess
from huiyin.rows import Prepared
from huiyin.sealing.keyring import keyed_hash

WITHIN = timedelta(minutes=15)
MAX_GUESSES = {"pair": 10, "address": 30, "receipt": 100}
"""Wrong codes within the time: for a receipt from an address, from an address, for a receipt; the figures beyond the first allow for
many people behind one gateway, and for one petitioner with several receipts."""
HELD_BACK_SECONDS = 3
"""How long an answer to one more wrong code waits; it keeps no thread meanwhile."""
HELD_BACK = "X-Huiyin-Held-Back"
"""The header that tells so to whatever sends the answer (huiyin.site.edge.gate), and goes no further."""
NETWORK_BITS = 64  # what one subscriber is given of IPv6, RFC 6177


def too_many(receipt: str, address: str, at: datetime) -> bool:
    """Whether so many wrong codes came lately that the answer to a further one is held back."""
    since = at - WITHIN
    return any(len(_lately.all(digest, since)) >= MAX_GUESSES[kind] for kind, digest in digests(receipt, address))


_lately = Prepared(
    lambda digest, since: CodeGuess.objects.filter(digest=digest, at__gt=since).values_list("id")[
        : max(MAX_GUESSES.values())
    ]
)


def digests(receipt: str, address: str) -> Iterator[tuple[str, bytes]]:
    """Keyed, since addresses are few enough to be guessed from a plain hash."""
    written, sender = receipts.normal(receipt), network(address)
    for kind, what in {"pair": f"{written}\0{sender}", "address": f"\0{sender}", "receipt": written}.items():
        yield kind, keyed_hash("attempts", what.encode())


def network(address: str) -> str:
    """What stands for one sender: the address, or the network that a subscriber of IPv6 may choose addresses from."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, NETWORK_BITS), strict=False)) if known.version == 6 else str(known)
