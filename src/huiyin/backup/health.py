"""When the last good backup was made and the last rehearsal passed: a small file in the data folder, for whoever watches over them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from huiyin.backup.placing import written_whole

STATE: Final = "backups.json"


@dataclass(frozen=True, slots=True)
class BackupState:
    """How an installation stands with its backups.

    ``made_at`` and ``file`` are those of the last good one that was written down, ``rehearsed_at`` when restoring one was last tried
    and went well; all None where it never happened. ``is_too_old``: there is no good one from within ``max_days`` days, or none at all;
    ``is_rehearsal_too_old`` the same of rehearsals.
    """

    made_at: datetime | None
    file: Path | None
    rehearsed_at: datetime | None
    is_too_old: bool
    is_rehearsal_too_old: bool
    max_days: int
    max_rehearsal_days: int


def state(at: datetime) -> BackupState:
    """How this installation stands with its backups at ``at`` (aware).

    The limits are HUIYIN_BACKUP_DAYS and HUIYIN_REHEARSAL_DAYS. A file that cannot be read counts as none: better a warning too many.
    """
    kept = _read_state(Path(settings.HUIYIN_HOME))
    made_at, rehearsed_at = _moment(kept.get("made_at")), _moment(kept.get("rehearsed_at"))
    file = kept.get("file")
    return BackupState(
        made_at=made_at,
        file=Path(file) if isinstance(file, str) else None,
        rehearsed_at=rehearsed_at,
        is_too_old=_is_too_old(made_at, at, settings.HUIYIN_BACKUP_DAYS),
        is_rehearsal_too_old=_is_too_old(rehearsed_at, at, settings.HUIYIN_REHEARSAL_DAYS),
        max_days=settings.HUIYIN_BACKUP_DAYS,
        max_rehearsal_days=settings.HUIYIN_REHEARSAL_DAYS,
    )


def note_made(home: Path, file: Path, at: datetime) -> None:
    """Write down that a good backup was made at ``at`` (aware) and where it is."""
    _note(home, {"made_at": at.isoformat(), "file": str(file.absolute())})


def note_rehearsed(home: Path, at: datetime) -> None:
    """Write down that restoring a backup of this installation was tried at ``at`` (aware) and went well."""
    _note(home, {"rehearsed_at": at.isoformat()})


def _is_too_old(last: datetime | None, at: datetime, days: int) -> bool:
    return last is None or at - last > timedelta(days=days)


def _note(home: Path, news: dict[str, str]) -> None:
    written_whole(home / STATE, (json.dumps(_read_state(home) | news, indent=1) + "\n").encode())


def _read_state(home: Path) -> dict[str, Any]:
    try:
        kept = json.loads((home / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _moment(written: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
