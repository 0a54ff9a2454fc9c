"""The link by which whoever stands at the machine sets an organisation up on pages: good once, for one browser and a day."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Final

NAME: Final = "setup-link.json"
VALID_FOR: Final = timedelta(days=1)
SECRET_BYTES: Final = 32


def make_link(home: Path, at: datetime) -> str:
    """A new key, in place of any before; only its digest is kept."""
    key = secrets.token_urlsafe(SECRET_BYTES)
    _write(home, {"digest": _digest(key), "until": (at + VALID_FOR).isoformat()})
    return key


def take_link(home: Path, key: str, at: datetime) -> datetime | None:
    """Until when whoever followed the link may go on; None for one that was used already, is too old or was never made."""
    found = _read(home)
    until = datetime.fromisoformat(found["until"]) if found else at
    if not found or until <= at or not compare_digest(found["digest"], _digest(key)):
        return None
    drop_link(home)
    return until


def drop_link(home: Path) -> None:
    """Make the link void."""
    (home / NAME).unlink(missing_ok=True)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _read(home: Path) -> dict[str, str]:
    try:
        found = json.loads((home / NAME).read_text(encoding="utf-8"))
        datetime.fromisoformat(found["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found.get("digest"), str) else {}


def _write(home: Path, content: dict[str, str]) -> None:
    fresh = home / f"{NAME}.new"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file)
    fresh.replace(home / NAME)
