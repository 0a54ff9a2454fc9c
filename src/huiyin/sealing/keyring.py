"""The key ring: the few secrets of an installation, in one file that only its owner may read.

One key a line, the current one first: ``id created base64``. A rotation puts a new key in front; older keys stay,
because data keys wrapped by them name them. The last line also seeds every derived secret, so it must never be removed.

No Django here: the settings themselves are derived from this file.
"""

import base64
import binascii
import fcntl
import hmac
import os
import secrets
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huiyin.errors import HuiyinError
from huiyin.home import home_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.sealing.aead import KEY_BYTES, open_sealed, seal

KEY_ID_BYTES = 8
_WRAP_VERSION = b"\x01"
WRAP_HEAD_BYTES = len(_WRAP_VERSION) + KEY_ID_BYTES
"""How many bytes of a wrapped key name the key that wrapped it."""
_OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyRingUnusable(HuiyinError):
    """Raised when the key ring cannot be used; the message names the file."""

    to_do = gettext_noop("请从密钥的备份恢复它")


class UnknownKey(KeyRingUnusable):
    """Raised when something was wrapped by a key that this ring does not hold."""

    to_do = gettext_noop("请把它的那一行放回密钥环文件")


@dataclass(frozen=True)
class RingKey:
    """One line of the ring. ``id`` is 8 bytes, ``secret`` 32 bytes, ``created`` aware."""

    id: bytes
    created: datetime
    secret: bytes

    def __repr__(self) -> str:
        """Never the secret: a key that is printed is a key that is logged."""
        return f"RingKey({self.id.hex()})"

    def line(self) -> str:
        """The line of the file, without its end."""
        return f"{self.id.hex()} {self.created.isoformat()} {base64.b64encode(self.secret).decode()}"


@dataclass(frozen=True)
class KeyRing:
    """All keys of an installation, the current one first; never empty."""

    keys: tuple[RingKey, ...]

    @property
    def current(self) -> RingKey:
        """The key that wraps from now on."""
        return self.keys[0]

    def wrap(self, data_key: bytes, aad: bytes) -> bytes:
        """Seal a data key under the current key; the result names that key."""
        head = _WRAP_VERSION + self.current.id
        return head + seal(self.current.secret, data_key, head + aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """The data key that ``wrap`` was given, whichever key of the ring was current then.

        Raises:
            UnknownKey: if the ring no longer holds the key named in ``wrapped``.
            SealBroken: if the bytes were altered or belong elsewhere.
        """
        head, sealed = wrapped[:WRAP_HEAD_BYTES], wrapped[WRAP_HEAD_BYTES:]
        return open_sealed(self._secret_of(head), sealed, head + aad)

    def wrapped_by_current(self, wrapped: bytes) -> bool:
        """Whether a wrapped key already names the current key, so that a rotation may skip it."""
        return wrapped[:WRAP_HEAD_BYTES] == _WRAP_VERSION + self.current.id

    def wrapped_by(self, head: bytes) -> RingKey | None:
        """The key that a wrapped key with these first ``WRAP_HEAD_BYTES`` names; None when it left the ring."""
        return next((key for key in self.keys if _WRAP_VERSION + key.id == head), None)

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, the same for as long as the oldest key is on the ring (HKDF, RFC 5869)."""
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"huiyin/" + purpose.encode())
        return kdf.derive(self.keys[-1].secret)

    def _secret_of(self, head: bytes) -> bytes:
        key = self.wrapped_by(head)
        if key is not None:
            return key.secret
        raise UnknownKey(_("密钥环中没有密钥 %(key)s") % {"key": head[1:].hex()})


def ring_path() -> Path:
    """Where the key ring lives: HUIYIN_SECRET_KEYS, or ``keys`` in HUIYIN_HOME."""
    return Path(_ring_name())


def _ring_name() -> str:
    return os.environ.get("HUIYIN_SECRET_KEYS") or _beside_data(os.environ.get("HUIYIN_HOME", ""))


@lru_cache(maxsize=8)
def _beside_data(home: str) -> str:
    return str(home_of({"HUIYIN_HOME": home}) / "keys")


def new_key(created: datetime) -> RingKey:
    """A key made of fresh chance."""
    return RingKey(secrets.token_bytes(KEY_ID_BYTES), created, secrets.token_bytes(KEY_BYTES))


def load(path: Path) -> KeyRing:
    """Read a key ring.

    Raises:
        KeyRingUnusable: if the file is missing, readable by others, empty, or a line is malformed.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except FileNotFoundError:
        raise KeyRingUnusable(_("%(path)s：这里没有密钥环") % {"path": path}) from None
    except OSError as error:
        raise KeyRingUnusable(
            _("%(path)s：不能当作密钥环读（%(kind)s）") % {"path": path, "kind": type(error).__name__}
        ) from None
    if mode & _OPEN_TO_OTHERS:
        raise KeyRingUnusable(
            _("%(path)s：权限 %(mode)s，别人也能读到密钥") % {"path": path, "mode": f"{mode:o}"},
            _("请运行：chmod 600 %(path)s") % {"path": path},
        )
    return parse(path, content)


def parse(path: Path, content: bytes) -> KeyRing:
    """The key ring that a file at ``path`` with this content is.

    Raises:
        KeyRingUnusable: if it is empty, or a line is malformed.
    """
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise KeyRingUnusable(
            _("%(path)s：不能当作密钥环读（%(kind)s）") % {"path": path, "kind": type(error).__name__}
        ) from None
    keys = tuple(_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if not keys:
        raise KeyRingUnusable(_("%(path)s：里面没有密钥") % {"path": path})
    if len({key.id for key in keys}) < len(keys):
        raise KeyRingUnusable(_("%(path)s：有两行的密钥编号相同") % {"path": path}, _("请删去不属于它的那一行"))
    return KeyRing(keys)


def _parse(path: Path, number: int, line: str) -> RingKey:
    try:
        key_id, created, secret = line.split()
        key = RingKey(bytes.fromhex(key_id), datetime.fromisoformat(created), base64.b64decode(secret, validate=True))
    except (ValueError, binascii.Error):
        raise KeyRingUnusable(
            _("%(path)s 第 %(number)s 行：应为“编号 生成时间 base64”") % {"path": path, "number": number}
        ) from None
    if len(key.id) != KEY_ID_BYTES or len(key.secret) != KEY_BYTES:
        raise KeyRingUnusable(
            _("%(path)s 第 %(number)s 行：应为 8 字节的编号和 32 字节的密钥") % {"path": path, "number": number}
        )
    return key


def open_or_make(path: Path, at: datetime) -> KeyRing:
    """Read the ring, or make one with a single key on first start; several processes may race for it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = _write_draft(path, [new_key(at)])
        try:
            os.link(draft, path)  # unlike rename, fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _flush_folder(path.parent)
    return load(path)


def refuse_beside(path: Path, database: Path) -> None:
    """Make no new ring where a database stands already: it would take petitions in under keys that do not belong to it.

    Raises:
        KeyRingUnusable: if there is no ring at ``path``, but a ``database``.
    """
    if not path.exists() and database.exists() and database.stat().st_size:
        raise KeyRingUnusable(
            _("%(path)s：这里没有密钥环，而 %(name)s 已有数据") % {"path": path, "name": database.name},
            _("请把属于这个数据库的密钥环放回来；怎样恢复见 docs/administration.zh-CN.md"),
        )


def rotate(path: Path, at: datetime) -> KeyRing:
    """Put a new key in front; what older keys wrapped still opens, and derived secrets do not change.

    The file keeps its owner, so that an administrator who runs this as root does not lock the service out. Of two rotations at
    the same time one waits for the other: a key that something was wrapped by must never be lost.

    Raises:
        KeyRingUnusable: as ``load``.
    """
    with _alone(path):
        ring = load(path)
        draft = _write_draft(path, [new_key(at), *ring.keys], path.stat())
        os.replace(draft, path)
    _flush_folder(path.parent)
    return load(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps other rotations of the ring out: a lock on its folder, since the file itself is replaced."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write_draft(path: Path, keys: Sequence[RingKey], like: os.stat_result | None = None) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        if like is not None:
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        file.writelines(key.line() + "\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_seen: dict[tuple[str, int, int], KeyRing] = {}
_derived: dict[tuple[bytes, str], bytes] = {}
_lock = threading.Lock()


def key_ring() -> KeyRing:
    """The ring of this installation, made on first use.

    The parsed file is kept for as long as its inode and modification time stay the same, so a rotation is seen at
    once by every process and a call costs one ``stat``.
    """
    name = _ring_name()
    try:
        seen = os.stat(name)  # not a Path, which costs more than the call, several times a registration
    except FileNotFoundError:
        return open_or_make(Path(name), datetime.now(UTC))
    version = (name, seen.st_ino, seen.st_mtime_ns)
    ring = _seen.get(version)
    if ring is None or seen.st_mode & _OPEN_TO_OTHERS:
        ring = load(Path(name))
        with _lock:
            _seen.clear()
            _seen[version] = ring
    return ring


def derive(purpose: str) -> bytes:
    """32 bytes for one purpose from this installation's ring; see ``KeyRing.derive``."""
    ring = key_ring()
    known = (ring.keys[-1].id, purpose)
    secret = _derived.get(known)
    if secret is None:
        secret = _derived[known] = ring.derive(purpose)
    return secret


def keyed_hash(purpose: str, message: bytes) -> bytes:
    """HMAC-SHA256 of ``message`` under the key for ``purpose``: equal for equal messages, and nobody without the key ring can try
    out what a hash stands for, or make one.
    """
    return hmac.digest(derive(purpose), message, "sha256")
