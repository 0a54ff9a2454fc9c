"""Whose turn it is to do what costs much: files that strangers made are read by few at a time, so that pages are answered beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop

_PROGRAM: Final = ("-m", "huiyin.casework.file_checks.limited")


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


class OthersFirst(HuiyinError):
    """Raised where files of others are being read: asked again in a while, it has its turn."""

    to_do = gettext_noop("请过几秒再试")


class TakesTooMuch(HuiyinError):
    """Raised where taking a file apart was ended because it took more than it may."""

    to_do = gettext_noop("请换成更简单的格式")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much taking one file apart may take: seconds of CPU, seconds of waiting (on a machine that is busy), bytes of memory."""

    seconds: int
    patience: float
    memory: int = 1024**3


def take_apart(work: Callable[[bytes], bytes], content: bytes, limits: Limits) -> bytes | None:
    """What ``work``, a function of a module that needs no database, makes of ``content`` in a process beside this one that has its
    modules and no secrets; None where it failed. Raises TakesTooMuch.
    """
    most = (str(limits.seconds), str(limits.memory))
    command = [sys.executable, *_PROGRAM, work.__module__, work.__qualname__, *most]
    done = run_beside(command, content, limits.patience, env={"PYTHONPATH": os.pathsep.join(sys.path)})
    if done is None or done.returncode < 0:
        raise TakesTooMuch("a file was not read to its end")
    return done.stdout if done.returncode == 0 else None


STAFF: Final = Turnstile(running=1, waiting=1, seconds=5)
"""Whose file is read while they wait for the page, of those who work here."""


def take_apart_in_turn(work: Callable[[bytes], bytes], content: bytes, limits: Limits) -> bytes | None:
    """As ``take_apart``, one at a time in this process, while a page is waited for. Raises TakesTooMuch, OthersFirst."""
    with STAFF.turn() as has_turn:
        if not has_turn:
            raise OthersFirst("files of others are being read")
        return take_apart(work, content, limits)
