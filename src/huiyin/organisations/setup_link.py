"""The link by which whoever stands at the machine sets an organisation up on pages: good once, for one browser and a day."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Final

from huiyin.backup.placing import written_whole

NAME: Final = "setup-link.json"
TAKEN: Final = "setup-taken.json"
VALID_FOR: Final = timedelta(days=1)
SECRET_BYTES: Final = 32


def make_link(home: Path, at: datetime) -> str:
    """A new key, in place of any before, and of what a browser may do that followed one; only its digest is kept."""
    key = secrets.token_urlsafe(SECRET_BYTES)
    drop_link(home)
    content = {"digest": _digest(key), "until": (at + VALID_FOR).isoformat()}
    written_whole(home / NAME, json.dumps(content).encode())
    return key


def take_link(home: Path, key: str, at: datetime) -> str | None:
    """What the browser that followed the link keeps, to go on with; None for a link that was taken already, is too old or was never made.

    Of several at once one has it: whoever renames the file first.
    """
    if not _is(home / NAME, _digest(key), at):
        return None
    mine = home / f"{NAME}.{secrets.token_hex(8)}"
    try:
        (home / NAME).rename(mine)
    except OSError:
        return None
    mine.replace(home / TAKEN)
    return _digest(key) if _is(home / TAKEN, _digest(key), at) else None


def may_go_on(home: Path, kept: str, at: datetime) -> bool:
    """Whether the browser that keeps this followed the last link, and not too long ago."""
    return _is(home / TAKEN, kept, at)


def drop_link(home: Path) -> None:
    """Make the link void, and what was begun by it."""
    for name in (NAME, TAKEN):
        (home / name).unlink(missing_ok=True)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _is(path: Path, digest: str, at: datetime) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return compare_digest(str(found["digest"]), digest) and at < datetime.fromisoformat(found["until"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
