"""`huiyin serve`: the web server and one worker, as one group of processes that starts and stops together."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from huiyin.commands import DONE, MISUSED, Failure, Subparsers
from huiyin.language import gettext as _
from huiyin.site.process_group import MULTIPROCESS_FOLDER, SUPERVISED, THREADS, THREADS_VARIABLE, end_with_parent

PORT: Final = 8000
PUBLIC_URL: Final = "HUIYIN_PUBLIC_URL"
STOP_SECONDS: Final = 20
START_SECONDS: Final = 120  # on a busy machine reading rulebooks alone takes half a minute
POLL_SECONDS: Final = 0.1
# SQLite has one writer whatever we do. Threads of one process wait in line for it (huiyin.site.sqlite); processes sleep and
# ask again, and with two of them the slowest percent waited four to seven times as long.
SQLITE_WORKERS: Final = 1
CONNECTIONS: Final = 4096
"""Open at a time and process; who sends nothing is dropped after ``HEADER_SECONDS``."""
HEADER_SECONDS: Final = 15


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "serve",
        help=_("提供网页和接口，并带一个后台进程"),
        description=_("需要时先准备好系统，然后一直运行，直到要求停止（SIGTERM 或 Ctrl-C）。"),
    )
    parser.add_argument("--port", type=int, default=PORT, help=_("监听的端口（默认 %(port)s）") % {"port": PORT})
    parser.add_argument("--host", default="127.0.0.1", help=_("监听的地址（默认 127.0.0.1）"))
    parser.add_argument("--workers", type=int, help=_("网页进程数（默认：SQLite 为 1，PostgreSQL 每核一个）"))
    parser.add_argument(
        "--threads",
        type=int,
        default=THREADS,
        help=_("每个网页进程的线程数（默认 %(threads)s）") % {"threads": THREADS},
    )
    parser.add_argument("--metrics-port", type=int, metavar="N", help=_("在这个端口提供 Prometheus 指标（默认不提供）"))
    parser.add_argument("--metrics-host", default="127.0.0.1", help=_("指标监听的地址（默认 127.0.0.1）"))
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Starts both processes and stays with them; ends both when told to, or when either ends."""
    from django.conf import settings
    from django.db import connection, connections

    from huiyin.site import running
    from huiyin.site.preparation import prepare

    _refuse_taken_port(arguments.host, arguments.port)
    _refuse_metrics_in_public(arguments)
    if not os.environ.get(PUBLIC_URL):
        os.environ[PUBLIC_URL] = f"http://127.0.0.1:{arguments.port}"  # receipts and mails lead to where the pages are
    running.hold(settings.HUIYIN_HOME)
    for line in prepare():
        print(line, file=sys.stderr)
    workers = arguments.workers or (SQLITE_WORKERS if connection.vendor == "sqlite" else os.cpu_count() or 1)
    connections.close_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    counted = _count_requests(arguments, settings.HUIYIN_HOME)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    processes = [
        _start("granian", *_granian(arguments, workers), **{THREADS_VARIABLE: str(arguments.threads)}),
        _start("huiyin.cli", "work"),
    ]
    end_metrics = _serve_metrics(arguments, counted)
    try:
        _wait_until_listening(arguments.host, arguments.port, processes, stopping)
        _announce(arguments, settings.HUIYIN_DEMO if settings.HUIYIN_LOCAL else None)
        while not stopping and all(process.poll() is None for process in processes):
            time.sleep(POLL_SECONDS)
    finally:
        _stop(processes)
        end_metrics()
    if not stopping:
        raise Failure(_("网页服务或后台进程自己结束了"), _("最后几行在上面"))
    return DONE


def _refuse_metrics_in_public(arguments: argparse.Namespace) -> None:
    """Figures are for those who run the installation: never on the port that everybody reaches."""
    if arguments.metrics_port is None:
        return
    if arguments.metrics_port == arguments.port:
        raise Failure(_("指标要有自己的端口"), _("请用 --metrics-port 另选一个"), status=MISUSED)
    _refuse_taken_port(arguments.metrics_host, arguments.metrics_port, "--metrics-port")


def _count_requests(arguments: argparse.Namespace, home: Path) -> Path | None:
    """Has the processes that are started next note what they count; the folder where, None without figures."""
    if arguments.metrics_port is None:
        os.environ.pop(MULTIPROCESS_FOLDER, None)
        return None
    from huiyin.site.metrics import server

    folder = server.empty_folder(home)
    os.environ[MULTIPROCESS_FOLDER] = str(folder)
    return folder


def _serve_metrics(arguments: argparse.Namespace, folder: Path | None) -> Callable[[], None]:
    """Answers on the port of the figures; returns what ends it. Comes after the processes were started, since it is a thread."""
    if folder is None:
        return lambda: None
    from huiyin.site.metrics import server

    return server.serve(arguments.metrics_host, arguments.metrics_port, folder)


def _granian(arguments: argparse.Namespace, workers: int) -> list[str]:
    """The command line of the web server. Its own access log is off: it would write down addresses with their queries."""
    return [
        *("--interface", "asginl", "--host", arguments.host, "--port", str(arguments.port)),
        *("--workers", str(workers), "--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)),
        # Not "auto", which waits for the first bytes of a connection as long as it takes.
        *("--http", "1", "--no-ws", "--http1-header-read-timeout", str(HEADER_SECONDS * 1000)),
        *("--no-access-log", "--log-level", "warning", "--respawn-failed-workers"),
        "huiyin.site.asgi:application",
    ]


def _start(module: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=os.environ | {SUPERVISED: "1"} | variables,
        preexec_fn=_with_this_process,
    )


def _with_this_process() -> None:
    end_with_parent(signal.SIGTERM)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ends the processes: politely first, so that requests under way are answered."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _refuse_taken_port(host: str, port: int, option: str = "--port") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            raise Failure(
                _("无法监听 %(host)s:%(port)s") % {"host": host, "port": port},
                _("请结束占用它的程序，或者用 %(option)s 另选一个") % {"option": option},
            ) from None


def _wait_until_listening(host: str, port: int, processes: list[subprocess.Popen[bytes]], stopping: list[int]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not stopping and all(process.poll() is None for process in processes):
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise Failure(_("%(seconds)s 秒内没有应答") % {"seconds": START_SECONDS}) from None
            time.sleep(POLL_SECONDS)


def _announce(arguments: argparse.Namespace, demonstration: Path | None) -> None:
    """Says where the pages are and, on a demonstration installation, who can sign in."""
    print(f"Huiyin 回音  http://{arguments.host}:{arguments.port}", flush=True)
    if demonstration is None or not demonstration.exists():
        return
    accounts = json.loads(demonstration.read_text()).get("accounts", [])
    print(_("演示账户（用户名  密码  身份）："))
    for account in accounts:
        who = " · ".join(str(account[name]) for name in ("name", "post", "unit") if account.get(name))
        print(f"  {account['username']:<16} {account['password']:<20} {who}", flush=True)
