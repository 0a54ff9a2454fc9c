"""Keyed commitments: what a row says, bound by a key that is not in the database.

Whoever can write the database, but does not hold the key ring, can make none; nor can they find out by trying what one commits to.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db import models

from huiyin.sealing.keyring import keyed_hash

PURPOSE = "integrity"
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commit(what: str, value: object) -> str:
    """A hex HMAC-SHA256 over ``value`` (JSON, ids, bytes, moments, days, times of day) in the role ``what``: equal for equal content alone."""
    text = _ENCODER.encode([what, _plain(value)])
    return keyed_hash(PURPOSE, text.encode(errors="surrogatepass")).hex()


def commit_row(row: models.Model, columns: Sequence[str]) -> str:
    """What binds these columns (attributes: ``unit_id``) of a row, its table and its key."""
    return commit(row._meta.db_table, [str(row.pk), {name: getattr(row, name) for name in columns}])


def is_bound(commitment: str, what: str, value: object) -> bool:
    """Whether ``commit`` gave ``commitment`` for this value."""
    return hmac.compare_digest(commitment.encode(errors="replace"), commit(what, value).encode())


def _plain(value: object) -> object:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return f"{value.timestamp():.6f}"  # the same moment whatever the zone in which a database gives it
        case date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case None | bool() | int() | str():
            return value
    raise TypeError(f"nothing commits to a {type(value).__name__}")
