"""The keys of a segment, which are not in the database: by one a pair of signs becomes a label, by the other a row of bits is sealed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from huiyin.sealing.aead import SealBroken, open_sealed, seal
from huiyin.sealing.keyring import keyed_hash
from huiyin.search.models import IndexSegment

LABEL_BYTES: Final = 8
_PURPOSES: Final = {False: "search", True: "search-sealed"}
"""Segments of sealed cases have keys that no other segment shares a derivation with."""


@dataclass(frozen=True, slots=True)
class SegmentKeys:
    """How one segment names pairs of signs and keeps where they stand."""

    salt: UUID
    labels: bytes = field(repr=False)
    places: bytes = field(repr=False)

    def label(self, pair: str) -> int:
        """What ``pair`` is called in this segment and in no other: equal pairs of two segments cannot be told to be equal."""
        digest = hmac.digest(self.labels, pair.encode(), "sha256")
        return int.from_bytes(digest[:LABEL_BYTES], "big", signed=True)

    def close(self, label: int, places: int, width: int) -> bytes:
        """A row of ``width`` bits, sealed and bound to its label."""
        return seal(self.places, places.to_bytes(width // 8, "big"), self._bound(label))

    def open(self, label: int, sealed: bytes) -> int:
        """The row of bits that ``close`` was given. Raises SealBroken."""
        return int.from_bytes(open_sealed(self.places, sealed, self._bound(label)), "big")

    def opened(self, label: int, sealed: bytes) -> int:
        """The same, and nothing where the row was altered: it stops neither a search nor an erasure, and verifying tells it."""
        try:
            return self.open(label, sealed)
        except SealBroken:
            return 0

    def _bound(self, label: int) -> bytes:
        return self.salt.bytes + label.to_bytes(LABEL_BYTES, "big", signed=True)


def keys_of(segment: IndexSegment) -> SegmentKeys:
    """The keys of a segment, the same each time."""
    purpose, salt = _PURPOSES[segment.sealed], segment.salt
    labels, places = (keyed_hash(purpose, use + salt.bytes) for use in (b"labels", b"places"))
    return SegmentKeys(salt, labels, places)
