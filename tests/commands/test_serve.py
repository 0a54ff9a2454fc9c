"""The server and its worker start and stop together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.any_database]


def processes_of(installation: Installation) -> dict[int, str]:
    """Process ids, names and command lines of what was begun with the data folder of this installation, or in the session of its server."""
    mark = f"HUIYIN_HOME={installation.home}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes() or installation.holds(int(folder.name)):
                name, line = (folder / "comm").read_text(), (folder / "cmdline").read_bytes()
                found[int(folder.name)] = name + line.replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def worker_of(installation: Installation) -> int:
    """The process id of the worker."""
    return next(pid for pid, line in processes_of(installation).items() if "huiyin.cli work" in line)


def wait_until(reached: Callable[[], bool]) -> bool:
    """Whether something comes true within two minutes: beside other work a process has taken more than twenty seconds."""
    deadline = time.monotonic() + 120
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached()


def is_well(installation: Installation, code: str) -> bool:
    """Whether `huiyin doctor` says so of what has this code."""
    told = json.loads(installation.run("doctor", "--quick", "--json").stdout)
    return {one["code"]: one["level"] for one in told["findings"]}.get(code) == "ok"


def nothing_is_moved(installation: Installation, target: Path) -> None:
    """While the service runs."""
    outcome = installation.run("db", "move", "--to", f"sqlite:///{target}")
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "the service is running" in outcome.stderr and "stop `huiyin serve`" in outcome.stderr
    assert not target.exists()


def test_it_serves_pages_and_files_is_well_keeps_queries_to_itself_lets_nothing_be_moved_and_stops_cleanly(
    installation: Installation, tmp_path: Path
) -> None:
    installation.variables["PYTHONUTF8"] = "1"  # here nothing is a fork
    installation.start()
    installation.variables.clear()
    assert installation.get("/accounts/login/") == 200
    assert installation.get("/static/vendor/htmx/htmx.min.js") == 200
    assert worker_of(installation)
    assert wait_until(lambda: is_well(installation, "worker"))
    installation.get("/accounts/login/?next=/desk/%3Fq=13800000000")
    nothing_is_moved(installation, tmp_path / "new.sqlite3")
    assert installation.stop() == 0
    assert processes_of(installation) == {}
    assert '"route": "accounts/login/"' in installation.journal()
    assert "13800000000" not in installation.journal()


def test_a_killed_server_leaves_its_port_to_the_next_and_when_only_the_web_server_is_killed_everything_ends(
    installation: Installation,
) -> None:
    installation.start()
    installation.kill()
    installation.start()
    assert installation.get("/accounts/login/") == 200
    eldest = min(pid for pid, line in processes_of(installation).items() if "granian" in line)
    os.kill(eldest, signal.SIGKILL)
    assert installation.wait() == 1
    assert wait_until(lambda: processes_of(installation) == {})


@pytest.mark.parametrize(
    "moment", [1.5, *(pytest.param(moment, marks=pytest.mark.exhaustive) for moment in (0.5, 2.5))]
)
def test_stopped_while_it_starts_it_leaves_nothing_behind(installation: Installation, moment: float) -> None:
    with installation.popen("serve", "--port", str(installation.port)) as server:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(moment)
        server.terminate()
        server.communicate(timeout=60)
    assert wait_until(lambda: processes_of(installation) == {})


def test_a_taken_port_is_refused_in_one_line(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        outcome = installation.run("serve", "--port", str(installation.port))
    assert outcome.returncode == 1
    assert "--port" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_when_the_worker_dies_the_server_ends_and_says_so(installation: Installation) -> None:
    installation.start()
    os.kill(worker_of(installation), signal.SIGKILL)
    assert installation.wait() == 1
    assert "ended by itself" in installation.journal()
