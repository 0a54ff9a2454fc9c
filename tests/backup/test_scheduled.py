"""Backups by the clock: one more each time, old ones of our own deleted, nothing else touched, and that it was good written down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from huiyin.backup import health, making, scheduled
from huiyin.backup.failures import BackupFailed
from huiyin.backup.making import BackupSource, RingCopies
from huiyin.backup.retention import KeepRule
from tests.backup.conftest import done
from tests.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.any_database]

AT = datetime(2026, 11, 30, 18, tzinfo=UTC)
NONE: Sequence[Any] = ()


@pytest.fixture
def source(bureau: Installation) -> BackupSource:
    """The installation, as the command finds it."""
    database = {"ENGINE": "huiyin.site.sqlite", "NAME": bureau.home / "huiyin.sqlite3"}
    return BackupSource(bureau.home, database, bureau.home / "files", bureau.home / "keys", "0.1.0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


def back_up(source: BackupSource, folder: Path, at: datetime, keep: KeepRule) -> scheduled.ScheduledBackup:
    return scheduled.make(source, folder, at, RingCopies(), keep, UTC, lambda _bytes: None)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != scheduled.LOCK)


def test_a_backup_a_day_keeps_as_many_days_as_were_asked_for(source: BackupSource, folder: Path) -> None:
    for night in range(4):
        run = back_up(source, folder, AT + timedelta(days=night), KeepRule(daily=2))
    assert names(folder) == ["huiyin-20261202T180000Z.zip", "huiyin-20261203T180000Z.zip"]
    assert [path.name for path in run.deleted] == ["huiyin-20261201T180000Z.zip"]


def test_only_backups_of_this_installation_are_deleted(
    source: BackupSource, folder: Path, bare_installation: Installation
) -> None:
    # Prepared by itself: a copy of the one that others are copied from would have its keys and pass for it.
    assert bare_installation.run("prepare").returncode == 0
    done(bare_installation.run("backup", str(folder / "huiyin-20200101T000000Z.zip"), "--json"))
    (folder / "huiyin-20200102T000000Z.zip").write_bytes(b"half of one")
    (folder / "notes.zip").write_bytes(b"mine")
    back_up(source, folder, AT, KeepRule())
    shutil.copy(folder / "huiyin-20261130T180000Z.zip", folder / "kept for the audit.zip")
    run = back_up(source, folder, AT + timedelta(days=9), KeepRule(daily=1))
    assert [path.name for path in run.deleted] == ["huiyin-20261130T180000Z.zip"]
    assert [path.name for path in run.unreadable] == ["huiyin-20200102T000000Z.zip"]
    assert names(folder) == [
        "huiyin-20200101T000000Z.zip",
        "huiyin-20200102T000000Z.zip",
        "huiyin-20261209T180000Z.zip",
        "kept for the audit.zip",
        "notes.zip",
    ]


def test_nothing_is_deleted_while_the_new_one_is_not_good(source: BackupSource, folder: Path) -> None:
    back_up(source, folder, AT, KeepRule(daily=1))
    state = (source.home / health.STATE).read_text()
    next(path for path in source.files.rglob("*") if path.is_file()).unlink()
    run = back_up(source, folder, AT + timedelta(days=3), KeepRule(daily=1))
    assert (bool(run.made.problems), run.deleted) == (True, ())
    assert len(names(folder)) == 2
    assert (source.home / health.STATE).read_text() == state
    # Nor does one that is not good count later as the one of its day.
    assert [path.name for path in scheduled._ours(folder, making.keyring.load(source.ring))[0]] == [
        "huiyin-20261130T180000Z.zip"
    ]


def test_what_a_killed_run_left_is_cleared_away(source: BackupSource, folder: Path) -> None:
    for ending in ("partial", "database", "database-wal"):
        (folder / f".huiyin-20261101T180000Z.zip.{ending}").write_bytes(b"x")
    (folder / ".huiyin-mine").write_bytes(b"x")
    back_up(source, folder, AT, KeepRule())
    assert names(folder) == [".huiyin-mine", "huiyin-20261130T180000Z.zip"]


def test_of_two_runs_at_once_one_waits_for_another_day(source: BackupSource, folder: Path) -> None:
    with scheduled._alone(folder), pytest.raises(BackupFailed, match="another backup is being made"):
        back_up(source, folder, AT, KeepRule())
    assert names(folder) == []


def test_the_command_reports_what_it_made_and_the_folder_can_be_rehearsed(bureau: Installation, folder: Path) -> None:
    told = done(bureau.run("backup", "--scheduled", str(folder), "--keep-daily", "7", "--json"))
    assert (told["problems"], told["deleted"], names(folder)) == ([], [], [Path(told["file"]).name])
    assert done(bureau.run("restore", str(folder), "--check", "--json"))["file"] == told["file"]
    kept = json.loads((bureau.home / health.STATE).read_text())
    assert (kept["file"], datetime.fromisoformat(kept["made_at"])) == (
        told["file"],
        datetime.fromisoformat(told["made_at"]),
    )


def test_a_folder_that_is_not_there_is_told_in_one_line(bureau: Installation, tmp_path: Path) -> None:
    outcome = bureau.run("backup", "--scheduled", str(tmp_path / "unmounted"))
    assert (outcome.returncode, outcome.stderr.count("\n"), "unmounted" in outcome.stderr) == (1, 1, True)


# --- how an installation stands with its backups --------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this process."""
    monkeypatch.setattr(settings, "HUIYIN_HOME", tmp_path)
    return tmp_path


def test_without_a_backup_the_state_says_so(home: Path) -> None:
    state = health.state(AT)
    assert (state.made_at, state.file, state.rehearsed_at) == (None, None, None)
    assert (state.is_too_old, state.is_rehearsal_too_old) == (True, True)


def test_a_backup_is_too_old_after_two_days_and_a_rehearsal_after_thirty(home: Path) -> None:
    health.note_made(home, home / "b.zip", AT)
    health.note_rehearsed(home, AT)
    for days, expected in ((2, (False, False)), (3, (True, False)), (31, (True, True))):
        state = health.state(AT + timedelta(days=days))
        assert (state.is_too_old, state.is_rehearsal_too_old) == expected
    assert (state.made_at, state.file, state.rehearsed_at) == (AT, home / "b.zip", AT)
    assert (home / health.STATE).stat().st_mode & 0o777 == 0o600


def test_the_limits_are_those_of_the_installation(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HUIYIN_BACKUP_DAYS", 8)
    health.note_made(home, home / "b.zip", AT)
    assert not health.state(AT + timedelta(days=7)).is_too_old


@pytest.mark.parametrize("written", ["", "[]", "{", '{"made_at": 7, "file": 7}', '{"made_at": "2026-11-30T18:00:00"}'])
def test_a_state_that_cannot_be_read_counts_as_none(home: Path, written: str) -> None:
    (home / health.STATE).write_text(written)
    assert health.state(AT).is_too_old
    health.note_made(home, home / "b.zip", AT)
    assert not health.state(AT).is_too_old
