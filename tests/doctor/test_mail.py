"""The mail server is greeted as a mail would greet it; nothing is sent unless somebody asks for it."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail as outbox

from huiyin.doctor.checks import mail
from huiyin.doctor.finding import Level
from tests.doctor.looking import around, codes

pytestmark = pytest.mark.any_database
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PASSWORD = base64.b64encode(b"\0huiyin\0right").decode()


class Server(socketserver.ThreadingTCPServer):
    """A mail server in the clear that knows one user, and notes what it was told."""

    allow_reuse_address = True
    daemon_threads = True
    lines: list[str]


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 mail.example.cn")
        while line := self.rfile.readline().decode().strip():
            self.server.lines.append(line)  # type: ignore[attr-defined]
            verb = line.split()[0].upper()
            if verb == "EHLO":
                self.say("250-mail.example.cn\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                self.say("235 welcome" if line.endswith(PASSWORD) else "535 who are you")
            elif verb == "DATA":
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(settings: Any, password: str = "right", tls: bool = False) -> Iterator[list[str]]:
    """What the server was told, line by line."""
    with Server(("127.0.0.1", 0), Talk) as server:
        server.lines = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.HUIYIN_SENDS_MAIL, settings.EMAIL_BACKEND = True, SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "huiyin", password
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = tls, False
        yield server.lines
        server.shutdown()


def test_a_server_that_lets_us_in_is_well_and_nothing_is_sent(settings: Any) -> None:
    with mail_server(settings) as lines:
        assert codes(mail.look(around())) == {"mail": Level.OK, "mail.plain": Level.WARNING}
    assert not [line for line in lines if line.upper().startswith(("MAIL", "RCPT", "DATA"))]


def test_a_test_mail_is_sent_where_somebody_asks_for_it(settings: Any) -> None:
    with mail_server(settings) as lines:
        found = codes(mail.look(around(send_test="operator@example.cn")))
    assert found["mail.test"] is Level.OK
    assert "operator@example.cn" in next(line for line in lines if line.upper().startswith("RCPT"))


def test_a_wrong_password_is_told_and_not_repeated(settings: Any) -> None:
    with mail_server(settings, password="wrong-secret"):
        (found,) = mail.look(around())
    assert (found.code, found.level) == ("mail.login", Level.FAILURE)
    assert "wrong-secret" not in found.what + found.to_do


def test_a_server_that_cannot_encrypt_is_a_failure_where_that_was_asked_for(settings: Any) -> None:
    with mail_server(settings, tls=True):
        assert codes(mail.look(around())) == {"mail.tls": Level.FAILURE}


def test_without_a_server_petitioners_get_no_mail_which_is_told(settings: Any) -> None:
    settings.HUIYIN_SENDS_MAIL = False
    assert codes(mail.look(around())) == {"mail.none": Level.NOTICE}
    settings.HUIYIN_SENDS_MAIL, settings.EMAIL_BACKEND = True, "django.core.mail.backends.filebased.EmailBackend"
    assert codes(mail.look(around())) == {"mail.files": Level.NOTICE}
    assert not getattr(outbox, "outbox", [])
