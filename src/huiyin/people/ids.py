"""Identifiers that sort by the time they were made: UUIDv7 (RFC 9562 section 5.7), which Python 3.11 lacks."""

import os
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

RANDOM_BYTES = 10
_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_RAND_A_MASK = 0xFFF
_RAND_B_MASK = (1 << 62) - 1
_FIRST_MASK = 0x7FF
"""Where the numbers of a moment begin: in the lower half, so that two thousand follow before they begin anew."""
_last = threading.local()


def uuid7(at_ms: int, random: bytes) -> UUID:
    """The UUIDv7 of a moment and ten random bytes, of which 74 bits are used.

    Args:
        at_ms: milliseconds since 1970-01-01 UTC, 0 to 2**48 - 1.
        random: exactly 10 bytes.

    Raises:
        ValueError: if the moment does not fit into 48 bits, or the bytes are not ten.
    """
    if not 0 <= at_ms < 1 << 48:
        raise ValueError(f"at_ms must fit into 48 bits, got {at_ms}")
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"random must be {RANDOM_BYTES} bytes, got {len(random)}")
    random_bits = int.from_bytes(random, "big")
    rand_a = (random_bits >> 62) & _RAND_A_MASK
    rand_b = random_bits & _RAND_B_MASK
    return UUID(int=at_ms << 80 | _VERSION_7 | rand_a << 64 | _VARIANT | rand_b)


def new_id(at: datetime) -> UUID:
    """A fresh identifier for something that came into being at ``at`` (aware).

    What one thread makes for one moment sorts in the order in which it is made, such as the pages of a letter (RFC 9562 section 6.2,
    method 1); each moment begins anew at a random number, so that nobody reads off how much was made in between.
    """
    at_ms = int(at.timestamp() * 1000)
    random = os.urandom(RANDOM_BYTES)
    before = getattr(_last, "made", (-1, 0))
    first = int.from_bytes(random[:2], "big") & _FIRST_MASK
    number = (before[1] + 1) & _RAND_A_MASK if before[0] == at_ms else first
    _last.made = (at_ms, number)
    return uuid7(at_ms, (number << 62 | int.from_bytes(random, "big") & _RAND_B_MASK).to_bytes(RANDOM_BYTES, "big"))


def fresh_id() -> UUID:
    """A fresh identifier of this very moment: the default of primary keys, and of nothing that is decided."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES))


def first_id(at: datetime) -> UUID:
    """What sorts before every identifier of something that came into being at ``at`` (aware) or later, and after all earlier ones."""
    return uuid7(max(int(at.timestamp() * 1000), 0), bytes(RANDOM_BYTES))


def made_at(id: UUID) -> datetime:
    """When what bears the identifier came into being, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def read_id(text: str) -> UUID | None:
    """The id that ``text`` is; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
