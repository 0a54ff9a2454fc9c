"""Every answer carries the headers that keep foreign code out."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def headers(client: Client, db: None) -> dict[str, str]:
    """Headers of the sign-in page."""
    return dict(client.get("/accounts/login/").headers)


def test_pages_run_only_the_scripts_of_this_installation(headers: dict[str, str]) -> None:
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_pages_cannot_be_framed(headers: dict[str, str]) -> None:
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_addresses_do_not_leak_to_other_sites(headers: dict[str, str]) -> None:
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_missing_page_carries_the_policy_too(client: Client, db: None) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


def test_nobody_opens_an_account_by_themselves(client: Client, db: None) -> None:
    data = {"username": "stranger", "password1": "a-long-passphrase-9"}
    answer = client.post("/accounts/signup/", data)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
