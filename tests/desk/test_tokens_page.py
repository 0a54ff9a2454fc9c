"""People make, look over and revoke the tokens of their programs by themselves; and the second factor that a rule asks for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.utils import timezone

from huiyin.people.models import Account, Holding, Token
from huiyin.people.signing_in.second_factor_rules import require
from huiyin.people.signing_in.tokens import issue_token
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.people.test_signing_in import totp

PASSWORD = "cha-shui-zai-zhuo-shang"
FORM = {"name": "报表程序", "scope": "read", "days": "90"}

pytestmark = pytest.mark.usefixtures("no_failed_sign_ins")


@pytest.fixture
def intake(cast: Cast) -> Account:
    """Somebody with a post and a password."""
    account = cast.accounts["intake"]
    account.set_password(PASSWORD)
    account.save()
    return account


def signed_in(account: Account) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    return client


def confirmed(account: Account) -> Client:
    client = signed_in(account)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def program(raw: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {raw}"})


def make_token(client: Client, **changes: str) -> str:
    """What the page shows once."""
    found = re.search(r'id="token" value="(hy_[^"]+)"', html(client.post("/desk/tokens/new/", FORM | changes)))
    assert found
    return found[1]


def enrol(client: Client) -> str:
    """Set an authenticator app up; its secret."""
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)
    assert found, page
    assert client.post("/accounts/2fa/totp/activate/", {"code": totp(found[1])}).status_code == 302
    return found[1]


def test_a_token_is_made_only_after_the_password_was_given_again(intake: Account) -> None:
    client = signed_in(intake)
    for answer in (client.get("/desk/tokens/new/"), client.post("/desk/tokens/new/", FORM)):
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not Token.objects.exists()


def test_a_token_is_shown_once_and_acts_within_its_scope(intake: Account) -> None:
    client = confirmed(intake)
    raw = make_token(client)
    assert raw not in html(client.get("/desk/tokens/"))
    assert program(raw).get("/api/v1/cases").status_code == 200
    refused = program(raw).post("/api/v1/cases", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem-type:huiyin:scope")
    assert 'scope="act"' in refused["WWW-Authenticate"]
    acting = make_token(client, scope="act")
    assert program(acting).post("/api/v1/cases", {}, content_type="application/json").status_code == 422


def test_the_page_says_what_each_token_is_good_for_and_when_it_was_used(intake: Account) -> None:
    client = confirmed(intake)
    raw = make_token(client)
    assert "没有用过" in html(client.get("/desk/tokens/"))
    program(raw).get("/api/v1/duties")
    page = html(client.get("/desk/tokens/"))
    assert "没有用过" not in page
    assert all(words in page for words in ("报表程序", "只能查看"))


def test_the_last_use_is_noted_at_most_once_a_minute(intake: Account) -> None:
    raw = make_token(confirmed(intake))
    program(raw).get("/api/v1/duties")
    first = Token.objects.get().used_at
    program(raw).get("/api/v1/duties")
    assert first is not None
    assert Token.objects.get().used_at == first
    Token.objects.update(used_at=first - timedelta(seconds=61))
    program(raw).get("/api/v1/duties")
    later = Token.objects.get().used_at
    assert later is not None
    assert later >= first


def test_an_expired_token_is_no_token(intake: Account) -> None:
    raw = make_token(confirmed(intake), days="30")
    token = Token.objects.get()
    assert token.expires_at is not None
    assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
    Token.objects.update(expires_at=timezone.now())
    assert program(raw).get("/api/v1/duties").status_code == 401


def test_a_revoked_token_ends_at_once_and_only_its_owner_revokes_it(cast: Cast, intake: Account, desk: Desk) -> None:
    client = confirmed(intake)
    raw = make_token(client)
    address = f"/desk/tokens/{Token.objects.get().id}/revoke/"
    assert desk("handler").post(address).status_code == 404
    assert program(raw).get("/api/v1/duties").status_code == 200
    assert signed_in(intake).post(address)["Location"].startswith("/accounts/reauthenticate/")
    assert client.post(address)["Location"] == "/desk/tokens/"
    assert program(raw).get("/api/v1/duties").status_code == 401


@pytest.mark.parametrize("changes", [{"name": " "}, {"name": "长" * 61}, {"scope": "all"}, {"days": "5000"}])
def test_what_is_wrong_in_the_form_is_said_and_makes_no_token(intake: Account, changes: dict[str, str]) -> None:
    answer = confirmed(intake).post("/desk/tokens/new/", FORM | changes)
    assert answer.status_code == 422
    assert "invalid-feedback" in html(answer)
    assert not Token.objects.exists()


def test_no_page_about_accounts_or_tokens_opens_to_a_token(intake: Account) -> None:
    raw = make_token(confirmed(intake), scope="act")
    for address in (
        "/desk/tokens/",
        "/desk/tokens/new/",
        "/accounts/email/",
        "/accounts/2fa/",
        "/office/jobs/",
        "/desk/",
    ):
        assert program(raw).get(address)["Location"].startswith("/accounts/login/"), address


def test_whom_a_rule_asks_for_a_second_factor_sets_it_up_before_anything_else(cast: Cast, intake: Account) -> None:
    client = confirmed(intake)
    assert client.get("/desk/").status_code == 200
    require(cast.lj, "intake")
    for address in ("/desk/", "/desk/cases/", "/desk/tokens/new/", "/desk/rules/"):
        assert client.get(address)["Location"] == "/accounts/2fa/", address
    assert "您的岗位须使用两步验证" in client.get("/accounts/2fa/").content.decode()
    refused = client.get("/api/v1/duties")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem-type:huiyin:second-factor")
    enrol(client)
    assert client.get("/desk/").status_code == 200
    assert client.get("/api/v1/duties").status_code == 200


def test_a_session_from_before_shows_the_second_factor_once(cast: Cast, intake: Account) -> None:
    elsewhere = signed_in(intake)
    enrol(confirmed(intake))
    require(cast.lj, "intake")
    asked = elsewhere.get("/desk/cases/")
    assert asked["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fdesk%2Fcases%2F"
    elsewhere.post("/accounts/reauthenticate/", {"password": PASSWORD})  # the password alone is not enough
    assert elsewhere.get("/desk/cases/").status_code == 302
    code = RecoveryCodes(Authenticator.objects.get(user=intake, type="recovery_codes")).get_unused_codes()[0]
    elsewhere.post("/accounts/2fa/reauthenticate/", {"code": code})
    assert elsewhere.get("/desk/cases/").status_code == 200


def test_others_than_those_whom_the_rule_names_go_on_as_before(cast: Cast, intake: Account, desk: Desk) -> None:
    require(cast.lj, "discipline")
    require(cast.organisations["nh"])
    assert signed_in(intake).get("/desk/").status_code == 200
    assert desk("outsider").get("/desk/")["Location"] == "/accounts/2fa/"


def test_whoever_removes_their_second_factor_is_led_back(cast: Cast, intake: Account) -> None:
    client = confirmed(intake)
    require(cast.lj)
    enrol(client)
    Authenticator.objects.filter(user=intake).delete()
    assert client.get("/desk/")["Location"] == "/accounts/2fa/"


def test_administrators_are_led_there_too(cast: Cast, intake: Account) -> None:
    Account.objects.filter(pk=intake.pk).update(is_superuser=True)
    Holding.objects.filter(account=intake).update(until=timezone.localdate())
    client = signed_in(intake)
    assert client.get("/office/jobs/").status_code == 200
    require(None)
    assert client.get("/office/jobs/")["Location"] == "/accounts/2fa/"


def test_a_token_does_not_go_round_the_second_factor(cast: Cast, intake: Account) -> None:
    issue_token(Holding.objects.get(account=intake), "hy_before", timezone.now())
    client = confirmed(intake)
    without = make_token(client)
    enrol(client)
    require(cast.lj, "intake")
    for raw in (without, "hy_before"):
        refused = program(raw).get("/api/v1/duties")
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:problem-type:huiyin:second-factor")
    assert program(make_token(client)).get("/api/v1/duties").status_code == 200
