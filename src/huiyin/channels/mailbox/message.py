"""What a message says: sender, subject, text and files, or why a person has to look at it. Pure: bytes go in, nothing is fetched."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email._policybase import Compat32
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from encodings.aliases import aliases
from mimetypes import guess_extension
from typing import Any, Final, Literal

from huiyin.casework.vocabulary import File
from huiyin.channels.mailbox import alternatives, html_text
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

Oddity = Literal["automatic", "bounce", "list", "spam", "no-sender", "empty", "reply"]
"""Why a message that can be read is not taken in by itself."""
Note = Literal["winmail", "unnamed"]
"""What of a message was not taken over as it is: a packet of Outlook's that nothing else opens; a file without a name."""

MAX_PARTS: Final = 200
"""More parts are no letter; each costs time, and a message is nested as deep as its sender likes."""
MAX_HEADER_CHARS: Final = 8192
MAX_HEADER_PIECES: Final = 200
"""So many parameters or encoded words a header may have: what the library does with it grows with their number times its length."""
MAX_HEADERS: Final = 20_000
"""Of all parts together, as many as boundaries."""
MAX_LINES: Final = 2_000_000
"""60 MB in base64 have a million."""
MAX_LINE_LOOKS: Final = 10_000_000
"""The library holds each line against the boundary of every multipart that is open: lines times multiparts are no more than this."""
_FALLBACKS: Final = ("utf-8", "gb18030")
# Programs say gb2312 and write what only its successors know; the same of Big5.
_SUPERSETS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "ascii": "utf-8"}
_CODECS: Final = frozenset(
    (
        *("ascii", "utf_8", "utf_7", "utf_16", "utf_16_le", "utf_16_be", "gb2312", "gbk", "gb18030", "hz"),
        *("big5", "big5hkscs", "cp950", "euc_jp", "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949", "iso2022_kr"),
        *("latin_1", "koi8_r", "koi8_u", *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16))),
        *(f"cp{page}" for page in range(1250, 1259)),
    )
)
"""What people write in. Codecs read nothing else that a stranger names: there are some that take hours for a megabyte (punycode)."""
_CHARSETS: Final = {name.replace("_", "-"): _SUPERSETS.get(name, name) for name in _CODECS} | {
    alias.replace("_", "-"): _SUPERSETS.get(name, name) for alias, name in aliases.items() if name in _CODECS
}
_WINMAIL: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# The last two are written for one mail program each, beside the others.
_TEXTS: Final = frozenset({"text/plain", "text/html", "text/x-amp-html", "text/watch-html"})
_SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_AUTOMATIC_SENDERS: Final = frozenset({"mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply"})
_LISTS: Final = frozenset({"bulk", "list", "junk"})
_OUR_REFERENCE: Final = re.compile(r"<[0-9a-f]{32}@([^<>@\s]+)>")
_TAKEN_APART: Final = frozenset(
    {"from", "subject", "message-id", "content-type", "content-disposition", "content-transfer-encoding"}
)
_MULTIPART: Final = re.compile(rb"^content-type:[ \t\r\n]*multipart/", re.IGNORECASE | re.MULTILINE)
_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')


class MailUnreadable(HuiyinError):
    """Raised when a message says nothing that can be trusted: damaged, in signs that are none, or in far too many parts."""

    to_do = gettext_noop("请打开邮箱看这封邮件，手工登记它的内容")


class MailTangled(MailUnreadable):
    """Raised when taking a message apart would take far longer than a letter does, before that is begun."""


class _Bounded(Compat32):
    """Refuses a header that is too long, in too many pieces, or one too many, before the library looks into it."""

    count: Iterator[int] = itertools.count()

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        if next(self.count) >= MAX_HEADERS:
            raise MailTangled(_("邮件头太多"))
        if name.lower() in _TAKEN_APART:
            pieces = max(value.count(";"), value.count("=?"))
            if len(value) > MAX_HEADER_CHARS or pieces > MAX_HEADER_PIECES:
                raise MailTangled(_("有一个邮件头太长"))
        return name, value


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message as it was read. ``id`` is its Message-ID, empty where it has none; ``odd`` why it is not taken in by itself.

    ``versions`` are other texts of the same message, which say what ``text`` does not.

    Its repr shows nothing of what was said, because a repr ends in logs.
    """

    id: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    versions: tuple[str, ...] = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    notes: tuple[Note, ...]
    odd: Oddity | None
    may_be_answered: bool


def read_message(content: bytes, own_address: str) -> ReadMessage:
    """Read a message as it lies on the server (RFC 5322, RFC 2045).

    Args:
        content: all of it.
        own_address: by which the installation itself writes, whose mail and replies to it are told apart.

    Raises:
        MailUnreadable: see there.
        MailTangled: see there.
    """
    _weigh(content)
    try:
        bounded = _Bounded(count=itertools.count())  # type: ignore[call-arg]  # any attribute of the class may be given
        return _read_parts(message_from_bytes(content, policy=bounded), own_address)
    except MailUnreadable:
        raise
    except html_text.TooTangled:
        raise MailTangled(_("HTML 的标签太多")) from None
    except Exception as failure:  # the library stumbles over what nobody foresaw; its words may quote the message
        raise MailUnreadable(_("这封邮件拆不开（%(kind)s）") % {"kind": type(failure).__name__}) from None


def _weigh(content: bytes) -> None:
    lines = max(content.count(b"\n"), content.count(b"\r"))
    multiparts = sum(1 for _found in _MULTIPART.finditer(content))
    boundaries = content.count(b"\n--") + content.count(b"\r--")
    if lines > MAX_LINES or lines * (1 + multiparts) > MAX_LINE_LOOKS or boundaries > MAX_HEADERS:
        raise MailTangled(_("行数太多，不像一封信"))


def _read_parts(message: Message, own_address: str) -> ReadMessage:
    name, address = _sender(message)
    subject = " ".join(_header(message, "Subject").split())
    found = _FoundParts()
    text = _text(message, found)
    if not text:
        text = subject  # what stands in the subject alone, with the rest in files, is a petition all the same
    odd = _oddity(message, address, own_address) or (None if text else "empty")
    return ReadMessage(
        id=" ".join(_header(message, "Message-ID").split()),
        name=name or address,
        address=address,
        subject=subject,
        text=text,
        versions=tuple(found.versions),
        files=tuple(found.files),
        notes=tuple(dict.fromkeys(found.notes)),
        odd=odd,
        # RFC 3834 section 2: nothing automatic is answered; a sender who wants no automatic answers says so.
        may_be_answered=odd is None and not message.get("X-Auto-Response-Suppress"),
    )


def _decoded(raw: bytes, charset: str | None) -> str:
    """Raises MailUnreadable where the bytes are no text in the charset that is named, nor in those that are used without saying so."""
    named = (charset or "").strip().strip("\"'").lower().replace("_", "-").removeprefix("x-")
    for encoding in dict.fromkeys((_CHARSETS.get(named, "utf-8"), *_FALLBACKS)):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MailUnreadable(_("正文的编码不认识"))


def _words(value: str) -> str:
    """A header with encoded words (RFC 2047), or with the bare bytes that some programs write."""
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError):  # an encoded word that is none, e.g. of damaged base64
        return value.encode("utf-8", "replace").decode()
    found = []
    for part, charset in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        found.append(_decoded(raw, None if charset in (None, "unknown-8bit") else charset))
    return "".join(found)


def _header(message: Message, name: str) -> str:
    return _words(_bare(message, name))


def _bare(message: Message, name: str) -> str:
    """A header as it stands there: bytes that are not ASCII as surrogates, which ``Message.get`` would replace."""
    lowered = name.lower()
    return next((str(value) for given, value in message.raw_items() if given.lower() == lowered), "")


def _sender(message: Message) -> tuple[str, str]:
    """Name and address of who wrote it. What Reply-To says is not followed: a receipt opens the matter, and goes to the author alone."""
    found = getaddresses([_bare(message, "From")])
    name, address = next(((who, where.strip()) for who, where in found if "@" in where), ("", ""))
    return " ".join(_words(name).split()), address


@dataclass(slots=True)
class _FoundParts:
    """What was found in the parts of a message so far."""

    files: list[File] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    parts: int = 0


def _text(part: Any, found: _FoundParts) -> str:
    """The text of a part with all that is in it; files, and what alternatives say beyond it, are added to ``found``."""
    found.parts += 1
    if found.parts > MAX_PARTS:
        raise MailTangled(_("邮件的部分太多"))
    if not part.is_multipart():  # asked first: get_payload() reads a text by the codec that it names
        return _leaf(part, found)
    texts = [_text(one, found) for one in part.get_payload()]
    if part.get_content_type() != "multipart/alternative":
        return "\n\n".join(text for text in texts if text)
    main, *others = alternatives.distinct(texts) or [""]
    found.versions += others
    return main


def _leaf(part: Message, found: _FoundParts) -> str:
    kind = part.get_content_type()
    name = _file_name(part)
    if kind in _WINMAIL or name.lower() == "winmail.dat":
        found.notes.append("winmail")
    elif kind in _SIGNATURES:
        pass
    elif not name and kind in _TEXTS and part.get_content_disposition() != "attachment":
        text = _decoded(_content(part), _parameter(part, "charset", "content-type"))
        return text.strip() if kind == "text/plain" else html_text.visible_text(text)
    elif name:
        found.files.append(File(_other_name(name, found.files), _content(part)))
    elif _content(part).strip():
        found.notes.append("unnamed")
        found.files.append(File(_other_name(_unnamed(kind), found.files), _content(part)))
    return ""


def _content(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _file_name(part: Message) -> str:
    found = _parameter(part, "filename", "content-disposition") or _parameter(part, "name", "content-type")
    return _NOT_IN_NAMES.sub("_", " ".join(_words(found).split())).strip(" .")


def _parameter(part: Message, name: str, header: str) -> str:
    """A parameter as it was meant (RFC 2231); the library would read it by whatever codec it names."""
    found = part.get_param(name, "", header)
    if not isinstance(found, tuple):
        return str(found)
    charset, _language, value = found
    return _decoded(value.encode("raw-unicode-escape"), charset)


def _unnamed(kind: str) -> str:
    """What a file is called that came without a name, by its media type: image/jpeg is image-jpeg.jpg."""
    return f"{kind.replace('/', '-')}{guess_extension(kind) or '.' + kind.partition('/')[2]}"


def _other_name(name: str, files: list[File]) -> str:
    """``name``, or one beside it where a file of this message is called so already."""
    taken = {file.name for file in files}
    stem, dot, extension = name.rpartition(".")
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem}-{number}{dot}{extension}" if stem else f"{name}-{number}"
    return found


def _oddity(message: Message, address: str, own_address: str) -> Oddity | None:
    marks = {name: str(message.get(name, "")).strip().lower() for name in _MARKS}
    local, _at, domain = address.lower().rpartition("@")
    if marks["Return-Path"] == "<>" or message.get_content_type() == "multipart/report" or local == "mailer-daemon":
        return "bounce"
    if marks["Precedence"] in _LISTS or message.get("List-Id") or message.get("List-Unsubscribe"):
        return "list"
    automatic = marks["Auto-Submitted"] not in ("", "no") or marks["Precedence"] == "auto_reply"
    if automatic or marks["X-Autoreply"] or local in _AUTOMATIC_SENDERS or address.lower() == own_address.lower():
        return "automatic"
    if marks["X-Spam-Flag"] == "yes" or marks["X-Spam"] == "yes" or marks["X-Spam-Status"].startswith("yes"):
        return "spam"
    if not local or not domain:
        return "no-sender"
    ours = own_address.rpartition("@")[2].lower()
    answered = _OUR_REFERENCE.findall(f"{message.get('In-Reply-To', '')} {message.get('References', '')}".lower())
    return "reply" if ours in answered else None


_MARKS: Final = (
    "Return-Path",
    "Auto-Submitted",
    "Precedence",
    "X-Autoreply",
    "X-Spam-Flag",
    "X-Spam",
    "X-Spam-Status",
)
