"""What came to a place while a backup was verified stays as it is, and nothing starts there meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from huiyin.backup import placing
from huiyin.backup.archive import opened
from huiyin.backup.failures import TargetOccupied
from huiyin.backup.restoring import RestoreTarget, StagedRestore
from huiyin.site import running
from tests.backup.conftest import FILES, Kept, use
from tests.installation import Installation

pytestmark = pytest.mark.slow

DATABASE = "huiyin.sqlite3"


@pytest.fixture
def target(tmp_path: Path) -> RestoreTarget:
    """A place that is empty: a data folder, and the others outside it."""
    home = tmp_path / "home"
    home.mkdir()
    return RestoreTarget(home=home, database=home / DATABASE, files=tmp_path / "files", ring=tmp_path / "ring")


@pytest.fixture
def stage(target: RestoreTarget, kept: Kept) -> StagedRestore:
    """What was unpacked there and verified."""
    folder = target.home / ".restoring"
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "1").write_text("restored file")
    (folder / DATABASE).write_text("restored database")
    (folder / "keys").write_text("restored ring")
    with opened(kept.file) as backup:
        return StagedRestore(folder, backup.manifest)


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder but those that are staged."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and ".restoring" not in path.parts
    }


@pytest.mark.any_database
def test_everything_is_put_in_its_place(stage: StagedRestore, target: RestoreTarget, tmp_path: Path) -> None:
    stage.settle(target)
    assert content(tmp_path) == {
        f"home/{DATABASE}": "restored database",
        "files/ab/1": "restored file",
        "ring": "restored ring",
    }


@pytest.mark.any_database
@pytest.mark.parametrize(
    "came", [f"home/{DATABASE}", f"home/{DATABASE}-wal", "home/spool/1", "home/keys", "files/ab/live", "ring"]
)
def test_what_came_meanwhile_is_not_replaced_and_nothing_is_put_beside_it(
    stage: StagedRestore, target: RestoreTarget, tmp_path: Path, came: str
) -> None:
    (tmp_path / came).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / came).write_text("of somebody who was faster")
    with pytest.raises(TargetOccupied):
        stage.settle(target)
    assert content(tmp_path) == {came: "of somebody who was faster"}


@pytest.mark.any_database
def test_what_comes_while_things_are_moved_stays_and_what_was_moved_is_taken_back(
    stage: StagedRestore, target: RestoreTarget, tmp_path: Path
) -> None:
    # An empty disk may have this folder, so that looking does not find it; moving does.
    (stage.folder / "files" / "lost+found").mkdir()
    (target.files / "lost+found").mkdir(parents=True)
    (target.files / "lost+found" / "live").write_text("of somebody who was faster")
    with pytest.raises(TargetOccupied, match=r"lost\+found"):
        stage.settle(target)
    assert content(tmp_path) == {"files/lost+found/live": "of somebody who was faster"}
    assert not stage.settled


@pytest.mark.any_database
def test_a_failure_leaves_no_empty_folder(stage: StagedRestore, target: RestoreTarget, tmp_path: Path) -> None:
    (stage.folder / "keys").unlink()  # it comes last
    with pytest.raises(FileNotFoundError):
        stage.settle(target)
    assert (content(tmp_path), {path.name for path in tmp_path.iterdir()}) == ({}, {"home"})


@pytest.fixture(params=["same disk", "another disk"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder to move from."""
    folder = tmp_path / "source"
    folder.mkdir()
    if request.param == "same disk":
        yield folder
        return
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=False).returncode:
        pytest.skip("only root mounts a disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def a_file(path: Path, text: str) -> None:
    path.write_text(text)


def a_folder(path: Path, text: str) -> None:
    path.mkdir()
    (path / "inside").write_text(text)


def a_link(path: Path, text: str) -> None:
    path.symlink_to(text)


@pytest.mark.any_database
@pytest.mark.parametrize("made", [a_file, a_folder])
@pytest.mark.parametrize("there", [a_file, a_folder, a_link])
def test_a_move_never_replaces(
    source: Path, tmp_path: Path, made: Callable[[Path, str], None], there: Callable[[Path, str], None]
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    made(source / "one", "ours")
    there(place / "one", "theirs")
    with pytest.raises(FileExistsError):
        placing.moved(source / "one", place / "one")
    assert [path.name for path in place.iterdir()] == ["one"]
    assert "ours" not in content(place).values()
    placing.removed(place / "one")
    made(source / "two", "ours")
    placing.moved(source / "two", place / "two")
    assert [*content(place).values()] == ["ours"]
    assert not (source / "two").exists()


# --- nothing starts meanwhile ---------------------------------------------------------------------------------------


@pytest.fixture
def restoring(kept: Kept, nowhere: Installation) -> Iterator[subprocess.Popen[str]]:
    """A restore that verified everything, and waits for as long as it lives."""
    program = (
        "import signal, sys; from huiyin.backup.restoring import StagedRestore\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
        "settle = StagedRestore.settle\n"
        "def waits(self, target):\n"
        "    print('there', flush=True); signal.sigwait([signal.SIGUSR1]); settle(self, target)\n"
        "StagedRestore.settle = waits\n"
        "from huiyin import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "restore", str(kept.file), "--keys", str(kept.ring)],
        env=nowhere.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "there\n"
    yield process
    process.kill()
    process.communicate()


def test_no_service_and_no_command_starts_while_a_backup_is_restored(
    kept: Kept, nowhere: Installation, restoring: subprocess.Popen[str]
) -> None:
    for line in (["prepare"], ["serve", "--port", str(nowhere.port)], ["work"], ["ledger", "verify"]):
        outcome = nowhere.run(*line)
        assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1), outcome.stderr
        assert "a backup is being restored there; wait until `huiyin restore` is done" in outcome.stderr
    assert [path.name for path in nowhere.home.iterdir()] == [".restoring"]
    assert nowhere.run("restore", str(kept.file), "--keys", str(kept.ring)).returncode == 1
    restoring.send_signal(signal.SIGUSR1)
    told, wrong = restoring.communicate()
    assert restoring.returncode == 0, wrong
    assert "everything is as it should be" in told
    assert len(use(nowhere, "look")) == FILES


def test_what_somebody_puts_there_meanwhile_survives_and_nothing_is_restored(
    nowhere: Installation, restoring: subprocess.Popen[str]
) -> None:
    (nowhere.home / "keys").write_text("a fresh ring")
    restoring.send_signal(signal.SIGUSR1)
    _told, wrong = restoring.communicate()
    assert (restoring.returncode, wrong.count("\n")) == (1, 1)
    assert f"{nowhere.home}/keys" in wrong
    assert content(nowhere.home) == {"keys": "a fresh ring"}


@pytest.mark.any_database
def test_what_a_killed_restore_left_keeps_nobody_out(tmp_path: Path) -> None:
    staging = tmp_path / placing.STAGING
    running.refuse_restoring(tmp_path)
    staging.mkdir()
    running.refuse_restoring(tmp_path)
    with placing.folder_locked(staging), pytest.raises(running.ServiceRunning, match="being restored"):
        running.refuse_restoring(tmp_path)
    running.refuse_restoring(tmp_path)


@pytest.mark.postgresql
def test_a_database_that_somebody_filled_meanwhile_is_not_emptied(kept: Kept, nowhere: Installation) -> None:
    """The load, which is one transaction, fails; what is there then is not ours to take away."""
    program = (
        "import sys, psycopg, os; from huiyin.backup import postgresql\n"
        "load = postgresql.load\n"
        "def late(server, content):\n"
        "    with server.connect() as connection:\n"
        "        connection.execute('CREATE TABLE ledger_event (id int)')\n"
        "    load(server, content)\n"
        "postgresql.load = late\n"
        "from huiyin import cli; sys.exit(cli.main(sys.argv[1:]))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", program, "restore", str(kept.file), "--keys", str(kept.ring)],
        env=nowhere.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (outcome.returncode, "pg_restore" in outcome.stderr) == (1, True), outcome.stderr
    assert nowhere.database_url is not None
    with psycopg.connect(nowhere.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM ledger_event").fetchone() == (0,)
    assert not nowhere.home.exists()
