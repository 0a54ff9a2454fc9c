"""Whether we are alive, and whether we can accept a petition: asked by anybody, answered without what helps an attacker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from huiyin.doctor import probe, ready
from huiyin.doctor.ready import Answers, what_is_wrong
from huiyin.people.models import DataKey, Organisation
from huiyin.sealing import keyring


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """No answer of an earlier test holds."""
    ready._migrated.clear()
    yield
    ready._migrated.clear()


@pytest.mark.any_database
def test_alive_asks_no_database_and_takes_any_host() -> None:
    response = Client().get("/healthz", headers={"Host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.any_database
def test_neither_takes_anything_but_a_question() -> None:
    assert [Client().post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


@pytest.mark.django_db
def test_a_whole_installation_is_ready() -> None:
    response = Client().get("/readyz", headers={"Host": "10.1.2.3"})
    assert (response.status_code, response.json()) == (200, {"ready": True, "wrong": []})


@pytest.mark.django_db
def test_missing_tables_are_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal'")
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (503, {"ready": False, "wrong": ["migrations"]})


@pytest.mark.django_db
def test_keys_of_another_database_are_not_ready() -> None:
    organisation = Organisation.objects.create(code="a", name="甲", rulebook="national-2022", created_at=timezone.now())
    strange = keyring.KeyRing((keyring.new_key(timezone.now()),))
    DataKey.objects.create(organisation=organisation, wrapped=strange.wrap(b"k" * 32, b""))
    assert what_is_wrong() == ["keys"]


@pytest.mark.django_db
def test_storage_that_is_a_file_is_not_ready(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.write_text("in the way")
    assert what_is_wrong() == ["storage"]


@pytest.mark.django_db
def test_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    # More than the disk has: as if it were full.
    monkeypatch.setattr(ready, "MIN_FREE", shutil.disk_usage("/").total * 1000)
    assert what_is_wrong() == ["disk", "storage"]


@pytest.mark.django_db
def test_whoever_asks_in_a_loop_is_answered_from_before() -> None:
    now = [0.0]
    answers = Answers(lambda: now[0])
    assert answers.wrong() == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal'")
    ready._migrated.clear()
    assert answers.wrong() == []
    now[0] += ready.ASKED_AGAIN_AFTER
    assert answers.wrong() == ["migrations"]


@pytest.mark.any_database
def test_how_a_question_arrived_is_told_to_the_installation_itself_alone() -> None:
    now = timezone.now()
    ours = {**probe.headers(now), "X-Forwarded-For": f"{probe.NOBODY}, 198.51.100.1, 10.0.0.1"}
    told = Client().get("/healthz", headers={**ours, "X-Forwarded-Proto": "https"}).json()
    assert told == {"alive": True, "forwarded": 2, "scheme": "https"}
    old = {**ours, **probe.headers(now - timedelta(minutes=10))}
    for other in (old, {**ours, probe.HEADER: "guess"}, {**ours, probe.HEADER: "ünd"}):
        assert Client().get("/healthz", headers=other).json() == {"alive": True}
