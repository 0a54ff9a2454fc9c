"""Where somebody is signed in: whose a session is only the session itself says, so that no table tells who works where and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from huiyin.people.models import Account

USED_KEY: Final = "used"
"""Under which a session keeps when it was last known to be in use."""
DEVICE_KEY: Final = "device"
"""Under which a session keeps on what device it was begun, in words."""

BEGUN_KEY: Final = "begun"
"""Under which a session keeps since when somebody is signed in by it."""

_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# Most browsers name those whose pages they imitate as well: the particular ones come first.
_BROWSERS: Final = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session of somebody; ``device`` in words (empty where unknown), ``used_at`` to the nearest ten minutes."""

    device: str
    used_at: datetime | None
    is_this: bool


def device_words(user_agent: str) -> str:
    """What a browser says of itself, as people recognise it: Windows · Edge. Nothing else of it is kept."""
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), "")
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), "")
    return " · ".join(filter(None, (system, browser)))


def note_beginning(request: HttpRequest, at: datetime) -> None:
    """Keep on what device a session begins, and when: for whoever has just signed in."""
    request.session[DEVICE_KEY] = device_words(request.headers.get("User-Agent", ""))
    request.session[BEGUN_KEY] = at.isoformat()


def sessions_of(account: Account, at: datetime, this: str) -> list[OpenSession]:
    """The open sessions of an account, the one with the key ``this`` first, then the last used."""
    found = [_line(data, key == this) for key, data in _mine(account, at)]
    return sorted(found, key=lambda one: (one.is_this, one.used_at or datetime.min.replace(tzinfo=UTC)), reverse=True)


def drop_sessions(account: Account, at: datetime, keep: str = "") -> int:
    """End the open sessions of an account but the one with the key ``keep``; how many."""
    ended = [key for key, _data in _mine(account, at) if key != keep]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)


def _mine(account: Account, at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(account.pk):
            yield session.session_key, data


def _line(data: dict[str, Any], is_this: bool) -> OpenSession:
    used = data.get(USED_KEY) or data.get(BEGUN_KEY)
    return OpenSession(data.get(DEVICE_KEY, ""), datetime.fromisoformat(used) if used else None, is_this)
