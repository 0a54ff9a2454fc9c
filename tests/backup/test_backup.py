"""A backup is made while the service works: whole or not at all, as of one moment, with the key ring never in the clear."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path

import pytest

from huiyin.backup import archive
from huiyin.backup.manifest import Manifest
from huiyin.sealing import keyring
from tests.backup.conftest import FILES, Kept, done, use
from tests.faults.test_kill import Sender
from tests.installation import Installation

pytestmark = pytest.mark.slow


def manifest_of(file: Path) -> Manifest:
    with archive.opened(file) as backup:
        backup.check()
        return backup.manifest


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_says_what_it_is_of_and_holds_all_of_it(kept: Kept) -> None:
    manifest = manifest_of(kept.file)
    assert manifest.is_sealed_by(keyring.load(kept.ring))
    assert manifest.ledger.events > manifest.ledger.size > FILES  # that a head was signed is an event of its own
    assert "lj" in {organisation.code for organisation in manifest.organisations}
    assert "0001_initial" in manifest.migrations["ledger"]
    assert sum(member.name.startswith("files/attachments/") for member in manifest.members) == FILES
    assert manifest.missing == ()
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_the_manifest_names_the_same_head_as_the_ledger(kept: Kept) -> None:
    head = done(kept.installation.run("ledger", "head", "--json"))["log"]
    ledger = manifest_of(kept.file).ledger
    assert (ledger.size, ledger.root) == (head["size"], head["root"])


@pytest.mark.rarely_on_postgresql
def test_no_secret_of_the_key_ring_is_in_a_backup(bureau: Installation, tmp_path: Path) -> None:
    secret = (bureau.home / "keys").read_text().split()[2]
    recipient = done(bureau.run("keys", "identity", str(tmp_path / "identity"), "--json"))["recipient"]
    for number, options in enumerate(([], ["--keys", str(tmp_path / "ring")], ["--recipient", recipient])):
        file = tmp_path / f"{number}.zip"
        done(bureau.run("backup", str(file), *options, "--json"))
        with zipfile.ZipFile(file) as content:
            assert [name for name in content.namelist() if secret.encode() in content.read(name)] == []
            assert ("keys.age" in content.namelist()) == ("--recipient" in options)
    assert (tmp_path / "ring").read_bytes() == (bureau.home / "keys").read_bytes()
    assert (tmp_path / "ring").stat().st_mode & 0o777 == 0o600


@pytest.mark.any_database
def test_a_copy_of_the_ring_replaces_an_older_one_and_nothing_else(bureau: Installation, tmp_path: Path) -> None:
    ring, other = tmp_path / "ring", tmp_path / "other"
    done(bureau.run("backup", str(tmp_path / "1.zip"), "--keys", str(ring), "--json"))
    done(bureau.run("keys", "rotate", "--json"))
    done(bureau.run("backup", str(tmp_path / "2.zip"), "--keys", str(ring), "--json"))
    assert len(keyring.load(ring).keys) == 2
    other.write_text("somebody's letter\n")
    refused = bureau.run("backup", str(tmp_path / "3.zip"), "--keys", str(other))
    assert (refused.returncode, "no older copy" in refused.stderr) == (1, True)
    assert other.read_text() == "somebody's letter\n"
    assert not (tmp_path / "3.zip").exists()


@pytest.mark.any_database
def test_no_file_is_overwritten(kept: Kept) -> None:
    before = kept.file.read_bytes()
    refused = kept.installation.run("backup", str(kept.file))
    assert (refused.returncode, "already" in refused.stderr, refused.stderr.count("\n")) == (1, True, 1)
    assert kept.file.read_bytes() == before


@pytest.mark.any_database
def test_a_backup_does_not_go_where_it_would_back_itself_up(bureau: Installation) -> None:
    refused = bureau.run("backup", str(bureau.home / "files" / "b.zip"))
    assert (refused.returncode, "name a file elsewhere" in refused.stderr) == (1, True)
    assert names(bureau.home / "files") == {"attachments"}


@pytest.mark.any_database
def test_an_identity_is_made_once_and_for_its_owner_alone(lived_in: Installation, tmp_path: Path) -> None:
    file = tmp_path / "identity"
    told = done(lived_in.run("keys", "identity", str(file), "--json"))
    assert told["recipient"].startswith("age1") and told["recipient"] in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    assert lived_in.run("keys", "identity", str(file)).returncode == 1
    assert file.read_bytes() == before


@pytest.mark.postgresql
def test_that_pg_dump_is_missing_is_told_and_nothing_is_left(bureau: Installation, tmp_path: Path) -> None:
    bureau.variables["PATH"] = str(tmp_path)
    outcome = bureau.run("backup", str(tmp_path / "b.zip"))
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "pg_dump is not there; install" in outcome.stderr
    assert names(tmp_path) == set()


@pytest.mark.any_database
def test_a_lost_attachment_is_told_and_the_backup_is_no_good_one(bureau: Installation, tmp_path: Path) -> None:
    lost = next(path for path in (bureau.home / "files").rglob("*") if path.is_file())
    lost.unlink()
    outcome = bureau.run("backup", str(tmp_path / "b.zip"), "--json")
    assert outcome.returncode == 1
    (problem,) = json.loads(outcome.stdout)["problems"]
    assert problem.startswith("1 attachments that the database names are not in the folder") and lost.name in problem
    assert manifest_of(tmp_path / "b.zip").missing == (lost.relative_to(bureau.home / "files").as_posix(),)
    assert not (bureau.home / "backups.json").exists()


def test_a_damaged_sqlite_file_is_not_taken_for_a_backup(bureau: Installation, tmp_path: Path) -> None:
    if bureau.database_url:
        pytest.skip("PostgreSQL guards its own pages")
    database = bureau.home / "huiyin.sqlite3"
    content = bytearray(database.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40_000] = b"\xa5" * 40_000
    database.write_bytes(content)
    outcome = bureau.run("backup", str(tmp_path / "b.zip"))
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "the database file is damaged; restore the last good backup" in outcome.stderr
    assert names(tmp_path) == set()


@pytest.mark.any_database
@pytest.mark.parametrize(
    "line",
    [
        [],
        ["b.zip", "--scheduled", "."],
        ["b.zip", "--keep-daily", "3"],
        ["--scheduled", ".", "--keep-daily", "-1"],
    ],
)
def test_a_line_that_means_nothing_is_refused(lived_in: Installation, line: list[str]) -> None:
    assert lived_in.run("backup", *line).returncode == 2


@pytest.mark.any_database
@pytest.mark.parametrize("recipient", ["age1nobody", "/nowhere/recipients", "AGE-SECRET-KEY-1QQQQ"])
def test_what_is_no_recipient_is_refused_before_anything_is_made(
    lived_in: Installation, tmp_path: Path, recipient: str
) -> None:
    refused = lived_in.run("backup", str(tmp_path / "b.zip"), "--recipient", recipient)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert names(tmp_path) == set()


@pytest.mark.any_database
def test_where_nothing_is_set_up_no_backup_is_made_and_no_folder(tmp_path: Path) -> None:
    nowhere = Installation(tmp_path / "home")
    assert nowhere.run("backup", str(tmp_path / "b.zip")).returncode == 1
    (tmp_path / "home").mkdir()
    refused = nowhere.run("backup", str(tmp_path / "b.zip"))
    assert (refused.returncode, "huiyin prepare" in refused.stderr) == (1, True)
    assert not (tmp_path / "b.zip").exists()


# --- trouble --------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of its own on which there is little room."""
    at.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", at], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", at], check=True)


def can_mount(folder: Path) -> bool:
    probe = folder / "probe"
    try:
        with small_disk(probe, 64):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@pytest.mark.parametrize("share", [0.3, 0.97])
def test_a_disk_that_fills_up_leaves_no_half_file(lived_in: Installation, tmp_path: Path, share: float) -> None:
    if os.geteuid() != 0 or not can_mount(tmp_path):
        pytest.skip("only root mounts a disk")
    full = tmp_path / "full.zip"
    done(lived_in.run("backup", str(full), "--json"))
    needed = full.stat().st_size
    if not lived_in.database_url:
        needed += (lived_in.home / "huiyin.sqlite3").stat().st_size
    with small_disk(tmp_path / "disk", int(needed * share / 1024)) as disk:
        outcome = lived_in.run("backup", str(disk / "b.zip"))
        assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1), outcome.stderr
        assert "no room is left on this disk" in outcome.stderr
        assert names(disk) == set()


def waiting_backup(installation: Installation, file: Path) -> subprocess.Popen[str]:
    """A process that has packed database and attachments, and then waits for as long as it lives."""
    program = (
        "import signal, sys; from huiyin.backup import making\n"
        "def waits(source, writer, ring): print('there', flush=True); signal.pause()\n"
        "making._add_rest = waits\n"
        "from huiyin import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "backup", str(file)],
        env=installation.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process.stdout or nullcontext() as told:
        assert told is not None and told.readline() == "there\n"
    return process


def test_a_process_that_is_killed_leaves_no_file_of_that_name_and_the_next_one_works(
    lived_in: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "b.zip"
    process = waiting_backup(lived_in, file)
    also = lived_in.run("backup", str(file))
    assert (also.returncode, "another process is making it" in also.stderr) == (1, True)
    process.kill()
    process.wait()
    assert not file.exists()
    done(lived_in.run("backup", str(file), "--json"))
    assert names(tmp_path) == {"b.zip"}
    manifest_of(file)


@pytest.mark.rarely_on_postgresql
def test_a_process_that_is_told_to_end_leaves_nothing(lived_in: Installation, tmp_path: Path) -> None:
    process = waiting_backup(lived_in, tmp_path / "b.zip")
    process.terminate()
    assert process.wait() == 128 + signal.SIGTERM
    assert names(tmp_path) == set()


@pytest.mark.e2e
def test_what_is_handed_in_meanwhile_is_in_it_whole_or_not_at_all(
    bureau: Installation, nowhere: Installation, tmp_path: Path
) -> None:
    bureau.variables["HUIYIN_SUBMISSIONS_PER_ADDRESS"] = "0"
    bureau.start()
    file, numbers = tmp_path / "b.zip", count(1)
    sender = Sender(bureau.port, numbers, 100_000)
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        while thread.is_alive() and not sender.acknowledged:
            thread.join(0.01)
        before = len(sender.acknowledged)
        done(bureau.run("backup", str(file), "--json"))
        assert len(sender.acknowledged) > before, "the service waited for the backup"
    finally:
        sender.most = 0
        thread.join()
        bureau.stop()
    assert manifest_of(file).missing == ()
    restored = done(nowhere.run("restore", str(file), "--keys", str(bureau.home / "keys"), "--json"))
    assert FILES < restored["cases"] <= len(sender.acknowledged) + FILES
    assert use(nowhere, "look") == use(bureau, "look")[:FILES]
