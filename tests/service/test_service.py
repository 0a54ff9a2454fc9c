"""`huiyin service` writes units that systemd takes, of a user without rights, and takes away nothing but its own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from huiyin.service import placing
from huiyin.service.units import ENVIRONMENT, MARK, SERVER, UNIT_FOLDER, UNITS, Service, ServiceMisdescribed, files
from tests.commands.running import Huiyin, in_process

URL = ("--public-url", "https://petitions.example.cn")


@pytest.fixture
def huiyin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Huiyin:
    """`huiyin …`, in the test's own process, which names no data folder."""
    monkeypatch.delenv("HUIYIN_HOME")
    return in_process(capsys)


def below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def test_print_shows_every_file_and_writes_none(huiyin: Huiyin, tmp_path: Path) -> None:
    outcome = huiyin("service", "install", *URL, "--print", "--into", str(tmp_path))
    assert outcome.status == 0
    assert all(f"==> {UNIT_FOLDER / name} <==" in outcome.out for name in UNITS)
    assert "HUIYIN_PUBLIC_URL=https://petitions.example.cn" in outcome.out
    assert list(tmp_path.iterdir()) == []


def test_the_units_run_as_a_user_without_rights_and_write_to_two_folders_alone(huiyin: Huiyin) -> None:
    shown = huiyin("service", "install", *URL, "--print", "--user", "petitions", "--metrics-port", "9300").out
    server = shown.partition(f"{SERVER} <==")[2].partition("==>")[0].splitlines()
    backup = shown.partition("huiyin-backup.service <==")[2].partition("==>")[0]
    for line in ("User=petitions", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "UMask=0077"):
        assert line in server
    assert "ReadWritePaths=/var/lib/huiyin" in server
    assert any(line.startswith("ExecStart=") and "serve --port 8000 --metrics-port 9300" in line for line in server)
    assert "ReadWritePaths=/var/lib/huiyin /var/backups/huiyin" in backup
    assert "backup --scheduled /var/backups/huiyin --keep-daily" in backup


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    # Of a user and a program that are there, which systemd looks at as well.
    service = Service("daemon", Path(sys.executable), tmp_path, "https://petitions.example.cn", backups=tmp_path)
    written = [tmp_path / path.name for path in files(service)]
    for path, text in files(service).items():
        (tmp_path / path.name).write_text(text)
    environ = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *written], capture_output=True, text=True, env=environ
    )
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if "huiyin" in line]) == (0, [])


def test_the_environment_is_for_its_owner_alone_and_written_once(huiyin: Huiyin, tmp_path: Path) -> None:
    assert huiyin("service", "install", *URL, "--into", str(tmp_path)).status == 0
    file = below(tmp_path, ENVIRONMENT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("DATABASE_URL=postgresql://huiyin:secret@db/huiyin\n")
    again = huiyin("service", "install", *URL, "--port", "8123", "--into", str(tmp_path))
    assert again.status == 0 and "as it is" in again.out
    assert "secret" in file.read_text() and "secret" not in again.out
    assert "--port 8123" in below(tmp_path, UNIT_FOLDER / SERVER).read_text()
    assert stat.S_IMODE(below(tmp_path, Path("/var/lib/huiyin")).stat().st_mode) == 0o700


def test_a_unit_of_somebody_else_stays(huiyin: Huiyin, tmp_path: Path) -> None:
    own = below(tmp_path, UNIT_FOLDER / SERVER)
    own.parent.mkdir(parents=True)
    own.write_text("[Service]\n")
    refused = huiyin("service", "install", *URL, "--into", str(tmp_path))
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert sorted(tmp_path.rglob("*.timer")) == [] and not below(tmp_path, ENVIRONMENT).exists()
    assert huiyin("service", "uninstall", "--into", str(tmp_path)).status == 0
    assert own.read_text() == "[Service]\n"


def test_uninstalling_takes_the_units_and_leaves_data_and_variables(huiyin: Huiyin, tmp_path: Path) -> None:
    huiyin("service", "install", *URL, "--into", str(tmp_path))
    (below(tmp_path, Path("/var/lib/huiyin")) / "huiyin.sqlite3").write_text("data")
    outcome = huiyin("service", "uninstall", "--into", str(tmp_path))
    assert outcome.status == 0 and outcome.out.count("removed") == len(UNITS)
    assert list(below(tmp_path, UNIT_FOLDER).iterdir()) == []
    assert below(tmp_path, ENVIRONMENT).exists()
    assert (below(tmp_path, Path("/var/lib/huiyin")) / "huiyin.sqlite3").read_text() == "data"


def test_status_tells_what_is_there_and_ends_with_1_unless_the_server_runs(huiyin: Huiyin, tmp_path: Path) -> None:
    huiyin("service", "install", *URL, "--into", str(tmp_path))
    outcome = huiyin("service", "status", "--json", "--into", str(tmp_path))
    assert outcome.status == 1
    assert {one["unit"]: one["installed"] for one in json.loads(outcome.out)["units"]} == dict.fromkeys(UNITS, True)


def test_without_systemd_or_root_nothing_is_written(huiyin: Huiyin) -> None:
    if placing.RUNNING.is_dir() and os.geteuid() == 0:
        pytest.skip("this machine could install it")
    refused = huiyin("service", "install", *URL)
    assert (refused.status, refused.err.count("\n")) == (1, 1) and "--print" in refused.err
    assert not (UNIT_FOLDER / SERVER).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--public-url", "petitions.example.cn"),
        (*URL, "--proxies", "-1"),
    ],
)
def test_what_is_not_said_well_is_misuse(
    huiyin: Huiyin, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]
) -> None:
    monkeypatch.delenv("HUIYIN_PUBLIC_URL", raising=False)
    assert huiyin("service", "install", "--print", *wrong).status == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"user": "root"},
        {"user": "a b"},
        {"home": Path("/srv/two words")},
        {"home": Path("/srv/%h")},
        {"backups": Path("relative")},
        {"port": 80},
        {"metrics_port": 70000},
        {"public_url": "https://x\nUser=root"},
    ],
    ids=str,
)
def test_nothing_comes_into_a_unit_that_systemd_would_read_as_something_else(changed: dict[str, object]) -> None:
    described = {
        "user": "huiyin",
        "program": Path("/opt/huiyin/bin/huiyin"),
        "home": Path("/srv/huiyin"),
        "public_url": "https://petitions.example.cn",
    }
    assert all(text.startswith(MARK) for text in files(Service(**described)).values())  # type: ignore[arg-type]
    with pytest.raises(ServiceMisdescribed):
        files(Service(**{**described, **changed}))  # type: ignore[arg-type]
