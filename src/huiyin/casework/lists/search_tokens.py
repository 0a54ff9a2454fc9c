"""What somebody looked for, as a token that may stand in an address: sealed, theirs alone, for an hour.

A phone or identity number must not end in an address, and a page that answers a POST is gone when one comes back to it.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from huiyin.sealing.aead import SealBroken, open_sealed, seal
from huiyin.sealing.keyring import derive

VALID: Final = timedelta(hours=1)
MAX_TOKEN_CHARS: Final = 2000
_KEY: Final = "searches"


def token(q: str, account: UUID, at: datetime) -> str:
    """The token for what ``account`` looks for at ``at``."""
    plain = json.dumps([q, (at + VALID).timestamp()]).encode()
    return base64.urlsafe_b64encode(seal(derive(_KEY), plain, account.bytes)).decode().rstrip("=")


def looked_for(token: str, account: UUID, at: datetime) -> str | None:
    """What the token stands for; None when it is another's, too old, or none."""
    if len(token) > MAX_TOKEN_CHARS:
        return None
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        q, until = json.loads(open_sealed(derive(_KEY), sealed, account.bytes))
    except (binascii.Error, SealBroken, ValueError):
        return None
    return str(q) if at.timestamp() < until else None
