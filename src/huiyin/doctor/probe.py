"""What the doctor asks the pages through the proxies in front, and what they answer to it alone: how a request arrived.

The question carries a keyed mark of the minute, which only an installation with the same key ring can make, so that nobody else learns how
many proxies there are.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from huiyin.sealing.keyring import KeyRingUnusable, keyed_hash

PATH: Final = "/healthz"
HEADER: Final = "X-Huiyin-Doctor"
NOBODY: Final = "192.0.2.77"
"""An address for documentation (RFC 5737): what stands behind it in the header was added by proxies."""
MINUTE: Final = timedelta(minutes=1)


def headers(at: datetime) -> dict[str, str]:
    """Those of the question at ``at`` (aware)."""
    return {HEADER: _mark(at), "X-Forwarded-For": NOBODY}


def is_ours(mark: str, at: datetime) -> bool:
    """Whether a mark was made by this installation within a minute of ``at`` (aware)."""
    if not mark:
        return False
    try:
        marks = [_mark(at + shift) for shift in (-MINUTE, 0 * MINUTE, MINUTE)]
    except KeyRingUnusable:  # told by /readyz; we are alive all the same
        return False
    return any(hmac.compare_digest(mark.encode(), ours.encode()) for ours in marks)


def arrived(forwarded_for: str, scheme: str) -> Mapping[str, object]:
    """How the question came: through how many proxies, and by which scheme."""
    passed = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    added = passed[1:] if passed[:1] == [NOBODY] else passed
    return {"forwarded": len(added), "scheme": scheme}


def _mark(at: datetime) -> str:
    return keyed_hash("doctor", str(int(at.timestamp()) // 60).encode()).hex()
