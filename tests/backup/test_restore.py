"""A bureau comes back from a broken disk: restored into an empty place, proved before it is there, or refused with nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from huiyin.backup import archive, postgresql
from huiyin.backup.failures import BackupUnusable
from huiyin.backup.manifest import FORMAT
from huiyin.sealing import keyring
from huiyin.site import environment
from tests.backup.conftest import FILES, Damage, Kept, done, use
from tests.conftest import ROOT
from tests.installation import Installation

pytestmark = pytest.mark.slow

EARLIER = ROOT / "tests" / "upgrade" / "v0.1.0.tar.xz"


def tables(installation: Installation) -> list[str]:
    """What stands in the database on a server; nothing where it is a file."""
    if installation.database_url is None:
        return []
    return postgresql.relations(postgresql.server(environment.database(installation.database_url)))


def is_untouched(place: Installation) -> bool:
    """Whether there is nothing at all where an installation was to be restored."""
    return not place.home.exists() and tables(place) == []


def refused(place: Installation, kept: Kept, file: Path, *options: str) -> str:
    """What is said of a backup that must not be restored, in one line; the place must be as it was."""
    outcome = place.run("restore", str(file), *(options or ("--keys", str(kept.ring))))
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1), outcome.stderr + outcome.stdout
    assert is_untouched(place)
    return outcome.stderr


# --- it comes back --------------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_a_demonstration_comes_back_from_a_backup_after_its_disk_is_gone(
    bureau: Installation, tmp_path: Path, nowhere: Installation
) -> None:
    before = use(bureau, "look")
    assert len(before) == FILES
    file, ring = tmp_path / "b.zip", tmp_path / "ring"
    done(bureau.run("backup", str(file), "--keys", str(ring), "--json"))
    shutil.rmtree(bureau.home)
    bureau.database_url = nowhere.database_url

    told = done(bureau.run("restore", str(file), "--keys", str(ring), "--json"))
    assert (told["restored"], told["wrong"], told["cases"]) == (True, 0, FILES)
    assert {path.name for path in bureau.home.iterdir()} <= {"huiyin.sqlite3", "files", "keys", "demo.json"}
    assert (bureau.home / "keys").read_bytes() == ring.read_bytes()
    assert [path for path in bureau.home.rglob("*") if path.stat().st_mode & 0o077] == []
    verified = bureau.run("ledger", "verify")
    assert (verified.returncode, "everything is as it should be" in verified.stdout) == (0, True)
    assert bureau.run("prepare").returncode == 0  # as a start does first of all
    assert use(bureau, "look") == before
    assert len(use(bureau, "hand-in", "1")) == 1
    assert bureau.run("ledger", "verify").returncode == 0


@pytest.mark.exhaustive  # each push prepares, looks and hands in where all was restored
@pytest.mark.e2e
def test_a_restored_installation_starts(kept: Kept, nowhere: Installation) -> None:
    done(nowhere.run("restore", str(kept.file), "--keys", str(kept.ring), "--json"))
    nowhere.start()
    assert nowhere.get("/") == 200
    nowhere.close()


@pytest.mark.rarely_on_postgresql
def test_the_ring_comes_out_of_the_backup_for_whoever_holds_the_identity(
    bureau: Installation, nowhere: Installation, tmp_path: Path, kept: Kept
) -> None:
    file, identity, wrong = tmp_path / "b.zip", tmp_path / "identity", tmp_path / "wrong"
    recipient = bureau.run("keys", "identity", str(identity)).stdout.splitlines()[0]
    bureau.run("keys", "identity", str(wrong))
    done(bureau.run("backup", str(file), "--recipient", recipient, "--json"))
    assert "does not open the key ring" in refused(nowhere, kept, file, "--identity", str(wrong))
    assert "--identity" in nowhere.run("restore", str(file)).stderr
    done(nowhere.run("restore", str(file), "--identity", str(identity), "--json"))
    assert (nowhere.home / "keys").read_bytes() == (bureau.home / "keys").read_bytes()
    assert len(use(nowhere, "look")) == FILES


@pytest.mark.exhaustive
@pytest.mark.any_database
def test_places_outside_the_data_folder_are_filled_as_well(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    nowhere.variables |= {
        "HUIYIN_STORAGE": str(tmp_path / "storage"),
        "HUIYIN_SECRET_KEYS": str(tmp_path / "etc" / "ring"),
    }
    (tmp_path / "storage" / "lost+found").mkdir(parents=True)  # a disk of its own
    done(nowhere.run("restore", str(kept.file), "--keys", str(kept.ring), "--json"))
    assert (tmp_path / "etc" / "ring").read_bytes() == kept.ring.read_bytes()
    assert len(use(nowhere, "look")) == FILES


@pytest.mark.exhaustive
@pytest.mark.any_database
def test_a_ring_that_was_rotated_since_restores_an_older_backup(kept: Kept, nowhere: Installation) -> None:
    other = kept.installation.copy(nowhere.home.with_name(nowhere.home.name + "-rotated"))
    done(other.run("keys", "rotate", "--json"))
    done(nowhere.run("restore", str(kept.file), "--keys", str(other.home / "keys"), "--json"))
    assert len(use(nowhere, "look")) == FILES
    shutil.rmtree(other.home)


@pytest.mark.exhaustive  # each push brings it up to date where it stands, tests/upgrade, and restores what is of today
@pytest.mark.any_database
def test_a_backup_of_the_first_release_is_made_restored_and_brought_up_to_date(tmp_path: Path) -> None:
    old, new = Installation(tmp_path / "old"), Installation(tmp_path / "new")
    with tarfile.open(EARLIER) as content:
        content.extractall(old.home, filter="data")
    database = (old.home / "huiyin.sqlite3").read_bytes()
    made = done(old.run("backup", str(tmp_path / "b.zip"), "--json"))
    assert (old.home / "huiyin.sqlite3").read_bytes() == database
    told = done(new.run("restore", str(tmp_path / "b.zip"), "--keys", str(old.home / "keys"), "--json"))
    assert told["wrong"] == 0 and told["events"] > made["ledger"]["events"]
    assert new.run("ledger", "verify").returncode == 0


# --- it is refused, and nothing is changed --------------------------------------------------------------------------


@pytest.mark.rarely_on_postgresql
def test_nothing_is_restored_where_something_stands(kept: Kept, bureau: Installation) -> None:
    before = {path: path.read_bytes() for path in bureau.home.rglob("*") if path.is_file()}
    outcome = bureau.run("restore", str(kept.file), "--keys", str(kept.ring))
    assert outcome.returncode == 1
    assert f"{bureau.home}/demo.json" in outcome.stderr and "something stands there already" in outcome.stderr
    assert {path: path.read_bytes() for path in bureau.home.rglob("*") if path.is_file()} == before


@pytest.mark.any_database
def test_what_a_killed_restore_left_is_named(kept: Kept, nowhere: Installation) -> None:
    (nowhere.home / ".restoring").mkdir(parents=True)
    outcome = nowhere.run("restore", str(kept.file), "--keys", str(kept.ring))
    assert (outcome.returncode, f"{nowhere.home}/.restoring" in outcome.stderr) == (1, True)


@pytest.mark.any_database
@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody else")
def test_root_restores_for_the_service_that_owns_the_folder(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    nowhere.home.mkdir()
    os.chown(nowhere.home, 12345, 23456)
    nowhere.variables |= {
        "HUIYIN_STORAGE": str(tmp_path / "new" / "files"),
        "HUIYIN_SECRET_KEYS": str(tmp_path / "new" / "ring"),
    }
    done(nowhere.run("restore", str(kept.file), "--keys", str(kept.ring), "--json"))
    found = [path.stat() for path in (*nowhere.home.rglob("*"), *tmp_path.rglob("*"))]
    assert {(one.st_uid, one.st_gid) for one in found} == {(12345, 23456)}
    assert len(found) > FILES


@pytest.mark.postgresql
def test_nothing_is_restored_into_a_database_that_holds_anything(kept: Kept, nowhere: Installation) -> None:
    assert nowhere.database_url is not None
    with psycopg.connect(nowhere.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    outcome = nowhere.run("restore", str(kept.file), "--keys", str(kept.ring))
    assert (outcome.returncode, "mine" in outcome.stderr) == (1, True)
    assert tables(nowhere) == ["mine"]
    assert not nowhere.home.exists()


def flipped(content: bytes) -> bytes:
    """One bit in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (flipped, "damaged at"),
        (lambda content: content[: len(content) * 2 // 3], "its end is missing"),
        (lambda content: content[:-1], "its end is missing"),
        (lambda content: b"", "no backup of Huiyin"),
        (lambda content: b"PK\x03\x04" + content[200:], "no backup of Huiyin"),
    ],
    ids=["flipped", "two thirds", "last byte", "empty", "foreign"],
)
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    kept: Kept, nowhere: Installation, spoilt: Callable[[Damage], Path], damage: Damage, said: str
) -> None:
    assert said in refused(nowhere, kept, spoilt(damage))


@pytest.mark.any_database
def test_a_damage_anywhere_is_found(kept: Kept, spoilt: Callable[[Damage], Path]) -> None:
    size = kept.file.stat().st_size
    # The end, which says where all else lies, byte by byte.
    for at in [*range(0, size - 150, max(1, size // 150)), *range(size - 150, size)]:

        def damage(content: bytes, at: int = at) -> bytes:
            return content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]

        file = spoilt(damage)
        try:
            with archive.opened(file) as backup:
                backup.check()
                # What no program reads: times and attributes, in the heads of members.
                assert backup.manifest.seal
        except BackupUnusable:
            continue
        with archive.opened(kept.file) as whole:
            assert backup.manifest == whole.manifest, at


def rewritten(kept: Kept, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The backup with members changed, or left out (None)."""
    with zipfile.ZipFile(kept.file) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return to


def changed(name: str, change: Callable[[Any], None]) -> Callable[[str, bytes], bytes | None]:
    """Changes one JSON member."""

    def apply(member: str, content: bytes) -> bytes:
        if member != name:
            return content
        said = json.loads(content)
        change(said)
        return json.dumps(said).encode()

    return apply


@pytest.mark.any_database
def test_a_newer_format_is_refused_by_name(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    newer = changed(archive.FIRST, lambda said: said.update(format=FORMAT + 1, huiyin="9.9.9"))
    said = refused(nowhere, kept, rewritten(kept, tmp_path / "newer.zip", newer))
    assert "Huiyin 9.9.9 made it" in said and "install that version" in said


@pytest.mark.any_database
def test_a_manifest_that_somebody_changed_is_refused(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    other = changed(archive.MANIFEST, lambda said: said["ledger"].update(root="0" * 64))
    assert "the backup was changed" in refused(nowhere, kept, rewritten(kept, tmp_path / "other.zip", other))


@pytest.mark.any_database
@pytest.mark.parametrize("name", ["files/../../etc/passwd", "/etc/passwd", "files\\..\\x", "start.sh", "files//x"])
def test_no_member_leads_out_of_the_backup(kept: Kept, tmp_path: Path, name: str) -> None:
    out = changed(archive.MANIFEST, lambda said: said["members"][-1].update(name=name))
    with pytest.raises(BackupUnusable), archive.opened(rewritten(kept, tmp_path / "out.zip", out)):
        pass


@pytest.mark.any_database
def test_a_member_that_is_missing_or_one_too_many_is_told(kept: Kept, tmp_path: Path) -> None:
    without = rewritten(kept, tmp_path / "less.zip", lambda name, content: None if name == "demo.json" else content)
    more = tmp_path / "more.zip"
    shutil.copy(kept.file, more)
    with zipfile.ZipFile(more, "a") as added:
        added.writestr("files/surplus", b"x")
    for file in (without, more):
        with pytest.raises(BackupUnusable, match="does not hold what its manifest says"), archive.opened(file):
            pass


@pytest.mark.any_database
def test_the_ring_of_another_installation_is_refused(kept: Kept, nowhere: Installation, ring_file: Path) -> None:
    said = refused(nowhere, kept, kept.file, "--keys", str(ring_file))
    assert "does not belong to the backup" in said
    assert "the key ring is needed" in nowhere.run("restore", str(kept.file)).stderr
    assert is_untouched(nowhere)


@pytest.mark.any_database
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a letter\n"], ids=["empty", "bytes", "letter"])
def test_what_is_no_key_ring_is_refused(kept: Kept, nowhere: Installation, tmp_path: Path, content: bytes) -> None:
    ring = tmp_path / "ring"
    ring.write_bytes(content)
    assert f"{ring}" in refused(nowhere, kept, kept.file, "--keys", str(ring))
    assert f"{tmp_path}/none" in refused(nowhere, kept, kept.file, "--keys", str(tmp_path / "none"))


@pytest.mark.any_database
def test_a_ring_that_lacks_a_key_is_refused(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    other = kept.installation.copy(tmp_path / "rotated")
    done(other.run("keys", "rotate", "--json"))
    done(other.run("backup", str(tmp_path / "b.zip"), "--json"))
    assert "lacks 1 of the keys" in refused(nowhere, kept, tmp_path / "b.zip")  # the ring from before


def test_a_backup_of_one_kind_of_database_is_not_restored_into_the_other(
    kept: Kept, nowhere: Installation, tmp_path: Path
) -> None:
    other = Installation(tmp_path / "home", None if nowhere.database_url else "postgresql://nobody@127.0.0.1:1/none")
    outcome = other.run("restore", str(kept.file), "--keys", str(kept.ring))
    assert (outcome.returncode, "huiyin db move" in outcome.stderr) == (1, True)
    assert not other.home.exists()


def meddled(bureau: Installation, statement: str) -> None:
    """Somebody writes the database."""
    if bureau.database_url:
        with psycopg.connect(bureau.database_url, autocommit=True) as connection:
            connection.execute(statement.encode())
    else:
        connection = sqlite3.connect(bureau.home / "huiyin.sqlite3", isolation_level=None)
        connection.execute(statement)
        connection.close()


def test_what_verification_finds_keeps_it_from_being_restored_unless_that_is_wanted(
    bureau: Installation, nowhere: Installation, tmp_path: Path, kept: Kept
) -> None:
    meddled(bureau, "UPDATE casework_case SET stage = 'closed'")
    file = tmp_path / "b.zip"
    done(bureau.run("backup", str(file), "--json"))
    outcome = nowhere.run("restore", str(file), "--keys", str(kept.ring), "--json")
    told = json.loads(outcome.stdout)
    assert (outcome.returncode, told["restored"], told["wrong"] >= FILES) == (1, False, True)
    assert is_untouched(nowhere)
    outcome = nowhere.run("restore", str(file), "--keys", str(kept.ring), "--with-findings", "--json")
    assert (outcome.returncode, json.loads(outcome.stdout)["restored"]) == (1, True)
    assert len(use(nowhere, "look")) == FILES


@pytest.mark.rarely_on_postgresql
def test_a_log_that_was_damaged_before_the_backup_is_not_restored_either(
    bureau: Installation, nowhere: Installation, kept: Kept
) -> None:
    meddled(bureau, "DELETE FROM ledger_lognode WHERE level > 0")
    file = bureau.home / "b.zip"
    done(bureau.run("backup", str(file), "--json"))
    outcome = nowhere.run("restore", str(file), "--keys", str(kept.ring))
    assert (outcome.returncode, "nothing was restored" in outcome.stdout) == (1, True)
    assert is_untouched(nowhere)


@pytest.mark.rarely_on_postgresql
def test_a_ledger_that_stands_elsewhere_than_the_manifest_says_is_refused(
    kept: Kept, nowhere: Installation, tmp_path: Path
) -> None:
    with archive.opened(kept.file) as backup:
        manifest = backup.manifest
    more = manifest.ledger.model_copy(update={"events": manifest.ledger.events + 1})
    other = manifest.model_copy(update={"ledger": more}).sealed(keyring.load(kept.ring)).model_dump_json().encode()
    file = rewritten(kept, tmp_path / "other.zip", lambda name, content: other if name == archive.MANIFEST else content)
    assert "and the manifest says" in refused(nowhere, kept, file)


# --- rehearsals -----------------------------------------------------------------------------------------------------


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def databases(installation: Installation) -> list[str]:
    if installation.database_url is None:
        return []
    with psycopg.connect(installation.database_url) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'huiyin_rehearsal_%'")
        return [name for (name,) in found]


def test_a_rehearsal_proves_a_backup_and_leaves_nothing_but_that_it_passed(
    bureau: Installation, tmp_path: Path
) -> None:
    throwaway = tmp_path / "tmp"
    throwaway.mkdir()
    bureau.variables["TMPDIR"] = str(throwaway)
    file = tmp_path / "b.zip"
    done(bureau.run("backup", str(file), "--json"))
    before = {path: path.read_bytes() for path in bureau.home.rglob("*") if path.is_file()}
    told = done(bureau.run("restore", str(file), "--check", "--json"))
    assert (told["rehearsal"], told["restored"], told["wrong"], told["cases"]) == (True, False, 0, FILES)
    after = {path: path.read_bytes() for path in bureau.home.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} == {bureau.home / "backups.json"}
    assert "rehearsed_at" in json.loads((bureau.home / "backups.json").read_text())
    assert (leftovers(throwaway), databases(bureau)) == ([], [])


@pytest.mark.rarely_on_postgresql
def test_a_rehearsal_of_a_damaged_backup_fails_and_leaves_nothing(
    bureau: Installation, spoilt: Callable[[Damage], Path], tmp_path: Path
) -> None:
    throwaway = tmp_path / "tmp"
    throwaway.mkdir()
    bureau.variables["TMPDIR"] = str(throwaway)
    outcome = bureau.run("restore", str(spoilt(flipped)), "--check")
    assert (outcome.returncode, "damaged at" in outcome.stderr) == (1, True)
    assert not (bureau.home / "backups.json").exists()
    assert (leftovers(throwaway), databases(bureau)) == ([], [])


@pytest.mark.any_database
def test_a_rehearsal_elsewhere_makes_no_installation(kept: Kept, nowhere: Installation) -> None:
    done(nowhere.run("restore", str(kept.file), "--check", "--keys", str(kept.ring), "--json"))
    assert is_untouched(nowhere)


@pytest.mark.postgresql
def test_a_rehearsal_uses_the_database_that_is_named_and_empties_it(kept: Kept, nowhere: Installation) -> None:
    assert nowhere.database_url is not None
    line = ("restore", str(kept.file), "--check", "--keys", str(kept.ring), "--database-url", nowhere.database_url)
    done(nowhere.run(*line, "--json"))
    assert is_untouched(nowhere)


@pytest.mark.any_database
def test_a_folder_without_a_backup_is_told(kept: Kept, nowhere: Installation, tmp_path: Path) -> None:
    assert "no scheduled backup" in refused(nowhere, kept, tmp_path)
