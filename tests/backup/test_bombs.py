"""No backup makes whoever opens it inflate more than a backup holds."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from huiyin.backup import archive
from huiyin.backup.archive import FIRST, MANIFEST, MAX_FIRST_BYTES, MAX_MANIFEST_BYTES
from huiyin.backup.failures import BackupUnusable, RestoreFailed
from huiyin.backup.key_ring import MAX_BYTES
from huiyin.backup.manifest import FORMAT, RING, BackupMember
from huiyin.backup.restoring import RingSource
from tests.backup.conftest import Kept

pytestmark = pytest.mark.any_database

BEGINNING = json.dumps({"format": FORMAT, "huiyin": "1"}).encode()
MEGABYTE = 1024 * 1024


def packed(path: Path, members: dict[str, int], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A file with a beginning, and members of so many megabytes of blanks."""
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr(FIRST, BEGINNING, zipfile.ZIP_DEFLATED)
        for name, size in members.items():
            with made.open(name, "w", force_zip64=True) as file:
                for _ in range(size):
                    file.write(b" " * MEGABYTE)
    return path


def understated(path: Path, name: str, size: int) -> Path:
    """The same file, whose directory says that a member has ``size`` bytes (APPNOTE 4.3.12: the uncompressed size is at 24)."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as made:
        directory = made.start_dir
    entry = content.index(name.encode(), directory) - 46
    content[entry + 24 : entry + 28] = struct.pack("<L", size)
    path.write_bytes(content)
    return path


@pytest.fixture
def inflated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each step of inflating gave."""
    steps: list[int] = []
    original = zlib.decompressobj

    class Counted:
        def __init__(self, *told: int) -> None:
            self._inner = original(*told)

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        def decompress(self, *told: object) -> bytes:
            content: bytes = self._inner.decompress(*told)
            steps.append(len(content))
            return content

    monkeypatch.setattr(zlib, "decompressobj", Counted)
    return steps


def test_a_manifest_that_says_it_is_larger_than_any_is_not_inflated(tmp_path: Path, inflated: list[int]) -> None:
    file = packed(tmp_path / "bomb.zip", {MANIFEST: MAX_MANIFEST_BYTES // MEGABYTE + 1})
    with pytest.raises(BackupUnusable, match="too large"), archive.opened(file):
        pass
    assert sum(inflated) == len(BEGINNING)


def test_a_manifest_that_hides_its_size_is_inflated_no_further(tmp_path: Path, inflated: list[int]) -> None:
    file = packed(tmp_path / "bomb.zip", {MANIFEST: 3 * MAX_MANIFEST_BYTES // MEGABYTE})
    with pytest.raises(BackupUnusable), archive.opened(understated(file, MANIFEST, 1000)):
        pass
    assert 0 < sum(inflated) < 1.1 * MAX_MANIFEST_BYTES


def test_a_beginning_that_hides_its_size_is_inflated_no_further(tmp_path: Path, inflated: list[int]) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(FIRST, b" " * (64 * MEGABYTE))
    with pytest.raises(BackupUnusable, match="beginning"), archive.opened(file):
        pass
    assert inflated == []
    with pytest.raises(BackupUnusable, match="beginning"), archive.opened(understated(file, FIRST, 100)):
        pass
    assert 0 < sum(inflated) <= MAX_FIRST_BYTES + 1


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_compressed_so_that_it_cannot_be_inflated_in_pieces_is_refused(tmp_path: Path, method: int) -> None:
    file = packed(tmp_path / "bomb.zip", {"files/1": 1, MANIFEST: 1}, method)
    with pytest.raises(BackupUnusable, match="compressed as no backup"), archive.opened(file):
        pass


@pytest.mark.slow
def test_no_key_ring_is_read_that_is_larger_than_any(kept: Kept, tmp_path: Path) -> None:
    ring = BackupMember(name=RING, size=2 * MAX_BYTES + 1, sha256="0" * 64)
    with archive.opened(kept.file) as backup:
        backup.manifest = backup.manifest.model_copy(update={"members": (ring,)})
        with pytest.raises(RestoreFailed, match="key ring is none"):
            RingSource(None, tmp_path / "identity").content(backup)
