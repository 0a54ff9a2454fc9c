"""The cache that processes share: JSON, signed for its place, and nothing of what somebody else wrote into its table."""

from __future__ import annotations

import base64
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.signing import Signer
from django.db import connection
from django.test import Client


class Intruder:
    """What, unpickled, makes a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


def write(value: str, key: str = "%") -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE huiyin_cache SET value = %s WHERE cache_key LIKE %s", [value, key])


def test_nothing_that_somebody_wrote_into_its_table_is_run_or_believed(db: None, tmp_path: Path) -> None:
    sign_in = {"login": "lin", "password": "wrong"}
    Client().post("/accounts/login/", sign_in)
    assert cache.set("known", [1]) is None
    write(base64.b64encode(pickle.dumps(Intruder(tmp_path / "ran"))).decode())
    assert cache.get("known") is None
    assert Client().post("/accounts/login/", sign_in).status_code == 200
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "value", ["", "[1]", Signer(salt="another").sign_object([1])], ids=["empty", "plain", "foreign"]
)
def test_a_value_that_is_not_signed_for_its_key_is_none(db: None, value: str) -> None:
    cache.set("mine", [2])
    write(value)
    assert cache.get("mine", "nothing") == "nothing"


def test_a_value_of_another_key_is_none(db: None) -> None:
    cache.set_many({"mine": [2], "theirs": [3]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM huiyin_cache WHERE cache_key LIKE '%%theirs'", [])
        write(cursor.fetchone()[0], "%mine")
    assert cache.get_many(["mine", "theirs", "never"]) == {"theirs": [3]}


def test_it_keeps_what_django_asks_a_cache_to_keep(db: None) -> None:
    assert cache.add("lock", True)
    assert not cache.add("lock", False)
    assert cache.get("lock") is True
    cache.set("lock", {"当": None}, None)
    assert cache.get("lock") == {"当": None}
    assert cache.touch("lock", 60)
    assert cache.touch("lock", -1)
    assert (cache.get("lock"), cache.touch("lock")) == (None, False)
    assert cache.add("lock", 1.5), "what has run out stands in nobody's way"
    assert cache.get("lock") == 1.5
    assert cache.delete("lock")
    with pytest.raises(TypeError):
        cache.set("lock", object())


def test_a_full_table_loses_what_has_run_out_first_and_then_what_does_so_next(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()  # of what servers of other tests left there
    monkeypatch.setattr(caches["default"], "_max_entries", 2)
    cache.set_many({"a": 1, "b": 2, "c": 3}, -1)
    cache.set("d", 4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM huiyin_cache", [])
        assert [key for (key,) in cursor.fetchall()] == [":1:d"]
    cache.set("e", 5, 30)
    cache.set("f", 6, 60)
    cache.set("g", 7, 90)
    assert set(cache.get_many("defg")) == {"d", "f", "g"}


def test_sessions_and_cache_hold_nothing_that_is_run_when_it_is_read(settings: Any) -> None:
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
    assert {cache["BACKEND"] for cache in settings.CACHES.values()} == {"huiyin.site.cache.SignedDatabaseCache"}
