"""The manifest of a backup: what is in it, of which installation and moment, and that nobody changed it since.

Its ``seal`` is an HMAC under a key that is derived from the last line of the key ring: it tells a ring that does not belong to the
backup before anything is unpacked, and a manifest that somebody wrote who has no ring.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from huiyin.sealing.keyring import KeyRing

FORMAT: Final = 1
"""The newest form of a backup that this version reads and the one that it writes."""
DATABASES: Final = {"sqlite": "huiyin.sqlite3", "postgresql": "postgresql.dump"}
"""What the member is called that holds the database, by its kind."""
FILES: Final = "files/"
RING: Final = "keys.age"
DEMONSTRATION: Final = "demo.json"

DatabaseKind = Literal["sqlite", "postgresql"]


class _ManifestPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _inside(name: str) -> str:
    """The name of a member, which leads to no place that a backup does not fill."""
    parts = PurePosixPath(name).parts
    whole = name == "/".join(parts) and "\\" not in name and "\x00" not in name
    if not whole or ".." in parts or name.startswith("/"):
        raise ValueError("leads out of the backup")
    if not name.startswith(FILES) and name not in (*DATABASES.values(), RING, DEMONSTRATION):
        raise ValueError("is nothing that a backup holds")
    return name


class BackupMember(_ManifestPart):
    """One file of a backup: its ``size`` in bytes before compression, and the hex SHA-256 of its content."""

    name: Annotated[str, AfterValidator(_inside)]
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class LedgerStand(_ManifestPart):
    """Where the ledger stood: how many ``events`` there were, how many of them were in the log, and the hex root of its tree."""

    events: int = Field(ge=0)
    size: int = Field(ge=0)
    root: str = Field(pattern="^[0-9a-f]{64}$")


class NamedOrganisation(_ManifestPart):
    """An organisation of the installation."""

    code: str
    name: str


class Manifest(_ManifestPart):
    """What a backup says of itself. ``keys`` are the ids (hex) of ring keys that wrap something in the database, ``missing`` the places
    of attachments that the database names and the folder did not hold."""

    format: int
    huiyin: str
    made_at: datetime
    database: DatabaseKind
    migrations: Mapping[str, tuple[str, ...]]
    ledger: LedgerStand
    organisations: tuple[NamedOrganisation, ...]
    keys: tuple[str, ...]
    missing: tuple[str, ...] = ()
    members: tuple[BackupMember, ...]
    seal: str = ""

    @property
    def size(self) -> int:
        """How many bytes all members have together."""
        return sum(member.size for member in self.members)

    def holds(self, name: str) -> bool:
        """Whether there is a member with this name."""
        return any(member.name == name for member in self.members)

    def sealed(self, ring: KeyRing) -> Manifest:
        """The same with its seal."""
        return self.model_copy(update={"seal": self._seal(ring)})

    def is_sealed_by(self, ring: KeyRing) -> bool:
        """Whether it was sealed in the installation of this ring, and is as it was then."""
        return hmac.compare_digest(self.seal, self._seal(ring))

    def _seal(self, ring: KeyRing) -> str:
        fields = self.model_dump(mode="json", exclude={"seal"})
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hmac.digest(ring.derive("backup"), text.encode(), "sha256").hex()
