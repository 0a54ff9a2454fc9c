"""An installation of its own, driven from outside: its command line and its server as real processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

import psycopg

from tests import forks

ANNOUNCED: Final = "http://"
COMMAND_SECONDS: Final = 300


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def fresh_database(url: str, like: str | None = None) -> str:
    """The address of a new database in the PostgreSQL cluster at `url`: empty, or a copy of the one at `like`."""
    name = f"huiyin_{uuid4().hex}"
    template = f' TEMPLATE "{_database_name(like)}"' if like else ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{template}')
    head, _, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{tail}"


def _database_name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@dataclass
class Installation:
    """A data folder, a database, and the processes that use them.

    Args:
        home: the data folder; made on first use.
        database_url: another database than the SQLite file in `home`.
        variables: further environment variables.
        port: of its pages.
        python: which Python runs it, and with it which installed version.
    """

    home: Path
    database_url: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    python: str = sys.executable
    _server: subprocess.Popen[str] | forks.Begun | None = None

    def copy(self, home: Path) -> Installation:
        """Another installation with the same keys, rows and files; this one must not be running."""
        shutil.copytree(self.home, home)
        database = fresh_database(self.database_url, self.database_url) if self.database_url else None
        return Installation(home, database, dict(self.variables))

    @property
    def url(self) -> str:
        """Where its pages are, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Only what this installation is told: nothing of the settings of the test run."""
        ours = ("HUIYIN_", "DATABASE_URL", "DJANGO_", "EMAIL_URL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        told = {"HUIYIN_HOME": str(self.home), "HUIYIN_LANGUAGE": "en"}
        if self.database_url:
            told["DATABASE_URL"] = self.database_url
        return kept | told | self.variables

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The outcome of one command line, whatever its status."""
        if forks.may_begin_here(self.python, self.variables):
            return forks.run([forks.COMMAND_LINE, *arguments], self.environment(), COMMAND_SECONDS)
        return subprocess.run(
            [self.python, "-m", "huiyin.cli", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    def popen(self, *arguments: str) -> subprocess.Popen[str]:
        """One command line as a running process, its output piped."""
        return subprocess.Popen(
            [self.python, "-m", "huiyin.cli", *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self, *options: str) -> None:
        """Serves, with further ``options``, and returns when pages can be fetched."""
        self.home.mkdir(parents=True, exist_ok=True)
        arguments = ("serve", "--port", str(self.port), *options)
        with (self.home / "server.log").open("a") as journal:
            if forks.may_begin_here(self.python, self.variables):
                self._server = forks.begin([forks.COMMAND_LINE, *arguments], self.environment(), journal)
            else:
                self._server = self._begin_anew(arguments, journal)
        assert self._server.stdout is not None
        first = self._server.stdout.readline()
        assert ANNOUNCED in first, self.journal()[-2000:]

    def _begin_anew(self, arguments: Sequence[str], journal: IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.python, "-m", "huiyin.cli", *arguments],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=journal,
            text=True,
            start_new_session=True,
        )

    def wait(self) -> int:
        """The exit status of a server that ends by itself."""
        assert self._server is not None
        return self._server.wait(timeout=120)

    def stop(self) -> int:
        """Ends the server as an administrator would; returns its exit status."""
        assert self._server is not None
        self._server.terminate()
        return self._server.wait(timeout=120)

    def kill(self) -> None:
        """Ends every process of the server at once (SIGKILL), as a power failure would."""
        assert self._server is not None
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait(timeout=120)

    def holds(self, process: int) -> bool:
        """Whether a process is of its server: that is a session of its own."""
        return self._server is not None and os.getsid(process) == self._server.pid

    def journal(self) -> str:
        """What the server wrote to standard error."""
        return (self.home / "server.log").read_text()

    def get(self, path: str) -> int:
        """The status of one page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=120) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            return error.code

    def close(self) -> None:
        """Leaves no process behind."""
        if self._server is not None and self._server.poll() is None:
            self.kill()
        if self._server is not None and self._server.stdout is not None:
            self._server.stdout.close()
