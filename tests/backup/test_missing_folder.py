"""A folder for backups that is not there is named, and is not made: the disk may not be mounted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiyin.backup import placing, scheduled
from huiyin.backup.failures import BackupFailed
from huiyin.backup.making import BackupSource, RingCopies
from huiyin.backup.retention import KeepRule

AT = datetime(2026, 11, 30, 18, tzinfo=UTC)


def test_backups_by_the_clock_name_the_folder_that_is_missing(tmp_path: Path) -> None:
    nothing = BackupSource(tmp_path, {}, tmp_path / "files", tmp_path / "keys", "0.1.0")
    with pytest.raises(BackupFailed, match=f"there is no folder {tmp_path}/away") as told:
        scheduled.make(nothing, tmp_path / "away", AT, RingCopies(), KeepRule(), UTC, lambda _bytes: None)
    assert told.value.in_one_line.endswith("; make it, or name a folder that is there")
    assert not list(tmp_path.iterdir())


def test_so_does_one_that_is_named_by_hand(tmp_path: Path) -> None:
    with (
        pytest.raises(BackupFailed, match=f"there is no folder {tmp_path}/away"),
        placing.draft_of(tmp_path / "away" / "x.zip"),
    ):
        pass
    assert not list(tmp_path.iterdir())
