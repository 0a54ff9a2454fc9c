"""`huiyin work`: a worker: due duties, jobs, the log."""

from __future__ import annotations

import argparse
import os
import signal
import threading

from huiyin.commands import DONE, Subparsers
from huiyin.language import gettext as _

PARENT_CHECK_SECONDS = 1.0


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "work",
        help=_("做后台作业：到期事项、通知、邮件"),
        description=_("一直运行，直到要求停止。PostgreSQL 上可以有任意多个后台进程，SQLite 上一个。"),
    )
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Works until SIGTERM or SIGINT, or until the process that started it is gone."""
    from django.conf import settings

    from huiyin.site import running
    from huiyin.worker import run_forever

    running.hold(settings.HUIYIN_HOME)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_watch_parent, args=(os.getppid(), stop), daemon=True).start()
    run_forever(stop)
    return DONE


def _watch_parent(parent: int, stop: threading.Event) -> None:
    """Stops the work when the server was killed, so that a new start finds no worker of the old one."""
    while os.getppid() == parent:
        if stop.wait(PARENT_CHECK_SECONDS):
            return
    stop.set()
