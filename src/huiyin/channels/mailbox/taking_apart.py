"""Taking a message apart where it holds nobody up: a large one in a process of its own, with limits."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from huiyin.casework.file_checks.turns import Limits, TakesTooMuch, take_apart
from huiyin.casework.vocabulary import File
from huiyin.channels.mailbox.message import MailTangled, MailUnreadable, Note, Oddity, ReadMessage, read_message
from huiyin.language import gettext as _

SMALL_BYTES: Final = 32 * 1024
"""A message up to here is read at once: even what takes time with the square of its length is done within a second."""
LIMITS: Final = Limits(seconds=20, patience=40, memory=2 * 1024**3)
"""60 MB in base64 take two seconds and 500 MB."""


class _Given(msgspec.Struct, array_like=True):
    content: bytes
    own_address: str


class _Read(msgspec.Struct, array_like=True):
    """``ReadMessage`` as it goes between processes, or what is wrong with the message."""

    fault: Literal["tangled", "unreadable"] | None = None
    id: str = ""
    name: str = ""
    address: str = ""
    subject: str = ""
    text: str = ""
    versions: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[Note, ...] = ()
    odd: Oddity | None = None
    may_be_answered: bool = False


def read_held_to_limits(content: bytes, own_address: str) -> ReadMessage:
    """As ``read_message``; one that takes too much is tangled too."""
    if len(content) <= SMALL_BYTES:
        return read_message(content, own_address)
    try:
        packed = take_apart(in_words, msgspec.msgpack.encode(_Given(content, own_address)), LIMITS)
    except TakesTooMuch:
        raise MailTangled(_("拆开这封邮件用的时间远超一般的信")) from None
    if packed is None:
        raise MailUnreadable(_("这封邮件拆不开"))
    read = msgspec.msgpack.decode(packed, type=_Read)
    if read.fault is not None:
        raise (MailTangled if read.fault == "tangled" else MailUnreadable)("the message cannot be taken apart")
    parts = {name: getattr(read, name) for name in read.__struct_fields__ if name not in ("fault", "files")}
    return ReadMessage(**parts, files=tuple(File(name, file) for name, file in read.files))


def in_words(packed: bytes) -> bytes:
    """What a message says, in the process beside; both as msgpack."""
    given = msgspec.msgpack.decode(packed, type=_Given)
    try:
        read = read_message(given.content, given.own_address)
    except MailUnreadable as refused:
        return msgspec.msgpack.encode(_Read("tangled" if isinstance(refused, MailTangled) else "unreadable"))
    parts = {name: getattr(read, name) for name in _Read.__struct_fields__ if name not in ("fault", "files")}
    return msgspec.msgpack.encode(_Read(**parts, files=tuple((file.name, file.content) for file in read.files)))
