"""Wrong query codes written down, and forgotten once they no longer count (``casework.code_guesses`` says how many are too many)."""

from __future__ import annotations

from datetime import datetime

from huiyin.casework.code_guesses import WITHIN, digests
from huiyin.casework.models import CodeGuess
from huiyin.people.ids import new_id


def failed(receipt: str, address: str, at: datetime) -> None:
    """A wrong code came, whether or not there is such a receipt: an answer that differed would tell which exist."""
    CodeGuess.objects.bulk_create(
        CodeGuess(id=new_id(at), digest=digest, at=at) for _kind, digest in digests(receipt, address)
    )


def forget(at: datetime) -> int:
    """Remove the attempts that no longer count; how many there were."""
    return CodeGuess.objects.filter(at__lte=at - WITHIN).delete()[0]
