"""Talking to an IMAP server: what lies in a folder, one message, and the mark of those that were taken in."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from huiyin.channels.mailbox.account import Mailbox
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

SECONDS: Final = 20
ServerFault = Literal["tls", "unreachable", "login", "folder", "answer"]
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_UID: Final = re.compile(rb"UID (\d+)")


class MailboxUnreachable(HuiyinError):
    """Raised when a mailbox cannot be opened or read; ``fault`` says which step it was. What the server said is not repeated."""

    to_do = gettext_noop("请检查 HUIYIN_MAILBOX_URLS，以及邮件服务器是否运行；`huiyin doctor` 说得更多")

    def __init__(self, fault: ServerFault) -> None:
        super().__init__(_("邮箱读不出来（%(fault)s）") % {"fault": fault})
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Lying:
    """A message as it lies in the folder: its number there, bytes, and when the server took it in (aware)."""

    uid: int
    size: int
    arrived_at: datetime


class Folder:
    """A folder that was opened. Nothing is ever deleted from it."""

    def __init__(self, server: imaplib.IMAP4, uid_validity: int) -> None:
        self._server = server
        self.uid_validity = uid_validity

    def after(self, uid: int, since: str) -> list[Lying]:
        """What lies there above ``uid``, the oldest first; ``since`` as in ``Mailbox``. Raises MailboxUnreachable."""
        criteria = ["UID", f"{uid + 1}:*", *(("SINCE", _imap_day(since)) if since else ())]
        found = self._asked("SEARCH", *criteria)
        uids = [int(one) for line in found if line for one in line.split()]
        # n:* names the last message even where its number is smaller (RFC 9051 section 9, seq-range).
        return self._described(sorted(one for one in uids if one > uid))

    def lying(self, uid: int) -> Lying | None:
        """One message; None where it is gone."""
        return next(iter(self._described([uid])), None)

    def _described(self, uids: list[int]) -> list[Lying]:
        found: list[Lying] = []
        for start in range(0, len(uids), 200):
            these = ",".join(map(str, uids[start : start + 200]))
            for line in self._asked("FETCH", these, "(UID RFC822.SIZE INTERNALDATE)"):
                raw = line[0] if isinstance(line, tuple) else line
                uid, size = _UID.search(raw or b""), _SIZE.search(raw or b"")
                if uid is not None and size is not None:
                    found.append(Lying(int(uid[1]), int(size[1]), _arrived(raw)))
        return sorted(found, key=lambda one: one.uid)

    def content(self, uid: int) -> bytes | None:
        """All of a message, without marking it as read; None where it is gone. Raises MailboxUnreachable."""
        for part in self._asked("FETCH", str(uid), "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def mark_taken(self, uid: int) -> None:
        """Mark a message as read, for those who look into the mailbox; that it was taken in stands in our own rows."""
        with suppress(MailboxUnreachable):
            self._asked("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _asked(self, command: str, *arguments: str) -> list[Any]:
        try:
            answer, data = self._server.uid(command, *arguments)
        except (imaplib.IMAP4.error, OSError):
            raise MailboxUnreachable("answer") from None
        if answer != "OK":
            raise MailboxUnreachable("answer")
        return list(data)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    """The folder of a mailbox, signed in to. Raises MailboxUnreachable."""
    server = _signed_in(mailbox)
    try:
        yield _selected(server, mailbox.folder)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _signed_in(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    try:
        if mailbox.encrypted:
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=SECONDS)
        else:
            server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=SECONDS)
            if not mailbox.plain:
                server.starttls(context)
    except ssl.SSLError:
        raise MailboxUnreachable("tls") from None
    except (imaplib.IMAP4.error, OSError):
        raise MailboxUnreachable("unreachable") from None
    try:
        server.login(mailbox.user, mailbox.password)
    except (imaplib.IMAP4.error, OSError, UnicodeEncodeError):
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()
        raise MailboxUnreachable("login") from None
    _name_ourselves(server)
    return server


def _name_ourselves(server: imaplib.IMAP4) -> None:
    """Say who asks (RFC 2971): some mail services in China open no folder to a client that does not."""
    if "ID" in server.capabilities:
        with suppress(imaplib.IMAP4.error):
            imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
            server._simple_command("ID", '("name" "huiyin")')  # the library has no public way


def _selected(server: imaplib.IMAP4, folder: str) -> Folder:
    quoted = '"{}"'.format(folder.replace("\\", "\\\\").replace('"', '\\"'))
    try:
        answer, _data = server.select(quoted)
        validity = server.response("UIDVALIDITY")[1]
    except (imaplib.IMAP4.error, OSError, UnicodeEncodeError):
        raise MailboxUnreachable("folder") from None
    if answer != "OK" or not validity or validity[0] is None:
        raise MailboxUnreachable("folder")
    return Folder(server, int(validity[0]))


def _arrived(raw: bytes) -> datetime:
    parts = imaplib.Internaldate2tuple(raw)
    if parts is None:
        raise MailboxUnreachable("answer")
    # The tuple is in the zone of this process.
    return datetime(*parts[:6]).astimezone(UTC)


def _imap_day(written: str) -> str:
    day = date.fromisoformat(written)
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
