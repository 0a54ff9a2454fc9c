"""Whose turn it is to do what costs much: files that strangers made are read by few at a time, so that pages are answered beside them."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


class Turnstile:
    """So many at a time, and so many who wait ``seconds`` at most: whoever comes when these are there is turned away at once.

    Args:
        running: how many at a time, in one process.
        waiting: how many wait. Each holds a thread that would answer pages.
        seconds: how long.
    """

    def __init__(self, running: int, waiting: int, seconds: float) -> None:
        self._running = threading.BoundedSemaphore(running)
        self._inside = threading.BoundedSemaphore(running + waiting)
        self._seconds = seconds

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """A turn for as long as the block lasts; False where there was none."""
        if not self._inside.acquire(blocking=False):
            yield False
            return
        try:
            if not self._running.acquire(timeout=self._seconds):
                yield False
                return
            try:
                yield True
            finally:
                self._running.release()
        finally:
            self._inside.release()


def run_beside(
    command: Sequence[str], content: bytes, seconds: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes] | None:
    """What ``command`` makes of ``content``, in a process of its own; None where it cannot be started, or
    has not ended after so many ``seconds``.
    """
    try:
        return subprocess.run(command, input=content, capture_output=True, timeout=seconds, env=env, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return None
