"""Wrong passwords are slowed down by where they come from: nobody keeps the owner of an account out, and processes count together."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from huiyin.people.models import Account
from huiyin.site.cache import SignedDatabaseCache

PASSWORD = "a good long one 7"
HERE, THERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create_user("lin", PASSWORD, display_name="林一")


def signs_in(password: str, address: str, **headers: str) -> bool:
    client = Client(REMOTE_ADDR=address, headers=headers)
    client.post("/accounts/login/", {"login": "lin", "password": password})
    return "_auth_user_id" in client.session


@pytest.mark.any_database
def test_wrong_passwords_from_elsewhere_do_not_lock_the_owner_out(account: Account) -> None:
    for _ in range(12):
        assert not signs_in("wrong", THERE)
    assert signs_in(PASSWORD, HERE)


@pytest.mark.any_database
def test_who_tries_many_passwords_waits_even_with_the_right_one(account: Account) -> None:
    for _ in range(10):
        assert not signs_in("wrong", THERE)
    assert not signs_in(PASSWORD, THERE)


@pytest.mark.any_database
def test_behind_a_proxy_each_client_is_counted_by_itself(account: Account, settings: object) -> None:
    settings.HUIYIN_TRUSTED_PROXIES = 1  # type: ignore[attr-defined]
    for _ in range(10):
        assert not signs_in("wrong", "10.0.0.1", **{"X-Forwarded-For": THERE})
    assert not signs_in(PASSWORD, "10.0.0.1", **{"X-Forwarded-For": f"{HERE}, {THERE}"})
    assert signs_in(PASSWORD, "10.0.0.1", **{"X-Forwarded-For": f"{THERE}, {HERE}"})


def test_attempts_are_counted_where_all_processes_see_them() -> None:
    assert isinstance(caches["default"], SignedDatabaseCache)
