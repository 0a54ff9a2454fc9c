"""A demonstration stays one: not beside a real organisation, not where others can reach it, and every page says what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from huiyin import demo
from huiyin.people.models import Account, Organisation
from tests import forks
from tests.cast import NOW
from tests.conftest import ROOT
from tests.desk.conftest import html
from tests.installation import Installation


@pytest.mark.e2e
def test_it_is_refused_where_there_is_an_organisation_that_it_did_not_make(installation: Installation) -> None:
    # Organisations of somebody's own, one with a code of the demonstration.
    set_up = forks.run([str(ROOT / "benchmarks" / "scene.py")], installation.environment(), 120)
    assert set_up.returncode == 0, set_up.stderr
    refused = installation.run("demo", "--matters", "0")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "HUIYIN_HOME" in refused.stderr
    assert refused.stdout == ""
    assert not (installation.home / "demo.json").exists()


@pytest.mark.e2e
def test_it_is_refused_under_an_address_that_others_reach(installation: Installation) -> None:
    installation.variables["HUIYIN_PUBLIC_URL"] = "https://petitions.example.cn"
    refused = installation.run("demo", "--matters", "0")
    assert refused.returncode == 1
    assert "HUIYIN_PUBLIC_URL" in refused.stderr


@pytest.mark.any_database
def test_each_page_of_a_demonstration_says_so(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HUIYIN_DEMO = tmp_path / "demo.json"
    assert "这是演示系统" not in html(Client().get("/"))
    settings.HUIYIN_DEMO.write_text("{}", encoding="utf-8")
    for path in ("/", "/accounts/login/", "/track/", "/rights/"):
        assert "这是演示系统" in html(Client().get(path)), path


@pytest.fixture
def shown(db: None) -> dict[str, Any]:
    """The cast of the demonstration, and one of its accounts."""
    demo.make_cast(NOW)
    told: dict[str, Any] = json.loads(json.dumps(demo.described().as_dict()))
    return next(account for account in told["accounts"] if account["organisation"] == "lj")


def sign_in(account: dict[str, Any], password: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": account["username"], "password": password})
    return "_auth_user_id" in client.session


def test_its_passwords_and_tokens_work_under_a_local_address_alone(shown: dict[str, Any], settings: Any) -> None:
    bearer = {"Authorization": f"Bearer {shown['token']}"}
    assert sign_in(shown, shown["password"])
    assert Client().get("/api/v1/duties", headers=bearer).status_code == 200
    settings.HUIYIN_LOCAL = False
    assert not sign_in(shown, shown["password"])
    assert Client().get("/api/v1/duties", headers=bearer).status_code == 401


def test_whoever_gave_themselves_a_password_of_their_own_keeps_it(shown: dict[str, Any], settings: Any) -> None:
    account = Account.objects.get(username=shown["username"])
    account.set_password("one of my own 7")
    account.save()
    settings.HUIYIN_LOCAL = False
    assert sign_in(shown, "one of my own 7")


def test_an_organisation_with_the_code_of_a_fictitious_one_is_not_taken_for_it(db: None) -> None:
    assert demo.is_alone()
    Organisation.objects.create(code="lj", name="真实的机构", rulebook="national-2022", created_at=NOW)
    assert not demo.is_alone()
