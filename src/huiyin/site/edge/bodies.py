"""Bodies on their way in: how many at a time, how fast, how large. Nobody takes a thread before their body is complete."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
BodyRefusal = Literal["too-slow", "too-large", "too-many", "charset"]


@dataclass(frozen=True, slots=True)
class Pace:
    """What is asked of senders. Times in seconds, sizes in bytes.

    A body has ``grace``, and a second more for each ``least_rate`` bytes that have come, but no longer than ``longest``. The rate is that of
    a bad mobile connection. Of ``most`` bodies at a time (``most_each`` from one address) the slowest gives way to a new one, once it
    is ``settled`` old, for which the new one waits with ``patience``: who sends one byte a second never keeps out who sends a letter. ``on_disk`` is how much may wait there at a time.
    """

    grace: float = 20
    least_rate: int = 4 * 1024
    longest: float = 30 * 60
    most: int = 512
    most_each: int = 64
    settled: float = 2
    patience: float = 10
    in_memory: int = 64 * 1024
    on_disk: int = 4 * 1024**3
    on_disk_each: int = 1024**3
    drained: int = 64 * 1024 * 1024


class BodyRefused(HuiyinError):
    """Raised when a body is not taken; ``why`` is told to the sender."""

    to_do = gettext_noop("请少发一些、发得快一些，或者稍后再发")

    def __init__(self, why: BodyRefusal) -> None:
        super().__init__(why)
        self.why = why


class SenderGone(HuiyinError):
    """Raised when the sender has hung up: there is nobody to answer."""

    to_do = gettext_noop("不必再处理这个请求")


@dataclass(eq=False)
class _Arriving:
    """One body that is being read; ``timeout`` is what ends it."""

    address: str
    began: float
    received: int = 0
    timeout: asyncio.Timeout | None = field(default=None, repr=False)
    given_up: bool = False

    def rate(self, now: float) -> float:
        return self.received / max(now - self.began, 0.001)

    def give_up(self, now: float) -> None:
        """Ends the reading of it at once."""
        self.given_up = True
        if self.timeout is not None:
            self.timeout.reschedule(now)


class Bodies:
    """Reads bodies for one process. ``folder`` is where what does not fit into a little memory waits; its files have no name there."""

    def __init__(self, folder: Path, pace: Pace | None = None) -> None:
        self.folder, self.pace = folder, pace or Pace()
        self._arriving: dict[str, list[_Arriving]] = {}
        self._count = 0

    async def read_body(self, address: str, receive: Receive, most: int, declared: int | None) -> IO[bytes]:
        """The body, complete, to be read from its start; the caller closes it.

        Args:
            address: of whom it comes.
            receive: the next message of ASGI.
            most: bytes that are accepted. More are drained, so that the sender reads the answer, and not kept.
            declared: Content-Length, if there is one.

        Raises:
            BodyRefused, SenderGone.
        """
        now = asyncio.get_running_loop().time()
        if declared is not None and declared > most + self.pace.drained:
            raise BodyRefused("too-large")
        body = await self._admit(address, now)
        now = body.began
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(self.pace.in_memory, dir=str(self.folder))  # noqa: SIM115 - outlives this call
        try:
            async with asyncio.timeout_at(now + self.pace.grace) as body.timeout:
                await self._fill(kept, body, receive, most)
        except TimeoutError:
            kept.close()
            raise BodyRefused("too-slow") from None
        except BaseException:
            kept.close()
            raise
        finally:
            body.timeout = None
            self._release(body)
        kept.seek(0)
        return kept

    async def _fill(self, kept: IO[bytes], body: _Arriving, receive: Receive, most: int) -> None:
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise SenderGone("the sender has hung up")
            chunk = message.get("body", b"")
            body.received += len(chunk)
            if body.received <= most:
                self._check_space(body)
                # Into the page cache: a disk that keeps this waiting keeps the pages waiting as well.
                kept.write(chunk)
            elif body.received > most + self.pace.drained:
                raise BodyRefused("too-large")
            if not message.get("more_body", False):
                break
            if body.timeout is not None and not body.given_up:
                allowed = min(self.pace.grace + body.received / self.pace.least_rate, self.pace.longest)
                body.timeout.reschedule(body.began + allowed)
        if body.received > most:
            raise BodyRefused("too-large")

    def _check_space(self, body: _Arriving) -> None:
        if body.received <= self.pace.in_memory:
            return
        own = sum(other.received for other in self._arriving.get(body.address, ()))
        all_of_them = sum(other.received for bodies in self._arriving.values() for other in bodies)
        if own > self.pace.on_disk_each or all_of_them > self.pace.on_disk:
            raise BodyRefused("too-many")

    async def _admit(self, address: str, now: float) -> _Arriving:
        """A place for one more, as soon as there is one."""
        patience = now + self.pace.patience
        while crowd := self._crowd(address):
            ripe = min(body.began for body in crowd) + self.pace.settled
            if ripe > patience:
                raise BodyRefused("too-many")
            if ripe <= now:
                slowest = min(
                    (body for body in crowd if body.began + self.pace.settled <= now), key=lambda body: body.rate(now)
                )
                slowest.give_up(now)
                self._forget(slowest)
            else:
                await asyncio.sleep(ripe - now)
                now = asyncio.get_running_loop().time()
        body = _Arriving(address, now)
        self._arriving.setdefault(address, []).append(body)
        self._count += 1
        return body

    def _crowd(self, address: str) -> list[_Arriving]:
        """Those of whom one must give way before another comes from ``address``; none while there is room."""
        own = self._arriving.get(address, [])
        if len(own) >= self.pace.most_each:
            return own
        return max(self._arriving.values(), key=len) if self._count >= self.pace.most else []

    def _forget(self, body: _Arriving) -> None:
        own = self._arriving[body.address]
        own.remove(body)
        self._count -= 1
        if not own:
            del self._arriving[body.address]

    def _release(self, body: _Arriving) -> None:
        if not body.given_up:
            self._forget(body)
