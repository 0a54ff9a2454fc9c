"""Sealing what is too large for memory: in parts of a mebibyte, each bound to its place and to whether it is the last (STREAM, Hoang et al. 2015)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from huiyin.language import gettext as _
from huiyin.sealing.aead import NONCE_BYTES, TAG_BYTES, SealBroken, open_sealed, seal

PART: Final = 1 << 20
SEALED_PART: Final = PART + NONCE_BYTES + TAG_BYTES


def sealed_parts(key: bytes, file: BinaryIO, about: bytes) -> Iterator[bytes]:
    """What ``file`` holds, sealed under ``key`` and bound to ``about``, part by part; an empty file is one empty part."""
    number, part = 0, file.read(PART)
    while True:
        following = file.read(PART)
        yield seal(key, part, _place(about, number, is_last=not following))
        if not following:
            return
        number, part = number + 1, following


def opened_parts(key: bytes, parts: Iterable[bytes], about: bytes) -> Iterator[bytes]:
    """What ``sealed_parts`` was given, from its parts of SEALED_PART bytes. Raises SealBroken, also when parts are missing at the end."""
    number, part = 0, None
    for following in parts:
        if part is not None:
            yield open_sealed(key, part, _place(about, number, is_last=False))
            number += 1
        part = following
    if part is None:
        raise SealBroken(_("密封的内容已经没有了"))
    yield open_sealed(key, part, _place(about, number, is_last=True))


def _place(about: bytes, number: int, *, is_last: bool) -> bytes:
    return about + number.to_bytes(8, "big") + bytes([is_last])
