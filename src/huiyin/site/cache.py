"""The cache that all processes share: a table of signed JSON, so that whoever writes the database has nothing of theirs run or believed here.

Django's own keeps pickles in its table, and reading a pickle runs what its writer put there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.signing import BadSignature, Signer
from django.db import connections, router
from django.db.backends.utils import CursorWrapper
from django.utils import timezone


class SignedDatabaseCache(DatabaseCache):
    """Values are what JSON knows. What stands in a row is signed for its key: anything else there is as good as nothing.

    The table is Django's (``createcachetable``). Reading writes nothing: what has run out is overwritten, or leaves when the table is full.
    """

    _table: str
    _max_entries: int
    _cull_frequency: int

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """The values that are there and have not run out, by key."""
        asked = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not asked:
            return {}
        connection = connections[router.db_for_read(self.cache_model_class)]
        places = ", ".join(["%s"] * len(asked))
        select = f"SELECT cache_key, value FROM {self._table} WHERE cache_key IN ({places}) AND expires > %s"  # noqa: S608 - a name of ours
        with connection.cursor() as cursor:
            cursor.execute(select, [*asked, connection.ops.adapt_datetimefield_value(timezone.now())])
            rows = cursor.fetchall()
        found = {}
        for key, signed in rows:
            try:
                found[asked[key]] = _signer(key).unsign_object(signed)
            except BadSignature:
                continue
        return found

    def _base_set(self, mode: str, key: str, value: object, timeout: float | None = DEFAULT_TIMEOUT) -> bool:
        """What ``set``, ``add`` and ``touch`` of Django's come down to; one statement each, since others write at the same moment."""
        connection = connections[router.db_for_write(self.cache_model_class)]
        now = timezone.now()
        ends_at = self.get_backend_timeout(timeout)
        ends = datetime.max.replace(tzinfo=UTC) if ends_at is None else datetime.fromtimestamp(ends_at, UTC)
        until, present = (
            connection.ops.adapt_datetimefield_value(moment) for moment in (ends.replace(microsecond=0), now)
        )
        with connection.cursor() as cursor:
            if mode == "touch":
                cursor.execute(_TOUCH.format(table=self._table), [until, key, present])
                return bool(cursor.rowcount)
            self._make_room(cursor, present)
            signed = _signer(key).sign_object(value)
            # Of two that add at the same moment one does: the other finds what is there, and it has not run out.
            past = datetime.max.replace(tzinfo=UTC) if mode == "set" else now
            cursor.execute(
                _WRITE.format(table=self._table),
                [key, signed, until, connection.ops.adapt_datetimefield_value(past)],
            )
            return bool(cursor.rowcount)

    def _make_room(self, cursor: CursorWrapper, present: Any) -> None:
        """Where the table is full: without what has run out, and then without a part of what would do so next."""
        cursor.execute(_COUNT.format(table=self._table), [])
        if cursor.fetchone()[0] <= self._max_entries:
            return
        cursor.execute(_FORGET_PAST.format(table=self._table), [present])
        cursor.execute(_COUNT.format(table=self._table), [])
        if (many := cursor.fetchone()[0]) > self._max_entries:
            cursor.execute(_FORGET_FIRST.format(table=self._table), [many // self._cull_frequency])


_COUNT: Final = "SELECT count(*) FROM {table}"
_FORGET_PAST: Final = "DELETE FROM {table} WHERE expires <= %s"
_FORGET_FIRST: Final = (
    "DELETE FROM {table} WHERE cache_key IN (SELECT cache_key FROM {table} ORDER BY expires LIMIT %s)"
)
_TOUCH: Final = "UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires > %s"
_WRITE: Final = """
    INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE {table}.expires <= %s
"""
"""Written in place of what expired by the last moment; one that is in force stays, and nothing is written."""


def _signer(key: str) -> Signer:
    """Signs for one key, so that no row stands for another."""
    return Signer(salt=f"huiyin.cache:{key}")
