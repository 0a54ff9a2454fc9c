"""Data folder, keys, room on the disk: what others may read, what cannot be written, what is full."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiyin.doctor.checks import backups, disk, keys, permissions
from huiyin.doctor.finding import Level
from huiyin.doctor.surroundings import look_around
from huiyin.people.models import DataKey, Organisation
from huiyin.sealing import keyring
from tests.doctor.looking import AT, around, codes

pytestmark = pytest.mark.any_database


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own with a key ring."""
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    monkeypatch.setenv("HUIYIN_HOME", str(made))
    monkeypatch.delenv("HUIYIN_SECRET_KEYS", raising=False)
    keyring.open_or_make(made / "keys", AT)
    return made


def seen(home: Path, at: datetime = AT) -> Any:
    return look_around({"HUIYIN_HOME": str(home)}, at)


def test_a_closed_folder_with_a_closed_ring_is_well(home: Path) -> None:
    assert codes(permissions.look(seen(home))) == {"permissions": Level.OK}
    assert codes(keys.ring(seen(home))) == {"key-ring": Level.OK}


def test_what_others_may_read_is_told_with_one_of_them(home: Path) -> None:
    (home / "files").mkdir()
    (home / "files").chmod(0o755)
    (found,) = permissions.look(seen(home))
    assert (found.code, found.level) == ("permissions.open", Level.WARNING)
    assert "files" in found.what and str(home) not in found.what


def test_keys_that_others_may_read_are_a_failure(home: Path) -> None:
    (home / "keys").chmod(0o644)
    (found,) = keys.ring(seen(home))
    assert (found.code, found.level) == ("key-ring.open", Level.FAILURE)
    assert "644" in found.what and "chmod 600" in found.to_do


def test_keys_that_are_gone_or_spoilt_are_a_failure_and_none_are_made(home: Path) -> None:
    (home / "keys").write_text("nonsense\n")
    assert codes(keys.ring(seen(home))) == {"key-ring.unusable": Level.FAILURE}
    (home / "keys").unlink()
    assert codes(keys.ring(seen(home))) == {"key-ring.missing": Level.FAILURE}
    assert not (home / "keys").exists()


def test_a_key_of_more_than_two_years_is_told(home: Path) -> None:
    later = AT + keys.ROTATE_AFTER + timedelta(days=1)
    assert codes(keys.ring(seen(home, later))) == {"key-ring": Level.OK, "key-ring.age": Level.NOTICE}


def test_a_file_of_somebody_else_is_told(home: Path) -> None:
    (home / "spool").mkdir(mode=0o700)
    try:
        shutil.chown(home / "spool", 65534)
    except PermissionError:
        pytest.skip("only root gives files away")
    assert codes(permissions.look(seen(home)))["permissions.owner"] is Level.WARNING


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB, mounted; skips where that is not allowed."""
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting needs root")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_a_failure(small_disk: Path) -> None:
    found = codes(disk.free_space(look_around({"HUIYIN_HOME": str(small_disk)}, AT)))
    assert found["disk.full"] is Level.FAILURE


def test_a_folder_that_cannot_be_written_is_a_failure(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert (
        codes(permissions.look(look_around({"HUIYIN_HOME": str(small_disk)}, AT)))["permissions.home"] is Level.FAILURE
    )


@dataclass(frozen=True)
class Record:
    """What a backup command wrote down."""

    made_at: datetime | None
    rehearsed_at: datetime | None
    is_too_old: bool = False
    is_rehearsal_too_old: bool = False
    file: Path | None = None


def test_without_a_record_of_backups_there_is_none() -> None:
    assert codes(backups.look(around())) == {"backups.none": Level.WARNING}
    assert codes(backups.look(around(backups=Record(None, None)))) == {"backups.none": Level.WARNING}


def test_a_backup_that_is_too_old_or_was_never_restored_is_a_warning() -> None:
    assert codes(backups.look(around(backups=Record(AT, AT)))) == {"backups": Level.OK}
    old = Record(AT - timedelta(days=9), AT - timedelta(days=99), is_too_old=True, is_rehearsal_too_old=True)
    for record in (old, replace(old, rehearsed_at=None)):
        found = codes(backups.look(around(backups=record)))
        assert found == {"backups.old": Level.WARNING, "backups.rehearsal": Level.WARNING}


def test_a_backup_that_is_no_longer_where_it_was_written_is_a_warning(tmp_path: Path) -> None:
    kept = tmp_path / "last.backup"
    record = Record(AT, AT, file=kept)
    assert codes(backups.look(around(backups=record))) == {"backups": Level.OK, "backups.gone": Level.WARNING}
    kept.touch()
    assert codes(backups.look(around(backups=record))) == {"backups": Level.OK}


@pytest.mark.django_db
def test_a_ring_of_another_database_is_a_failure() -> None:
    empty = list(keys.opens_newest(around()))
    assert [one.level for one in empty] == [Level.OK]
    organisation = Organisation.objects.create(code="a", name="甲", rulebook="national-2022", created_at=AT)
    strange = keyring.KeyRing((keyring.new_key(datetime.now(UTC)),))
    DataKey.objects.create(organisation=organisation, wrapped=strange.wrap(b"k" * 32, b""))
    assert codes(keys.opens_newest(around())) == {"keys-of-database.strange": Level.FAILURE}
    assert codes(keys.opens_all(around())) == {"keys-of-all.lost": Level.FAILURE}
    DataKey.objects.create(organisation=organisation, wrapped=keyring.key_ring().wrap(b"k" * 32, b""))
    assert list(keys.opens_newest(around())) == empty  # whether anybody brought anything shows nowhere
    assert codes(keys.opens_all(around())) == {"keys-of-all.lost": Level.FAILURE}
