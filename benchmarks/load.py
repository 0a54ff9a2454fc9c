"""The load generator: a process of its own, a thread a client, one kept connection each, and as little work as possible.

python -m benchmarks.load       reads what to do as JSON from standard input, writes what it counted as JSON

Requests are written to plain sockets: an HTTP client library would take as much of the two cores as the server.
"""

from __future__ import annotations

import json
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import uuid4

from benchmarks.scene import PETITION, Step, lifecycle

API: Final = "/api/v1"
END_OF_HEAD: Final = b"\r\n\r\n"
LENGTH: Final = b"content-length:"
TIMEOUT_SECONDS: Final = 60


@dataclass(frozen=True)
class Order:
    """What to load with what. ``tokens`` by unit; ``seconds`` without warming up.

    ``kind`` is "registrations", "lifecycles", or "viewed_lifecycles": in those each act is preceded by the view that it is chosen
    from, as people do who see what they may do before they do it.
    """

    kind: str
    port: int
    clients: int
    seconds: float
    warm_up_seconds: float
    tokens: dict[str, str]
    today: str


@dataclass
class Count:
    """What one client did within the measured time: whole rounds, requests, and how long each request took (ms)."""

    rounds: int = 0
    requests: int = 0
    milliseconds: dict[str, list[float]] = field(default_factory=dict)


class Connection:
    """A kept HTTP/1.1 connection to the server under load."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, headers: str, body: bytes, expected: int) -> bytes:
        """The body of the answer. Raises RuntimeError for another status than ``expected``."""
        more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}"
        return self._answer("POST", path, more, body, expected)

    def get(self, path: str, headers: str, expected: int = 200) -> bytes:
        """As ``post``, of what there is to see."""
        return self._answer("GET", path, headers, b"", expected)

    def _answer(self, method: str, path: str, headers: str, body: bytes, expected: int) -> bytes:
        head = f"{method} {API}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"
        self._socket.sendall(head.encode() + body)
        got = self._socket.recv(65536)
        while END_OF_HEAD not in got:
            got += self._more()
        top, _, rest = got.partition(END_OF_HEAD)
        lowered = top.lower()
        length = 0
        if LENGTH in lowered:
            start = lowered.index(LENGTH) + len(LENGTH)
            length = int(lowered[start:].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += self._more()
        status = int(top[9:12])
        if status != expected:
            raise RuntimeError(
                f"{method} {path}: {status} instead of {expected}: {rest[:500].decode(errors='replace')}"
            )
        return rest

    def _more(self) -> bytes:
        part = self._socket.recv(65536)
        if not part:
            raise RuntimeError("the server closed the connection")
        return part


class Client(threading.Thread):
    """One client: rounds of work until the time is over."""

    def __init__(self, order: Order, begin: float) -> None:
        super().__init__()
        self._order, self._begin, self._end = order, begin, begin + order.seconds
        self._connection = Connection(order.port)
        self._petition = json.dumps(PETITION, ensure_ascii=False).encode()
        self._steps = [(step, json.dumps({"fields": step.fields}).encode()) for step in lifecycle(_day(order))]
        self.count, self.failure = Count(), ""

    def run(self) -> None:
        """Works; a failure ends the client and is told at the end."""
        kinds: dict[str, Callable[[], object]] = {
            "registrations": self._register,
            "lifecycles": self._lifecycle,
            "viewed_lifecycles": partial(self._lifecycle, self._view),
        }
        work = kinds[self._order.kind]
        try:
            while time.monotonic() < self._end:
                work()
                if self._begin <= time.monotonic() < self._end:
                    self.count.rounds += 1
        except (RuntimeError, OSError) as error:
            self.failure = str(error)

    def _register(self) -> dict[str, Any]:
        key = f"Idempotency-Key: {uuid4()}\r\n"
        answer: dict[str, Any] = json.loads(
            self._timed("submit", lambda: self._connection.post("/submissions", key, self._petition, 201))
        )
        return answer

    def _lifecycle(self, before: Callable[[str, str], None] = lambda matter, headers: None) -> None:
        """A whole lifecycle; ``before`` each act something may be done with the matter's address and the headers of who acts."""
        registered = self._register()
        for step, body in self._steps:
            matter, headers, status = self._part(step, registered)
            before(matter, headers)
            self._act(step.action, matter, headers, body, status)

    def _part(self, step: Step, registered: dict[str, Any]) -> tuple[str, str, int]:
        """The address of the matter for who acts, their headers, and the status of their act's answer."""
        if step.who == "petitioner":
            headers = f"X-Query-Code: {registered['code']}\r\nPrefer: return=minimal\r\n"
            return f"/receipts/{registered['receipt']}", headers, 204
        return f"/cases/{registered['no']}", f"Authorization: Bearer {self._order.tokens[step.who]}\r\n", 200

    def _act(self, action: str, matter: str, headers: str, body: bytes, status: int) -> None:
        self._timed(action, lambda: self._connection.post(f"{matter}/actions/{action}", headers, body, status))

    def _view(self, matter: str, headers: str) -> None:
        """What one may do now, and why not the rest; petitioners see that with everything else about their matter."""
        path = matter if matter.startswith("/receipts/") else f"{matter}/actions"
        self._timed("view", lambda: self._connection.get(path, headers))

    def _timed(self, name: str, request: Callable[[], bytes]) -> bytes:
        began = time.monotonic()
        answer = request()
        if self._begin <= began < self._end:
            self.count.requests += 1
            self.count.milliseconds.setdefault(name, []).append((time.monotonic() - began) * 1000)
        return answer


def _day(order: Order) -> date:
    return date.fromisoformat(order.today)


def run(order: Order) -> dict[str, Any]:
    """Loads the server and counts; ``cpu_seconds`` are the generator's own, from the first request to the last."""
    begin = time.monotonic() + order.warm_up_seconds
    clients = [Client(order, begin) for _ in range(order.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    failures = sorted({client.failure for client in clients if client.failure})
    if failures:
        raise RuntimeError("; ".join(failures))
    used = resource.getrusage(resource.RUSAGE_SELF)
    times: dict[str, list[float]] = {}
    for client in clients:
        for name, taken in client.count.milliseconds.items():
            times.setdefault(name, []).extend(taken)
    return {
        "rounds_per_s": round(sum(client.count.rounds for client in clients) / order.seconds, 1),
        "requests_per_s": round(sum(client.count.requests for client in clients) / order.seconds, 1),
        "requests": sum(client.count.requests for client in clients),
        "median_ms": {name: round(sorted(taken)[len(taken) // 2], 1) for name, taken in times.items()},
        "p95_ms": {name: round(sorted(taken)[len(taken) * 95 // 100], 1) for name, taken in times.items()},
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
    }


def encoded(order: Order) -> str:
    """An order as ``main`` reads it."""
    return json.dumps(asdict(order))


def main() -> int:
    """Carries out the order on standard input."""
    try:
        print(json.dumps(run(Order(**json.load(sys.stdin)))))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
