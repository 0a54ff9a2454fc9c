"""Command lines as processes of their own that need not read Django and the libraries anew: each is a fork of one that waits.

Most of the CPU of a short command, and of a server's start, goes into reading modules. What reads neither settings nor environment is read once here, with the
shipped rulebooks, which are part of the code; the rest, and above all the settings, is read by each process as if it had just begun.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import pickle
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent
COMMAND_LINE: Final = "huiyin.cli"
SERVER: Final = [COMMAND_LINE, "serve"]
START_SECONDS: Final = 300
PR_SET_NAME: Final = 15  # prctl(2)
PR_SET_CHILD_SUBREAPER: Final = 36
READ_FIRST: Final = """
    django.apps django.contrib.auth.hashers django.core.cache django.core.files.storage django.core.mail
    django.core.management.base django.core.servers.basehttp django.core.validators django.db.backends.sqlite3.base
    django.db.migrations.executor django.db.models django.forms django.http django.middleware.csrf django.template.loader
    django.test.client django.urls django.utils.translation django.views.generic
    PIL.Image cryptography.x509 cryptography.hazmat.primitives.ciphers.aead docx email_validator environ filetype lxml.etree
    msgspec opencc phonenumbers psycopg pydantic pypdf pypinyin qrcode requests rich.console rjieba ruamel.yaml sqlparse stdnum
    structlog whitenoise.storage zoneinfo
    aiohttp fido2.webauthn graphlay granian granian.cli granian.server.mp icalendar imaplib ortools.sat.python.cp_model pyhanko.sign
    python_calamine smtplib stdnum.cn.ric stdnum.cn.uscc xlsxwriter
    huiyin.cli huiyin.archive.verify huiyin.audit.side_by_side huiyin.casework.file_checks.words huiyin.documents.comparing.decisive
    huiyin.documents.fonts huiyin.people.names.reading huiyin.procedure.amending.documents huiyin.procedure.importing
    huiyin.procedure.storage.codec huiyin.rules.prover.compare huiyin.search.words
""".split()
READ_AT_START: Final = ("PYTHON", "LANG", "LC_", "TZ")
"""What Python looks at when it begins: whoever is told something else of it begins by itself."""
_shared: str | None = None


@dataclass
class Begun:
    """A program that was begun in a session of its own, with what is asked of a `subprocess.Popen`."""

    pid: int
    stdout: IO[str]
    _line: socket.socket
    _status: int | None = None

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        with suppress(BlockingIOError):
            return self.wait(0)
        return None

    def wait(self, timeout: float) -> int:
        """The exit status; raises TimeoutError after so many seconds."""
        if self._status is None:
            self._line.settimeout(timeout)
            self._status = int(self._line.recv(16))
            self._line.close()
        return self._status

    def terminate(self) -> None:
        """Asks it to end."""
        os.kill(self.pid, signal.SIGTERM)


def run(program: Sequence[str], environment: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """The outcome of a program in a process of its own.

    Args:
        program: a file of Python or ``huiyin.cli``, and its arguments.
        environment: all that it is told, and nothing else.
        seconds: after which TimeoutError is raised.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        _, line = _ask(program, environment, output, complaints)
        with line:
            line.settimeout(seconds)
            status = line.recv(16)
        assert status, f"{program}: no answer"
        said = []
        for file in (output, complaints):
            file.seek(0)
            said.append(file.read().decode())
        return subprocess.CompletedProcess(list(program), int(status), *said)


def begin(program: Sequence[str], environment: Mapping[str, str], complaints: IO[Any]) -> Begun:
    """A program that goes on, with its output to be read. What it starts as a module of ours is a fork as well, and its child."""
    reading, writing = os.pipe()
    with open(writing, "wb") as output:
        pid, line = _ask(program, environment, output, complaints)
    return Begun(pid, open(reading, encoding="utf-8"), line)


def _ask(
    program: Sequence[str], environment: Mapping[str, str], output: IO[Any], complaints: IO[Any]
) -> tuple[int, socket.socket]:
    """Has a program begun; its process id, and the line on which its status will be told."""
    asked = {"program": list(program), "environment": dict(environment), "folder": str(Path.cwd())}
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with tempfile.TemporaryFile() as request:
        request.write(json.dumps(asked).encode())
        request.flush()
        line.settimeout(START_SECONDS)
        line.connect(_shared or waiting())
        socket.send_fds(line, [b"."], [file.fileno() for file in (request, output, complaints)])
        return int(line.recv(16)), line


def may_begin_here(python: str, variables: Mapping[str, str]) -> bool:
    """Whether a program under ``python`` with these variables of its own would begin as a fork of ours does."""
    return python == sys.executable and not any(name.startswith(READ_AT_START) for name in variables)


def share(address: str) -> None:
    """Has the process asked that waits there, instead of one of our own."""
    global _shared
    _shared = address


@cache
def waiting() -> str:
    """The address of the process that waits, which is started for the first who asks and ends with this one."""
    folder = tempfile.mkdtemp(prefix="huiyin-forks-")
    address = f"{folder}/line"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(address)
        listening.listen()
        ours = [sys.executable, "-m", "tests.forks", str(listening.fileno())]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DJANGO_"))}
        kept["OPENBLAS_NUM_THREADS"] = "1"  # threads do not outlive a fork
        waiting = subprocess.Popen(
            ours, stdin=subprocess.PIPE, pass_fds=[listening.fileno()], cwd=ROOT, env=kept, start_new_session=True
        )
    atexit.register(_end, waiting, folder)
    return address


def _end(waiting: subprocess.Popen[bytes], folder: str) -> None:
    assert waiting.stdin is not None
    waiting.stdin.close()  # which is what it waits for
    waiting.wait()
    shutil.rmtree(folder, ignore_errors=True)


# --- the process that waits ------------------------------------------------------------------------------------------


def wait(listening: socket.socket) -> None:
    """Reads what all will need, then begins a process for each who asks. Returns in such a process, and when nobody can ask any more."""
    for name in READ_FIRST:
        import_module(name)
    _read_shipped_books()
    gc.freeze()  # the forks share these objects as long as nothing counts them
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listening, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        line, _ = listening.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listening.close()
            _begin(line)
            return
        line.close()


def _read_shipped_books() -> None:
    load: Any = import_module("huiyin.rules.book.load")
    for name in load.shipped():
        load.load(name)


def _begin(line: socket.socket) -> None:
    """Tells the status of the program to whoever asked, from a process beside it; in that of the program itself raises SystemExit."""
    _, (request, output, complaints), _, _ = socket.recv_fds(line, 1, 3)
    with open(request, "rb") as file:
        file.seek(0)
        asked = json.loads(file.read())
    program = os.fork()
    if program:
        with suppress(BrokenPipeError):  # nobody waits any more
            line.send(str(program).encode())
            status = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
            line.send(str(status).encode())
        os._exit(0)
    line.close()
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, place in ((nothing, 0), (output, 1), (complaints, 2)):
        os.dup2(file, place)
        os.close(file)
    os.chdir(asked["folder"])
    tempfile.tempdir = None
    if asked["program"][:2] == SERVER:
        _begin_here_what_it_starts()
    _become(asked["program"], asked["environment"])


def _become(program: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    os.environ.clear()
    os.environ.update(environment)
    name, *arguments = sys.argv = list(program)
    if name == COMMAND_LINE:
        raise SystemExit(import_module(COMMAND_LINE).main(arguments))
    if name in READ_FIRST:
        runpy.run_module(name, run_name="__main__")
    else:
        runpy.run_path(name, run_name="__main__")
    raise SystemExit(0)


# --- what a server starts --------------------------------------------------------------------------------------------


def _begin_here_what_it_starts() -> None:
    """Leaves a twin behind that reads no settings, of which whatever this process starts as a module becomes a fork, and its child.

    The fork is a child of a process that ends at once, so that Linux makes it one of the nearest ancestor that asks for such children.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        _begin_what_is_asked_for(theirs)
    theirs.close()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)

    class Forked(subprocess.Popen[Any]):
        def _execute_child(self, args: Any, executable: Any, preexec_fn: Any, *others: Any) -> None:
            if list(args[:2]) != [sys.executable, "-m"]:
                super()._execute_child(args, executable, preexec_fn, *others)  # type: ignore[misc]
                return
            environment = others[3]
            ours.send(pickle.dumps((args[2:], environment, preexec_fn)))
            self.pid = int(ours.recv(16))
            self._child_created = True

    subprocess.Popen = Forked  # type: ignore[misc]


def _begin_what_is_asked_for(line: socket.socket) -> NoReturn:
    """Until whoever asks is gone."""
    while asked := line.recv(1 << 16):
        passing = os.fork()
        if passing == 0:
            passing = os.getpid()
            if os.fork():
                os._exit(0)
            while os.getppid() == passing:
                time.sleep(0.001)
            program, environment, at_first = pickle.loads(asked)
            at_first()
            line.send(str(os.getpid()).encode())
            line.close()
            ctypes.CDLL(None).prctl(PR_SET_NAME, " ".join(program)[:15].encode())
            _become(program, environment)
        os.waitpid(passing, 0)
    os._exit(0)


if __name__ == "__main__":
    wait(socket.socket(fileno=int(sys.argv[1])))
