"""ASGI in front, Django's own handler behind: a thread is taken when a body is complete and given back when the answer is.

Why not Django's ASGI handler, and what this costs: decision 19.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import unquote_to_bytes

from huiyin.casework.code_guesses import HELD_BACK, network
from huiyin.site.edge.addresses import true_address
from huiyin.site.edge.bodies import Bodies, BodyRefused, SenderGone
from huiyin.site.edge.charsets import is_form_of_another, read_parts_as_utf8, without_charset

RequestScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
SendMessage = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

REFUSED: Final = "huiyin.refused"
"""The key of the environ under which the pages find why a body was not taken."""
FOREIGN: Final = "huiyin.foreign"
"""The key under which it is noted that a body says it is in other signs than UTF-8."""
IN_MEMORY: Final = 1024 * 1024
LONGEST_HELD: Final = 20
"""As many times as long an answer waits at most."""
CHUNK: Final = 64 * 1024
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass
class _Answer:
    """What the pages answered: complete, so that a slow reader keeps no thread."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: IO[bytes] = field(default_factory=io.BytesIO)
    size: int = 0

    def take(self, name: str) -> str:
        """The value of a header that is for the gate alone; it is taken out."""
        lowered = name.lower().encode()
        found = [value.decode("latin-1") for key, value in self.headers if key == lowered]
        self.headers = [(key, value) for key, value in self.headers if key != lowered]
        return found[0] if found else ""


class Gate:
    """An ASGI application that lets ``pages``, a WSGI application, answer in one of ``threads`` threads.

    Args:
        pages: what answers.
        bodies: what reads bodies.
        threads: how many requests are worked on at a time.
        proxies: see ``addresses.true_address``.
        most: how large a body may be, by path and media type (bytes).
    """

    def __init__(
        self, pages: Application, bodies: Bodies, threads: int, proxies: int, most: Callable[[str, str], int]
    ) -> None:
        self.pages, self.bodies, self.proxies, self.most = pages, bodies, proxies, most
        self._held: Counter[str] = Counter()
        read_parts_as_utf8()
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: RequestScope, receive: Receive, send: SendMessage) -> None:
        """One request. Connections that are no HTTP are none of ours."""
        if scope["type"] != "http":
            return
        environ = _environ(scope)
        try:
            body = await self._body(environ, receive)
        except SenderGone:
            # Also where the sender is there and what they sent cannot be read: of a malformed chunk no more is told.
            await _send(_unreadable(), send, closes=True)
            return
        except BodyRefused as refusal:
            environ[REFUSED] = refusal.why
            environ["CONTENT_LENGTH"] = "0"
            body = io.BytesIO()
        answer = await self._answer(environ, body)
        try:
            await self._hold_back(answer, environ)
            await _send(answer, send, closes=REFUSED in environ)
        finally:
            answer.body.close()

    async def _body(self, environ: dict[str, Any], receive: Receive) -> IO[bytes]:
        """The body; its true length is in ``environ`` afterwards, however it came."""
        length = str(environ.get("CONTENT_LENGTH") or "")
        if length in ("", "0") and (environ["REQUEST_METHOD"] in _BODILESS or "HTTP_TRANSFER_ENCODING" not in environ):
            return io.BytesIO()
        declared = int(length) if length.isascii() and length.isdigit() else None
        address = network(self._address(environ))
        most = self.most(environ["PATH_INFO"], environ.get("CONTENT_TYPE", ""))
        body = await self.bodies.read_body(address, receive, most, declared)
        if environ.get(FOREIGN):
            body.close()
            raise BodyRefused("charset")
        body.seek(0, io.SEEK_END)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
        return body

    async def _hold_back(self, answer: _Answer, environ: Mapping[str, Any]) -> None:
        """Waits with an answer that says how long, and the longer the more such answers wait for the same address."""
        seconds = float(answer.take(HELD_BACK) or 0)
        if not seconds:
            return
        address = network(self._address(environ))
        self._held[address] += 1
        try:
            await asyncio.sleep(seconds * min(self._held[address], LONGEST_HELD))
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]

    def _address(self, environ: Mapping[str, Any]) -> str:
        return true_address(environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR", ""), self.proxies)

    async def _answer(self, environ: dict[str, Any], body: IO[bytes]) -> _Answer:
        work = partial(_respond, self.pages, environ | {"wsgi.input": body}, self.bodies.folder)
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)


def _respond(pages: Application, environ: dict[str, Any], folder: Path) -> _Answer:
    """The whole answer, in a thread."""
    answer = _Answer()

    def start(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
        answer.status = int(status[:3])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    with closing(environ["wsgi.input"]):
        chunks = pages(environ, start)
        try:
            for chunk in chunks:
                if answer.size <= IN_MEMORY < answer.size + len(chunk):
                    answer.body = _on_disk(answer.body, folder)
                answer.body.write(chunk)
                answer.size += len(chunk)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    answer.body.seek(0)
    return answer


def _unreadable() -> _Answer:
    return _Answer(400, [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"0")])


def _on_disk(begun: IO[bytes], folder: Path) -> IO[bytes]:
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed once it is sent
    begun.seek(0)
    file.write(begun.read())
    return file


async def _send(answer: _Answer, send: SendMessage, *, closes: bool) -> None:
    headers = [*answer.headers, (b"connection", b"close")] if closes else answer.headers
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    for chunk, more in _chunks(answer):
        await send({"type": "http.response.body", "body": chunk, "more_body": more})


def _chunks(answer: _Answer) -> Iterator[tuple[bytes, bool]]:
    if answer.size <= IN_MEMORY:
        yield answer.body.read(), False
        return
    sent = 0
    while chunk := answer.body.read(CHUNK):
        sent += len(chunk)
        yield chunk, sent < answer.size


def _environ(scope: RequestScope) -> dict[str, Any]:
    """What PEP 3333 asks for, from what ASGI gives."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if b"_" in raw_name:
            continue  # X_Forwarded_For would pass for X-Forwarded-For
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        together = ";" if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{together}{value}" if name in environ else value
    named = environ.get("CONTENT_TYPE", "")
    environ |= {"CONTENT_TYPE": without_charset(named), FOREIGN: is_form_of_another(named)}
    return environ


def _path(scope: RequestScope) -> str:
    """The path as WSGI has it: bytes of UTF-8 that stand as Latin-1."""
    raw = scope.get("raw_path")
    return (
        unquote_to_bytes(raw.partition(b"?")[0]).decode("latin-1") if raw else scope["path"].encode().decode("latin-1")
    )
