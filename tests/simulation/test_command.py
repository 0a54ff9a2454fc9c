"""`huiyin simulate` in processes of its own: the same bytes each time, and nothing of the installation is touched."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.rules.book.load import BOOKS

SECONDS = 120


def command(home: Path, *arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    ours = ("HUIYIN_", "DATABASE_URL", "DJANGO_", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-m", "huiyin.cli", "simulate", *arguments],
        env={**kept, "HUIYIN_HOME": str(home), "HUIYIN_LANGUAGE": "en", "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    arguments = ("--book", "squad-rules", "--matters", "4", "--seed", "7", "--json")
    first, second = (command(tmp_path / "home", *arguments, hash_seed=seed) for seed in ("0", "4711"))
    assert first.returncode == second.returncode == 0, first.stderr.decode()
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["matters"]["ended"] == 4
    other = command(tmp_path / "home", *arguments[:-2], "8", "--json")
    assert other.stdout != first.stdout


def test_nothing_of_the_installation_is_read_or_changed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "huiyin.sqlite3").write_bytes(b"not a database")
    before = files(home)
    done = command(home, "--book", "squad-rules", "--matters", "3", "--csv", str(tmp_path / "matters.csv"))
    assert done.returncode == 0, done.stderr.decode()
    assert files(home) == before
    assert "Petition rules of an enforcement squad" in done.stdout.decode()
    rows = list(csv.DictReader((tmp_path / "matters.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["matter"] for row in rows] == ["1", "2", "3"]
    assert all(row["ended"] for row in rows)


def test_no_folder_is_made_where_there_was_none(tmp_path: Path) -> None:
    assert command(tmp_path / "home", "--book", "national-2022", "--matters", "1").returncode == 0
    assert not (tmp_path / "home").exists()


def test_a_book_of_ones_own_is_proved_and_simulated(tmp_path: Path) -> None:
    text = (
        (BOOKS / "squad-rules.yaml").read_text(encoding="utf-8").replace("rulebook: squad-rules", "rulebook: my-squad")
    )
    book = tmp_path / "my-squad.yaml"
    book.write_text(text, encoding="utf-8")
    done = command(tmp_path / "home", "--book", str(book), "--matters", "2", "--json")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["rulebook"].startswith("my-squad@")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--book", "nowhere"), 1, "nowhere"),
        (("--book", "nowhere.yaml"), 2, "nowhere.yaml"),
        (("--book", "national-2022", "--matters", "0"), 2, "--matters must be between 1 and"),
        (("--book", "national-2022", "--matters", "many"), 2, "int is expected"),
        (("--matters", "3"), 2, "--book"),
        (("--book", "national-2022", "--staffing", "nowhere.toml"), 2, "nowhere.toml: No such file"),
    ],
)
def test_wrong_use_is_told_in_one_line(arguments: tuple[str, ...], status: int, said: str, tmp_path: Path) -> None:
    done = command(tmp_path / "home", *arguments)
    assert done.returncode == status
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    assert said in lines[0]


def test_a_bad_staffing_file_ends_with_status_2_and_its_line(tmp_path: Path) -> None:
    file = tmp_path / "staff.toml"
    file.write_text("[people]\nhandlr = 2\n")
    done = command(tmp_path / "home", "--book", "national-2022", "--staffing", str(file))
    assert done.returncode == 2
    assert done.stderr.decode().startswith("huiyin: staff.toml:2: people.handlr: national-2022 has no such role")
    file.write_text("[posts.all]\nroles = ['intake', 'handler']\npeople = 2\n")
    done = command(tmp_path / "home", "--book", "national-2022", "--staffing", str(file))
    assert done.returncode == 2
    assert "handler is held in another place than the others" in done.stderr.decode()
