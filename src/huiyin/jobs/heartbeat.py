"""The sign that workers give: when one was last at work, wherever it runs. Kept in the cache, since it is worth nothing a minute later."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.cache import cache

KEY: Final = "huiyin.worker"


def beat(at: datetime) -> None:
    """A worker is at work at ``at`` (aware)."""
    cache.set(KEY, at.isoformat(), None)


def last() -> datetime | None:
    """When a worker last gave a sign (aware); None where none did, or the cache forgot it."""
    found = cache.get(KEY)
    return datetime.fromisoformat(found) if found else None
