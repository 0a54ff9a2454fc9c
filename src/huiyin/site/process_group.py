"""Processes that end with the one that started them, so that a killed server leaves no half of itself on its port."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # prctl(2)
SUPERVISED: Final = "HUIYIN_SUPERVISED"  # set by `huiyin serve` for what it starts
MULTIPROCESS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client as it is imported
THREADS: Final = 4
THREADS_VARIABLE: Final = "HUIYIN_THREADS"  # so many of them a web process has


def end_with_parent(number: signal.Signals) -> None:
    """Asks Linux to send this process a signal when its parent is gone; does nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def end_with_supervisor() -> None:
    """For a web process under `huiyin serve`: its parent stops it politely, so a parent that is gone was killed."""
    if os.environ.get(SUPERVISED) == "1":
        end_with_parent(signal.SIGKILL)
