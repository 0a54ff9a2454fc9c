"""Wrong query codes, counted: who guesses is stopped, whoever mistypes is not, and nobody's address is kept."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from huiyin.casework import receipts
from huiyin.casework.models import CodeGuess
from huiyin.people.ids import new_id
from huiyin.people.keyring import derive
from huiyin.rows import Prepared

MOST = 10
WITHIN = timedelta(minutes=15)


def blocked(receipt: str, address: str, at: datetime) -> bool:
    """Whether so many wrong codes came for ``receipt`` from ``address`` lately that no further one is looked at."""
    return len(_lately.all(_digest(receipt, address), at - WITHIN)) >= MOST


_lately = Prepared(lambda digest, since: CodeGuess.objects.filter(digest=digest, at__gt=since).values_list("id")[:MOST])


def failed(receipt: str, address: str, at: datetime) -> None:
    """A wrong code came, whether or not there is such a receipt: an answer that differed would tell which exist."""
    CodeGuess.objects.create(id=new_id(at), digest=_digest(receipt, address), at=at)


def forget(at: datetime) -> int:
    """Remove the attempts that no longer count; how many there were."""
    return CodeGuess.objects.filter(at__lte=at - WITHIN).delete()[0]


def _digest(receipt: str, address: str) -> bytes:
    """Keyed, since addresses are few enough to be guessed from a plain hash."""
    message = f"{receipts.normal(receipt)}\0{address}".encode()
    return hmac.digest(derive("attempts"), message, hashlib.sha256)
