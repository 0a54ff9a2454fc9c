"""The keys of a segment, which are not in the database: by one a pair of signs becomes a label, by the other a row of bits is sealed."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from huiyin.sealing.aead import KEY_BYTES, SealBroken, open_sealed, seal
from huiyin.sealing.keyring import keyed_hash
from huiyin.search.models import TEXTS_A_SEGMENT, IndexSegment

LABEL_BYTES: Final = 8
_PURPOSES: Final = {False: "search", True: "search-sealed"}
"""Segments of sealed cases have keys that no other segment shares a derivation with."""
_NO_KEY: Final = bytes(KEY_BYTES)
_NO_PLACE: Final = bytes(16 + LABEL_BYTES)
_NO_PLACES: Final = seal(_NO_KEY, bytes(TEXTS_A_SEGMENT // 8), _NO_PLACE)
"""A row without a bit, no secret: it is opened where a pair stands in no text of a segment."""


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

    def opened(self, label: int, sealed: bytes | None) -> int:
        """The same, and nothing where the row was altered: it stops neither a search nor an erasure, and verifying tells it.

        None, where there is no row, costs as much as one: the time of a search does not tell whether hidden texts have a pair.
        """
        if sealed is None:
            return int.from_bytes(open_sealed(_NO_KEY, _NO_PLACES, _NO_PLACE), "big")
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
