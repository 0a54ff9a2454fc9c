"""Signing in by password, by a second factor and by passkey, on pages that speak plain Chinese."""

import base64
import hmac
import json
import re
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from huiyin.people.models import Account

PASSWORD = "cha-shui-zai-zhuo-shang"

pytestmark = pytest.mark.usefixtures("no_failed_sign_ins")


@pytest.fixture
def lin(db: None) -> Account:
    return Account.objects.create_user("lin", PASSWORD, display_name="林某", email="lin@example.cn")


def sign_in(client: Client, password: str = PASSWORD, follow: bool = False) -> Any:
    return client.post("/accounts/login/", {"login": "lin", "password": password}, follow=follow)


def totp(secret: str) -> str:
    """The six digits of now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def enrol(client: Client) -> str:
    """Switch on an authenticator app for whoever is signed in, which asks for the password again; its secret."""
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)
    assert found, page
    assert client.post("/accounts/2fa/totp/activate/", {"code": totp(found[1])}).status_code == 302
    return found[1]


def test_who_signs_in_by_name_and_password_comes_to_the_desk(client: Client, lin: Account) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")


def test_passwords_are_kept_as_argon2(lin: Account) -> None:
    assert lin.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " "])
def test_a_wrong_password_is_refused_in_chinese_and_keeps_the_name(client: Client, lin: Account, password: str) -> None:
    answer = sign_in(client, password)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="lin"' in page
    assert re.search("不正确|请填写此项", page)


def test_a_closed_account_does_not_get_in(client: Client, lin: Account) -> None:
    lin.is_active = False
    lin.save()
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(client: Client, lin: Account) -> None:
    answers = [sign_in(client, f"guess {n}") for n in range(12)]
    assert "_auth_user_id" not in client.session
    assert "登录失败次数过多" in answers[-1].content.decode()
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_nobody_opens_an_account_by_themselves(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "不开放注册" in page
    client.post("/accounts/signup/", {"username": "guest", "password1": PASSWORD, "password2": PASSWORD})
    assert not Account.objects.exists()


def test_signing_out_needs_a_confirmation(client: Client, lin: Account) -> None:
    sign_in(client)
    assert "退出登录" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_with_an_authenticator_app_the_password_alone_is_not_enough(client: Client, lin: Account) -> None:
    sign_in(client)
    secret = enrol(client)
    client.post("/accounts/logout/")
    cache.clear()  # a code is good once; forget that the enrolment used it
    assert sign_in(client)["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    assert "验证码" in client.get("/accounts/2fa/authenticate/").content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(lin.pk)


def test_a_recovery_code_signs_in_once(client: Client, lin: Account) -> None:
    sign_in(client)
    enrol(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<div>([0-9A-F]{4,}[0-9A-F-]*)</div>", page, re.IGNORECASE)[0]
    for works in (True, False):
        client.post("/accounts/logout/")
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is works


def test_the_secrets_of_second_factors_are_sealed_in_the_database(client: Client, lin: Account) -> None:
    sign_in(client)
    secret = enrol(client)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert Authenticator.objects.count() == 2  # the app, and recovery codes with it
    assert secret not in stored


def english_words(page: str) -> set[str]:
    """Words that a reader of the page would not understand."""
    visible = re.sub(r"<(script|style|svg|head).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert re.search("[\u4e00-\u9fff]", visible)
    return set(re.findall(r"[A-Za-z]{4,}", visible)) - {"JavaScript", "example", "English"}


PAGES = (
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/email/",
    "/accounts/reauthenticate/",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_about_ones_own_account_is_in_chinese(client: Client, lin: Account, address: str) -> None:
    sign_in(client)
    if "reauthenticate" not in address:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(address, follow=True).content.decode()
    assert english_words(page) == set()


def test_a_demonstration_offers_its_accounts_and_an_ordinary_installation_does_not(
    client: Client, db: None, settings: Any, tmp_path: Path
) -> None:
    settings.HUIYIN_DEMO = tmp_path / "demo.json"
    assert "演示账号" not in client.get("/accounts/login/").content.decode()
    account = {"username": "demo-lin", "password": "p<w>", "token": "hy_secret", "name": "林某", "post": "接待员"}
    demo = {
        "organisations": [{"code": "company", "name": "某公司", "rulebook": "national-2022"}],
        "accounts": [account | {"unit": "办公室", "organisation": "company"}],
    }
    settings.HUIYIN_DEMO.write_text(json.dumps(demo), encoding="utf-8")
    page = client.get("/accounts/login/").content.decode()
    assert 'data-demo-username="demo-lin"' in page
    assert "某公司" in page
    assert "p&lt;w&gt;" in page
    assert "hy_secret" not in page


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_a_passkey_signs_in_without_a_password(live_server: Any, phone: Any, lin: Account) -> None:
    fingerprint = phone.context.new_cdp_session(phone)
    fingerprint.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    fingerprint.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    phone.goto(f"{live_server.url}/accounts/login/")
    phone.get_by_label("用户名").fill("lin")
    phone.get_by_label("密码").fill(PASSWORD)
    phone.locator("#sign-in").click()
    phone.wait_for_url("**/desk/**")

    phone.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("input[name=password]").press("Enter")
    phone.locator("#id_passwordless").check()
    phone.locator("#mfa_webauthn_add").click()
    phone.wait_for_url(lambda address: not address.endswith("/add/"))
    key = Authenticator.objects.get(user=lin, type="webauthn")
    for address in ("", f"keys/{key.pk}/edit/", f"keys/{key.pk}/remove/"):
        phone.goto(f"{live_server.url}/accounts/2fa/webauthn/{address}")
        assert english_words(phone.content()) == set()

    phone.context.clear_cookies()
    phone.goto(f"{live_server.url}/accounts/login/")
    phone.locator("#passkey_login").click()
    phone.wait_for_url("**/desk/**")


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_one_click_fills_in_a_demonstration_account(
    live_server: Any, phone: Any, lin: Account, settings: Any, tmp_path: Path
) -> None:
    settings.HUIYIN_DEMO = tmp_path / "demo.json"
    account = {"username": "lin", "password": PASSWORD, "name": "林某", "post": "接待员", "unit": "办公室"}
    demo = {"organisations": [], "accounts": [account | {"organisation": "某公司"}]}
    settings.HUIYIN_DEMO.write_text(json.dumps(demo), encoding="utf-8")
    phone.goto(f"{live_server.url}/accounts/login/")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.get_by_role("button", name="林某").click()
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/desk/**")
