"""Sealing of personal data: AES-256-GCM (NIST SP 800-38D) with the nonce in front of the ciphertext.

Everything sealed is bound to its place by additional data: a sealed value copied to another row does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class SealBroken(HuiyinError):
    """Raised when a sealed value does not open: wrong key, wrong place, or altered bytes."""

    to_do = gettext_noop("请从备份恢复这一行")


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Seal ``plaintext`` under a key of 32 bytes, bound to ``aad``; 28 bytes longer than what goes in."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """What ``seal`` was given.

    Raises:
        SealBroken: if the key or ``aad`` is another one, or the bytes were altered or cut.
    """
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken(_("密封的内容太短，不会是密封的内容"))
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    except InvalidTag:
        raise SealBroken(_("密封的内容在这里用这个密钥打不开")) from None
