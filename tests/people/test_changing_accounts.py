"""An open session is not enough to take an account over, and what was open ends when the password changes."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver
from django.utils import timezone

from huiyin.jobs.models import Job
from huiyin.people import inviting
from huiyin.people.models import Account, Token
from huiyin.people.signing_in.confirming import OPEN_PAGES
from huiyin.people.signing_in.tokens import issue_token, new_token
from huiyin.worker import do_jobs
from tests.people.conftest import Cast

PASSWORD = "cha-shui-zai-zhuo-shang"
NEW = "xin-de-mi-ma-geng-chang"

pytestmark = pytest.mark.usefixtures("no_failed_sign_ins")


@pytest.fixture
def lin(cast: Cast) -> Account:
    """Lin, who holds a post, has a password and an address that was confirmed."""
    cast.lin.set_password(PASSWORD)
    cast.lin.email = "lin@example.cn"
    cast.lin.save()
    EmailAddress.objects.create(user=cast.lin, email="lin@example.cn", verified=True, primary=True)
    return cast.lin


def signed_in(account: Account) -> Client:
    """A browser in which somebody signed in by password."""
    client = Client()
    client.post("/accounts/login/", {"login": account.username, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(account.pk)
    return client


def confirm(client: Client) -> None:
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def reset_link() -> str:
    """The link that the worker has sent last."""
    do_jobs(timezone.now())
    found = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    return found[0]


def account_pages() -> dict[str, str]:
    """Every address under /accounts/ by its name, with made-up arguments."""

    def walk(patterns: list[Any], outer: set[str]) -> Iterator[tuple[str, set[str]]]:
        for item in patterns:
            inner = outer | item.pattern.regex.groupindex.keys() | item.pattern.converters.keys()
            if isinstance(item, URLResolver):
                yield from walk(item.url_patterns, inner)
            elif item.name:
                yield item.name, inner

    accounts = next(p for p in get_resolver().url_patterns if str(p.pattern) == "accounts/")
    assert isinstance(accounts, URLResolver)
    made_up: dict[str, Any] = {"pk": 1, "key": "k-1", "uidb36": "1", "provider_id": "office"}
    named = walk(accounts.url_patterns, set())
    return {name: reverse(name, kwargs={key: made_up[key] for key in keys}) for name, keys in named}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_that_can_change_an_account_asks_who_is_there(lin: Account, method: str) -> None:
    client = signed_in(lin)
    pages = account_pages()
    assert pages.keys() >= OPEN_PAGES
    guarded = pages.keys() - OPEN_PAGES
    assert {"account_email", "account_change_password", "mfa_activate_totp", "mfa_add_webauthn"} <= guarded
    for name in guarded:
        answer = getattr(client, method)(pages[name])
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/reauthenticate/?next="), name


def test_an_address_is_added_only_after_the_password_was_given_again(lin: Account) -> None:
    client, thief = signed_in(lin), {"email": "thief@example.cn", "action_add": ""}
    answer = client.post("/accounts/email/", thief)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="thief@example.cn").exists()
    client.post("/accounts/reauthenticate/", {"password": "guessed"})
    client.post("/accounts/email/", thief)
    assert not EmailAddress.objects.filter(email="thief@example.cn").exists()
    confirm(client)
    client.post("/accounts/email/", thief)
    assert not EmailAddress.objects.get(email="thief@example.cn").verified


def test_confirming_holds_for_some_minutes_only(lin: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(lin)
    confirm(client)
    assert client.get("/accounts/email/").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert client.get("/accounts/email/").status_code == 302


def test_whoever_signs_in_through_an_identity_provider_alone_signs_in_anew(
    lin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(lin)
    Account.objects.filter(pk=lin.pk).update(password="!none")
    lin.refresh_from_db()
    client.force_login(lin)  # as the provider does, without a password
    answer = client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    assert answer["Location"].startswith("/accounts/login/?next=")
    assert "_auth_user_id" not in client.session
    lin.refresh_from_db()
    assert not lin.has_usable_password()


def test_a_new_password_is_not_kept_in_the_session_while_the_old_one_is_asked_for(lin: Account) -> None:
    client = signed_in(lin)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert NEW not in str(dict(client.session))
    assert PASSWORD not in str(dict(client.session))


def printed_link(account: Account) -> str:
    """A link for a new password, as an administrator makes it."""
    return inviting.take_link(inviting.invite_again(account, timezone.now()), timezone.now())


def test_changing_the_password_ends_every_other_session_token_and_link(cast: Cast, lin: Account) -> None:
    here, elsewhere = signed_in(lin), signed_in(lin)
    raw = new_token()
    issue_token(cast.lin_holds, raw, timezone.now())
    program = {"Authorization": f"Bearer {raw}"}
    assert Client().get("/api/v1/duties", headers=program).status_code == 200
    confirm(here)
    link = printed_link(lin)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert here.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/")["Location"].startswith("/accounts/login/")
    assert Client().get("/api/v1/duties", headers=program).status_code == 401
    assert Client().get(link, follow=True).status_code == 410


def test_a_reset_ends_every_session_token_and_link(cast: Cast, lin: Account) -> None:
    elsewhere = signed_in(lin)
    token = issue_token(cast.lin_holds, new_token(), timezone.now())
    stranger = Client()
    stranger.post("/accounts/password/reset/", {"email": "Lin@example.cn"})
    form, link = stranger.get(reset_link())["Location"], printed_link(lin)
    stranger.post(form, {"password1": NEW, "password2": NEW})
    lin.refresh_from_db()
    assert lin.check_password(NEW)
    assert elsewhere.get("/desk/")["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in stranger.session  # a second factor is asked for as ever
    assert Token.objects.get(id=token.id).revoked_at is not None
    assert Client().get(link, follow=True).status_code == 410


def test_an_address_that_nobody_confirmed_gets_no_link(cast: Cast, lin: Account) -> None:
    EmailAddress.objects.create(user=lin, email="typed@example.cn", verified=False)
    Account.objects.filter(pk=cast.zhou.pk).update(email="zhou@example.cn")
    EmailAddress.objects.create(user=cast.qin, email="qin@example.cn", verified=True)
    Account.objects.filter(pk=cast.qin.pk).update(is_active=False)
    for address in ("typed@example.cn", "zhou@example.cn", "qin@example.cn", "nobody@example.cn"):
        Client().post("/accounts/password/reset/", {"email": address})
    do_jobs(timezone.now())
    assert mail.outbox == []


def test_an_address_that_is_confirmed_no_longer_when_the_link_is_sent_gets_none(lin: Account) -> None:
    Client().post("/accounts/password/reset/", {"email": "lin@example.cn"})
    EmailAddress.objects.filter(user=lin).update(verified=False)
    do_jobs(timezone.now())
    assert mail.outbox == []


def test_asking_for_a_link_is_answered_the_same_for_all(lin: Account) -> None:
    seen = set()
    for address in ("lin@example.cn", "nobody@example.cn"):
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": address})
        page = client.get(answer["Location"]).content.decode()
        seen.add((answer.status_code, answer["Location"], re.sub(r'(nonce|value)="[^"]*"', "", page)))
    assert len(seen) == 1
    # Nor does it take longer: no mail server is waited for, and the same is written either way. No address stands in it.
    assert mail.outbox == []
    assert [len(job.payload["addresses"]) for job in Job.objects.filter(what="password-reset").order_by("id")] == [1, 0]
    do_jobs(timezone.now())
    assert [message.to for message in mail.outbox] == [["lin@example.cn"]]


def test_the_link_is_sent_in_the_language_of_whoever_asked(lin: Account) -> None:
    client = Client()
    client.post("/i18n/setlang/", {"language": "en"})
    client.post("/accounts/password/reset/", {"email": "lin@example.cn"})
    do_jobs(timezone.now())
    assert "Somebody asked" in str(mail.outbox[-1].body)


def test_a_second_factor_is_not_removed_by_an_open_session(lin: Account) -> None:
    client = signed_in(lin)
    Authenticator.objects.create(user=lin, type="totp", data={"secret": "x"})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=lin).exists()
