"""A mail server of a few words (RFC 5321), which writes down whom it was told to deliver to and what."""

from __future__ import annotations

import re
import socketserver
import threading
from types import TracebackType


class MailServer:
    """Listens on ``port`` of this machine between ``__enter__`` and ``__exit__``, and says that it has these extensions."""

    def __init__(self, *extensions: str) -> None:
        self.extensions = extensions
        self.recipients: list[str] = []
        self.received = ""
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> MailServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        mail_server = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 ready")
                while line := self.rfile.readline().decode().strip():
                    self._answer(line)

            def _answer(self, line: str) -> None:
                word = line[:4].upper()
                if word == "EHLO":
                    names = ["here", *mail_server.extensions]
                    self._say(*(f"250{' ' if name is names[-1] else '-'}{name}" for name in names))
                elif word == "DATA":
                    self._say("354 go on")
                    while (part := self.rfile.readline().decode()) != ".\r\n":
                        mail_server.received += part
                    self._say("250 taken")
                else:
                    if word == "RCPT":
                        mail_server.recipients += re.findall("<(.*)>", line)
                    self._say("221 bye" if word == "QUIT" else "250 fine")

            def _say(self, *lines: str) -> None:
                self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        return Session
