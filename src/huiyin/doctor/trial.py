"""Trying settings out while somebody watches: what the mail server says to a test mail, and how a request came through the proxies."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from huiyin.doctor.checks.mail import SMTP, signed_in, trial_message

MAX_REPLY: Final = 300


@dataclass(frozen=True, slots=True)
class MailTrial:
    """What came of a test mail: every reply of the server in its order; ``error`` is the class of what went wrong, empty where nothing did."""

    replies: tuple[str, ...]
    error: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the server took the mail."""
        return not self.error


@dataclass(frozen=True, slots=True)
class ProxyTrial:
    """How a request arrived, and what the settings say: ``passed`` are the addresses that proxies wrote down, ``address`` whom we take for the client."""

    passed: tuple[str, ...]
    trusted: int
    address: str
    scheme: str
    host: str
    public_url: str

    @property
    def fits_proxies(self) -> bool:
        """Whether as many proxies wrote an address down as the settings say."""
        return len(self.passed) == self.trusted

    @property
    def fits_url(self) -> bool:
        """Whether the request came to the public address."""
        return f"{self.scheme}://{self.host}" == self.public_url


def try_mail(address: str) -> MailTrial:
    """Send a test mail to ``address`` as the system sends its mail, listening to all that the server replies."""
    replies: list[str] = []

    class Listening(smtplib.SMTP):
        def getreply(self) -> tuple[int, bytes]:
            code, text = super().getreply()
            replies.append(f"{code} {text.decode(errors='replace')}"[:MAX_REPLY])
            return code, text

    class ListeningEncrypted(Listening, smtplib.SMTP_SSL):
        pass

    if not settings.HUIYIN_SENDS_MAIL or settings.EMAIL_BACKEND != SMTP:
        return MailTrial((), "no-server")
    message = trial_message(address)
    try:
        with signed_in(Listening, ListeningEncrypted) as server:
            server.send_message(message.message(), settings.DEFAULT_FROM_EMAIL, [address])
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return MailTrial(tuple(replies), type(error).__name__)
    return MailTrial(tuple(replies))


def look_at_proxies(request: HttpRequest) -> ProxyTrial:
    """How ``request`` arrived; its address is the client's already."""
    meta: dict[str, Any] = request.META
    passed = (part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(","))
    return ProxyTrial(
        tuple(part for part in passed if part),
        settings.HUIYIN_TRUSTED_PROXIES,
        meta.get("REMOTE_ADDR", ""),
        request.scheme or "",
        request.get_host(),
        settings.HUIYIN_PUBLIC_URL,
    )
