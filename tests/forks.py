"""Command lines as processes of their own that need not read Django and the libraries anew: each is a fork of one that waits.

Most of the CPU of a short command goes into reading modules. What reads neither settings nor environment is read once here, with the
shipped rulebooks, which are part of the code; the rest, and above all the settings, is read by each process as if it had just begun.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
COMMAND_LINE: Final = "huiyin.cli"
READ_FIRST: Final = """
    django.apps django.contrib.auth.hashers django.core.cache django.core.files.storage django.core.mail
    django.core.management.base django.core.servers.basehttp django.core.validators django.db.backends.sqlite3.base
    django.db.migrations.executor django.db.models django.forms django.http django.middleware.csrf django.template.loader
    django.test.client django.urls django.utils.translation django.views.generic
    PIL.Image cryptography.x509 cryptography.hazmat.primitives.ciphers.aead docx email_validator environ filetype lxml.etree
    msgspec opencc phonenumbers psycopg pydantic pypdf pypinyin qrcode requests rich.console rjieba ruamel.yaml sqlparse stdnum
    structlog whitenoise.storage zoneinfo
    huiyin.cli huiyin.archive.verify huiyin.audit.side_by_side huiyin.casework.file_checks.words huiyin.documents.comparing.decisive
    huiyin.documents.word huiyin.people.names.reading huiyin.procedure.amending.documents huiyin.procedure.importing
    huiyin.procedure.storage.codec huiyin.rules.prover.compare huiyin.search.words
""".split()
READ_AT_START: Final = ("PYTHON", "LANG", "LC_", "TZ")
"""What Python looks at when it begins: whoever is told something else of it begins by itself."""


def run(program: Sequence[str], environment: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """The outcome of a program in a process of its own.

    Args:
        program: a file of Python or ``huiyin.cli``, and its arguments.
        environment: all that it is told, and nothing else.
        seconds: after which TimeoutError is raised.
    """
    asked = {"program": list(program), "environment": dict(environment), "folder": str(Path.cwd())}
    with (
        tempfile.TemporaryFile() as request,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as complaints,
        socket.socket(socket.AF_UNIX) as line,
    ):
        request.write(json.dumps(asked).encode())
        request.flush()
        line.settimeout(seconds)
        line.connect(_waiting())
        socket.send_fds(line, [b"."], [file.fileno() for file in (request, output, complaints)])
        status = line.recv(16)
        assert status, f"{program}: no answer"
        said = []
        for file in (output, complaints):
            file.seek(0)
            said.append(file.read().decode())
        return subprocess.CompletedProcess(list(program), int(status), *said)


def may_begin_here(python: str, variables: Mapping[str, str]) -> bool:
    """Whether a program under ``python`` with these variables of its own would begin as a fork of ours does."""
    return python == sys.executable and not any(name.startswith(READ_AT_START) for name in variables)


@cache
def _waiting() -> str:
    """The address of the process that waits, which is started for the first who asks and ends with this one."""
    folder = tempfile.mkdtemp(prefix="huiyin-forks-")
    address = f"{folder}/line"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        ours = [sys.executable, "-m", "tests.forks", str(listening.fileno())]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DJANGO_"))}
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
        status = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
        with suppress(BrokenPipeError):  # nobody waits any more
            line.sendall(str(status).encode())
        os._exit(0)
    line.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, place in ((nothing, 0), (output, 1), (complaints, 2)):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    tempfile.tempdir = None
    name, *arguments = asked["program"]
    if name == COMMAND_LINE:
        sys.argv = [COMMAND_LINE, *arguments]
        raise SystemExit(import_module(COMMAND_LINE).main(arguments))
    sys.argv = [name, *arguments]
    runpy.run_path(name, run_name="__main__")
    raise SystemExit(0)


if __name__ == "__main__":
    wait(socket.socket(fileno=int(sys.argv[1])))
