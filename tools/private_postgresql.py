"""A PostgreSQL cluster of one's own: in a temporary folder, on a unix socket, gone when its owner is gone.

python -m tools.private_postgresql        starts one, prints its DATABASE_URL, keeps it until interrupted
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

SYSTEM_USER: Final = "postgres"  # PostgreSQL refuses to run as root
START_SECONDS: Final = 30
DATABASE: Final = "huiyin"
MEMORY_NEEDED_BYTES: Final = 2 * 1024**3

# Nothing here outlives the run, so nothing needs to survive a power failure.
FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ORDINARY: Final = {"max_connections": "200", "shared_buffers": "256MB", "listen_addresses": ""}


class ClusterError(RuntimeError):
    """The cluster could not be made or did not start; the message says what to do."""


def binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL server, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def memory_folder() -> Path | None:
    """A folder in memory with at least 2 GiB free (containers often have 64 MiB), or None for the ordinary one."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= MEMORY_NEEDED_BYTES
    return memory if roomy else None


class PrivateCluster:
    """A running cluster as a context: `with PrivateCluster() as cluster: cluster.url`.

    Args:
        durable: keep fsync on, as in production; for benchmarks whose figures depend on it.

    Raises:
        ClusterError: no PostgreSQL server is installed, or it does not start within 30 seconds.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = ORDINARY if durable else ORDINARY | FAST
        self._folder = Path()
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The DATABASE_URL of the database `huiyin` in this cluster, as its superuser."""
        return f"postgresql://{SYSTEM_USER}@/{DATABASE}?host={self._folder}"

    def __enter__(self) -> PrivateCluster:
        programs = binaries()
        if programs is None:
            raise ClusterError("no PostgreSQL server found: run `apt-get install postgresql`")
        # In memory where there is room, but durable figures need the real disk.
        parent = memory_folder() if "fsync" in self._settings else None
        self._folder = Path(tempfile.mkdtemp(prefix="huiyin-pg-", dir=parent))
        if os.geteuid() == 0:
            owner = pwd.getpwnam(SYSTEM_USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        try:
            self._make(programs)
            self._start(programs)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server at once and removes its folder; harmless when it is gone already."""
        server, self._server = self._server, None
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=START_SECONDS)
        if self._folder != Path():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self, programs: Path) -> None:
        options = f"--username {SYSTEM_USER} --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync".split()
        made = subprocess.run(
            [*_as_system_user(), programs / "initdb", "--pgdata", self._folder / "data", *options],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ClusterError(f"initdb failed: {made.stderr.strip()}")

    def _start(self, programs: Path) -> None:
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "server.log").open("wb") as journal:
            self._server = subprocess.Popen(
                [*_as_system_user(), programs / "postgres", "-D", self._folder / "data", "-k", self._folder, *options],
                cwd=self._folder,
                stdout=journal,
                stderr=journal,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers(programs):
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not start: {(self._folder / 'server.log').read_text()[-500:]}")
            time.sleep(0.05)
        subprocess.run([programs / "createdb", "--host", self._folder, "--username", SYSTEM_USER, DATABASE], check=True)

    def _answers(self, programs: Path) -> bool:
        ready = [programs / "pg_isready", "--quiet", "--host", self._folder]
        return subprocess.run(ready, check=False).returncode == 0


def _as_system_user() -> list[str]:
    """The prefix that runs a program as the system user (when root), and ends it when this process is gone."""
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients that are gone as well.
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        prefix += ["--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--clear-groups"]
    return [*prefix, "--"]


def main() -> int:
    """Starts a cluster, says where it is, waits."""
    try:
        with PrivateCluster(durable="--durable" in sys.argv) as cluster:
            print(cluster.url, flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
