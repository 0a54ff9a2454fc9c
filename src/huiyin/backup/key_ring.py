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
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.sealing import keyring
from huiyin.sealing.keyring import KeyRing

MAX_BYTES: Final = 1024 * 1024
"""A ring of ten thousand keys is smaller: what is larger is no ring, and no file of recipients."""


class NoRecipient(HuiyinError):
    """Raised when something is no recipient (or no identity) of age, or a file of them."""

    to_do = gettext_noop("请写以 age1 开头的地址（可用 `huiyin keys identity FILE` 生成），或者写有这种地址的文件")


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
        raise NoRecipient(
            _("%(name)s：读不出来（%(strerror)s）") % {"name": name, "strerror": error.strerror}
        ) from None
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise NoRecipient(_("%(name)s：里面没有收件人") % {"name": name})
    return found


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        # Not repeated: whoever mixed the two up wrote a secret here.
        raise NoRecipient(_("给出的不是 age 收件人")) from None


def new_identity(file: Path) -> str:
    """Makes an identity of age in a new file that only its owner may read; its recipient.

    Raises:
        TargetOccupied: if the file is there already.
    """
    if file.exists():
        raise TargetOccupied(
            _("%(file)s：那里已有文件") % {"file": file}, _("请另写一个：覆盖它，它能打开的就再也打不开了")
        )
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
                raise NoRecipient(
                    _("%(identity_file)s：有一行不是 age 身份") % {"identity_file": identity_file}
                ) from None
    if not found:
        raise NoRecipient(_("%(identity_file)s：里面没有 age 身份") % {"identity_file": identity_file})
    try:
        return pyrage.decrypt(content, found)
    except pyrage.DecryptError:
        raise RestoreFailed(
            _("%(identity_file)s：打不开这份备份的密钥环") % {"identity_file": identity_file},
            _("请给做备份时所写收件人的身份文件，或者用 --keys 直接给密钥环"),
        ) from None


def _content(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NoRecipient(_("%(path)s：太大，不会是密钥环") % {"path": path})
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
            raise TargetOccupied(
                _("%(to)s：那里有一个文件，不是这个密钥环的旧副本") % {"to": to}, _("请改写另一个文件")
            )
    written_whole(to, ring.read_bytes())


def refuse_strange(manifest: Manifest, ring: KeyRing, file: Path) -> None:
    """Let nothing be restored under a ring that does not open it.

    Raises:
        StrangeRing: if the ring is another's, lacks a key, or the manifest was changed.
    """
    lost = set(manifest.keys) - ids(ring)
    if not manifest.is_sealed_by(ring):
        raise StrangeRing(_("%(file)s：这个密钥环不属于这份备份，或者备份被改动过") % {"file": file})
    if lost:
        raise StrangeRing(_("%(file)s：备份需要的密钥，这个密钥环缺 %(lost)s 个") % {"file": file, "lost": len(lost)})


def ids(ring: KeyRing) -> set[str]:
    """The ids of the keys of a ring, in hex."""
    return {key.id.hex() for key in ring.keys}
