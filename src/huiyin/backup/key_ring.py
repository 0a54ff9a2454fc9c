"""The key ring on its way: a copy apart from the backup, or inside it, encrypted to recipients (age, https://age-encryption.org/v1)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyrage

from huiyin.backup.failures import RestoreFailed, StrangeRing, TargetOccupied
from huiyin.backup.manifest import Manifest
from huiyin.backup.placing import written_whole
from huiyin.errors import HuiyinError
from huiyin.sealing import keyring
from huiyin.sealing.keyring import KeyRing

MAX_BYTES: Final = 1024 * 1024
"""A ring of ten thousand keys is smaller: what is larger is no ring, and no file of recipients."""


class NoRecipient(HuiyinError):
    """Raised when something is no recipient (or no identity) of age, or a file of them."""

    to_do = "give an address that begins with age1 (`huiyin keys identity FILE` makes one), or a file of them"


def recipients(named: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Those to whom a ring is encrypted: each an address that begins with age1, or a file with one a line.

    Raises:
        NoRecipient: if one is neither.
    """
    return [_recipient(line) for name in named for line in _lines(name)]


def _lines(name: str) -> list[str]:
    if name.startswith("age1"):
        return [name]
    try:
        lines = _content(Path(name)).splitlines()
    except OSError as error:
        raise NoRecipient(f"{name}: it cannot be read ({error.strerror})") from None
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise NoRecipient(f"{name}: no recipient stands in it")
    return found


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        # Not repeated: whoever mixed the two up wrote a secret here.
        raise NoRecipient("what was given is no recipient of age") from None


def new_identity(file: Path) -> str:
    """Makes an identity of age in a new file that only its owner may read; its recipient.

    Raises:
        TargetOccupied: if the file is there already.
    """
    if file.exists():
        raise TargetOccupied(f"{file}: there is a file already", "name another: what it opens would be lost with it")
    identity = pyrage.x25519.Identity.generate()
    text = f"# opens the key ring in backups made for the recipient\n# {identity.to_public()}\n{identity}\n"
    written_whole(file, text.encode())
    return str(identity.to_public())


def encrypted(ring: Path, to: Sequence[pyrage.x25519.Recipient]) -> bytes:
    """The file of a ring, encrypted."""
    return pyrage.encrypt(ring.read_bytes(), list(to))


def decrypted(content: bytes, identity_file: Path) -> bytes:
    """The file of a ring that was encrypted, opened with a file of identities.

    Raises:
        NoRecipient: if the file holds no identity.
        RestoreFailed: if none of them opens it.
    """
    found = []
    for line in _content(identity_file).splitlines():
        if line.strip() and not line.startswith("#"):
            try:
                found.append(pyrage.x25519.Identity.from_str(line.strip()))
            except pyrage.IdentityError:
                raise NoRecipient(f"{identity_file}: it holds a line that is no identity of age") from None
    if not found:
        raise NoRecipient(f"{identity_file}: no identity of age stands in it")
    try:
        return pyrage.decrypt(content, found)
    except pyrage.DecryptError:
        raise RestoreFailed(
            f"{identity_file}: it does not open the key ring of this backup",
            "give the identity whose recipient was named when the backup was made, or the ring itself by --keys",
        ) from None


def _content(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NoRecipient(f"{path}: it is too large to be one")
    return content.decode(errors="replace")


def copy_apart(ring: Path, to: Path) -> None:
    """Copies a ring to a file that only its owner may read; an older copy of the same ring is replaced.

    Raises:
        TargetOccupied: if there is something else.
        KeyRingUnusable: if the ring itself cannot be read.
    """
    known = {key.id for key in keyring.load(ring).keys}
    if to.exists():
        try:
            older = {key.id for key in keyring.load(to).keys}
        except keyring.KeyRingUnusable:
            older = set()
        if not older or not older <= known:
            raise TargetOccupied(f"{to}: there is a file that is no older copy of this key ring", "name another file")
    written_whole(to, ring.read_bytes())


def refuse_strange(manifest: Manifest, ring: KeyRing, file: Path) -> None:
    """Let nothing be restored under a ring that does not open it.

    Raises:
        StrangeRing: if the ring is another's, lacks a key, or the manifest was changed.
    """
    lost = set(manifest.keys) - ids(ring)
    if not manifest.is_sealed_by(ring):
        raise StrangeRing(f"{file}: this key ring does not belong to the backup, or the backup was changed")
    if lost:
        raise StrangeRing(f"{file}: this key ring lacks {len(lost)} of the keys that the backup needs")


def ids(ring: KeyRing) -> set[str]:
    """The ids of the keys of a ring, in hex."""
    return {key.id.hex() for key in ring.keys}
