"""The key ring: made once, read by its owner alone, rotated without losing anything."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huiyin.sealing import keyring
from huiyin.sealing.aead import SealBroken
from huiyin.sealing.keyring import KeyRing, KeyRingUnusable, UnknownKey, load, new_key, open_or_make, rotate

AT = datetime(2026, 1, 1, tzinfo=UTC)
DATA_KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys"


def test_the_first_start_makes_a_ring_that_only_its_owner_may_read(path: Path) -> None:
    before = os.umask(0)  # whatever else sees to it
    made = open_or_make(path, AT)
    os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load(path) == made
    assert open_or_make(path, AT) == made


def test_nothing_but_the_ring_is_left_in_its_folder(path: Path) -> None:
    open_or_make(path, AT)
    rotate(path, AT)
    assert [found.name for found in path.parent.iterdir()] == ["keys"]


def test_processes_that_start_together_agree_on_one_ring(path: Path) -> None:
    rings: list[KeyRing] = []
    threads = [threading.Thread(target=lambda: rings.append(open_or_make(path, AT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert {ring.current.secret for ring in rings} == {load(path).current.secret}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777])
def test_a_ring_that_others_may_read_is_refused_with_the_command_that_helps(path: Path, mode: int) -> None:
    open_or_make(path, AT)
    path.chmod(mode)
    with pytest.raises(KeyRingUnusable, match="chmod 600"):
        load(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no key"),
        ("00 now later\n", "line 1: expected"),
        ("0011223344556677 2026-01-01T00:00:00+00:00 c2hvcnQ=\n", "32 bytes"),
        ("0011223344556677 2026-01-01T00:00:00+00:00 ***\n", "line 1"),
    ],
)
def test_a_damaged_ring_is_refused_and_the_message_names_the_place(path: Path, text: str, says: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(KeyRingUnusable, match=says):
        load(path)


def test_a_missing_ring_is_not_replaced_by_load(path: Path) -> None:
    with pytest.raises(KeyRingUnusable, match="restore it"):
        load(path)
    assert not path.exists()


def test_two_lines_with_one_id_are_refused(path: Path) -> None:
    open_or_make(path, AT)
    path.write_text(path.read_text() * 2)
    with pytest.raises(KeyRingUnusable, match="same key id"):
        load(path)


def test_a_wrapped_key_opens_after_a_rotation_and_new_ones_name_the_new_key(path: Path) -> None:
    before = open_or_make(path, AT)
    wrapped = before.wrap(DATA_KEY, b"row 1")
    after = rotate(path, AT)
    assert after.current != before.current
    assert after.unwrap(wrapped, b"row 1") == DATA_KEY
    assert not after.wrapped_by_current(wrapped)
    assert after.wrapped_by_current(after.wrap(DATA_KEY, b"row 1"))


def test_a_rotation_changes_no_derived_secret(path: Path) -> None:
    before = open_or_make(path, AT).derive("blind")
    assert rotate(path, AT).derive("blind") == before
    assert load(path).derive("django") != before


def test_a_wrapped_key_does_not_open_in_another_place_or_altered(path: Path) -> None:
    ring = open_or_make(path, AT)
    wrapped = ring.wrap(DATA_KEY, b"row 1")
    with pytest.raises(SealBroken):
        ring.unwrap(wrapped, b"row 2")
    with pytest.raises(SealBroken):
        ring.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), b"row 1")


def test_a_key_that_left_the_ring_is_named_when_it_is_missed(path: Path) -> None:
    wrapped = KeyRing((new_key(AT),)).wrap(DATA_KEY, b"")
    with pytest.raises(UnknownKey, match=wrapped[1:9].hex()):
        open_or_make(path, AT).unwrap(wrapped, b"")


def test_no_secret_shows_in_a_repr(path: Path) -> None:
    ring = open_or_make(path, AT)
    assert repr(ring.current.secret) not in repr(ring)


def test_the_installation_sees_a_rotation_and_a_loosened_mode_at_once(ring_file: Path) -> None:
    before, blind = keyring.key_ring(), keyring.derive("blind")
    rotate(ring_file, AT)
    assert keyring.key_ring().keys[1:] == before.keys
    assert keyring.derive("blind") == blind
    ring_file.chmod(0o644)
    with pytest.raises(KeyRingUnusable, match="chmod 600"):
        keyring.key_ring()


def test_without_an_explicit_path_the_ring_lies_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HUIYIN_SECRET_KEYS", raising=False)
    monkeypatch.setenv("HUIYIN_HOME", str(tmp_path))
    assert keyring.ring_path() == tmp_path / "keys"
