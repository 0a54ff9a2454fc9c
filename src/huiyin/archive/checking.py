"""Checking a package offline: what the script inside it checks, and beside that the signature of the log's head."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from huiyin.archive import verify
from huiyin.archive.package.bag import digest_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

UNPUBLISHED: Final = gettext_noop("制作时还没有已公布的账头包含这些记录")
PROVED: Final = gettext_noop("这些记录在密钥 %(key)s 签名公布的存证账中")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it: ``problems`` in a line each (none: the package is as it was made), and what it says of itself.

    ``key`` (hex Ed25519) signed the head under which the events stand; whether it is the installation's, its published key says. Empty
    where no head covered them.
    """

    digest: str
    problems: tuple[str, ...]
    number: str = ""
    items: int = 0
    events: int = 0
    erased: int = 0
    key: str = ""

    @property
    def proved(self) -> str:
        """How far the published log covers the events, in words."""
        return _(PROVED) % {"key": self.key} if self.key else _(UNPUBLISHED)

    def as_data(self) -> dict[str, Any]:
        """As JSON has it."""
        result = {"sha256": self.digest, "ok": not self.problems, "problems": list(self.problems)}
        return result | {
            "case": self.number,
            "items": self.items,
            "events": self.events,
            "erased": self.erased,
            "log_key": self.key,
        }


def check(path: Path) -> Checked:
    """Everything that is wrong with the package at ``path``. Raises ValueError for what is not one, or not safe to read; OSError."""
    found = verify.problems(str(path))
    digest = digest_of(path)
    if found:
        return Checked(digest, tuple(found))
    with zipfile.ZipFile(path) as bag:
        names = {info.filename.partition("/")[2]: info.filename for info in bag.infolist()}

        def read_data(part: str) -> Any:
            return json.loads(bag.read(names[f"data/{part}"]))

        package, chain, log = read_data("package.json"), read_data("ledger/chain.json"), read_data("ledger/log.json")
    key = log["key"] if log["proof"] else ""
    problems = (
        () if not key or _is_signed(log) else ("data/ledger/log.json: the head is not signed by the key beside it",)
    )
    items, events, erased = len(package["items"]), len(chain["hashes"]), len(package["erased"])
    return Checked(digest, problems, package["number"], items, events, erased, key)


def _is_signed(log: dict[str, Any]) -> bool:
    """Whether the head bears the signature of the key (``huiyin.ledger.log`` says over what)."""
    head = log["head"]
    statement = f"huiyin log\n{head['size']}\n{head['root']}\n{head['at']}\n".encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(log["key"])).verify(
            bytes.fromhex(head["signature"]), statement
        )
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
