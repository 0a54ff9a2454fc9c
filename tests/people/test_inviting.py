"""An invitation is a link that sets a password once; until then the account is closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from huiyin.audit.adoption import adopt
from huiyin.audit.verify import beside_cases
from huiyin.people import inviting
from huiyin.people.absences import people_at_hand
from huiyin.people.appointments import appoint, day_of
from huiyin.people.inviting import CannotInvite, LinkVoid, UsernameTaken, Void
from huiyin.people.models import Account, Holding, Invitation, Token
from huiyin.people.signing_in.tokens import digest, issue_token, new_token
from tests.people.conftest import FIRST_DAY, NOW, Cast
from tests.tables import at_once, cells

PASSWORD = "cha-shui-zai-zhuo-shang"


def key_of(link: str) -> str:
    """The secret part of a link."""
    return link.rstrip("/").rpartition("/")[2]


def printed(username: str = "sun", **given: Any) -> str:
    """The key of a fresh printed invitation."""
    return key_of(inviting.take_link(inviting.invite(username, "孙某", NOW, **given), NOW))


def why(raw: str, at: Any = NOW) -> Void:
    with pytest.raises(LinkVoid) as void:
        inviting.accept(digest(raw), PASSWORD, at)
    return void.value.why


def test_accepting_sets_the_password_and_opens_the_account_once(cast: Cast) -> None:
    adopt(NOW)
    raw = printed()
    account = Account.objects.get(username="sun")
    assert not account.is_active
    assert inviting.accept(digest(raw), PASSWORD, NOW).account == account
    account.refresh_from_db()
    assert account.is_active and account.check_password(PASSWORD)
    assert why(raw) is Void.USED
    assert [*beside_cases()] == []


def test_only_the_digest_of_the_link_is_kept(cast: Cast) -> None:
    raw = printed().encode()
    assert [f"{table}.{column}" for table, column, cell in cells() if raw in cell] == []


def test_a_link_that_ran_out_was_revoked_or_replaced_opens_nothing(cast: Cast) -> None:
    raw = printed()
    assert why(raw, NOW + inviting.VALID_FOR) is Void.EXPIRED
    again = printed()
    assert why(raw) is Void.REVOKED
    inviting.revoke_open(Account.objects.get(username="sun"), NOW)
    assert why(again) is Void.REVOKED
    assert why("made-up") is Void.UNKNOWN
    assert not Account.objects.get(username="sun").is_active


def test_a_link_that_is_made_anew_makes_the_former_void(cast: Cast) -> None:
    invitation = inviting.invite("sun", "孙某", NOW)
    first, second = (key_of(inviting.take_link(invitation, NOW)) for _ in range(2))
    assert why(first) is Void.UNKNOWN
    inviting.accept(digest(second), PASSWORD, NOW)


def test_a_weak_password_leaves_the_link_good(cast: Cast) -> None:
    raw = printed()
    for weak in ("", "1234567890", "password", "sun"):
        with pytest.raises(ValidationError):
            inviting.accept(digest(raw), weak, NOW)
    assert not Account.objects.get(username="sun").is_active
    inviting.accept(digest(raw), PASSWORD, NOW)


def test_nobody_takes_the_name_of_somebody_who_works_here(cast: Cast) -> None:
    for taken in ("lin", "LIN"):
        with pytest.raises(UsernameTaken):
            inviting.invite(taken, "林某", NOW)
    printed()
    with pytest.raises(UsernameTaken):
        inviting.invite("Sun", "别人", NOW)  # invited, but somebody else
    inviting.invite("sun", "孙某", NOW)
    assert Invitation.objects.filter(account__username="sun", revoked_at=None).count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (("a b", "孙某", ""), "username"),
        (("", "孙某", ""), "username"),
        (("s" * 101, "孙某", ""), "username"),
        (("sun", "", ""), "display_name"),
        (("sun", "孙\n某", ""), "display_name"),
        (("sun", "孙某", "nowhere"), "email"),
    ],
)
def test_what_cannot_be_a_name_or_an_address_is_refused_and_nothing_is_made(
    cast: Cast, given: tuple[str, str, str], field: str
) -> None:
    username, name, email = given
    with pytest.raises(CannotInvite) as refused:
        inviting.invite(username, name, NOW, email=email)
    assert refused.value.field == field
    assert not Account.objects.filter(display_name="孙某").exists()


def test_until_it_is_accepted_nobody_is_at_work_in_the_post(cast: Cast) -> None:
    raw = printed()
    account = Account.objects.get(username="sun")
    appoint(account, cast.registrar, FIRST_DAY)
    holdings = Holding.objects.filter(account=account)
    assert people_at_hand(holdings, day_of(NOW)) == {}
    inviting.accept(digest(raw), PASSWORD, NOW)
    assert people_at_hand(holdings, day_of(NOW)) != {}


def test_a_mailed_link_confirms_the_address_and_a_printed_one_does_not(cast: Cast) -> None:
    inviting.accept(digest(printed(email="Sun@Example.org")), PASSWORD, NOW)
    (confirmed,) = EmailAddress.objects.filter(user__username="sun")
    assert (confirmed.email, confirmed.verified) == ("sun@example.org", True)
    inviting.accept(digest(printed("wu")), PASSWORD, NOW)
    assert not EmailAddress.objects.filter(user__username="wu").exists()


def test_the_confirmed_address_of_somebody_else_stays_theirs(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.lin, email="sun@example.org", verified=True, primary=True)
    inviting.accept(digest(printed(email="sun@example.org")), PASSWORD, NOW)
    assert [address.user for address in EmailAddress.objects.filter(verified=True)] == [cast.lin]


def test_a_new_password_by_link_ends_tokens_and_opens_no_closed_account(cast: Cast) -> None:
    issue_token(cast.lin_holds, new_token(), NOW)
    raw = key_of(inviting.take_link(inviting.invite_again(cast.lin, NOW), NOW))
    Account.objects.filter(id=cast.lin.id).update(is_active=False)
    assert why(raw) is Void.REVOKED
    Account.objects.filter(id=cast.lin.id).update(is_active=True)
    assert inviting.accept(digest(raw), PASSWORD, NOW).is_reset
    assert not Token.objects.filter(revoked_at=None).exists()
    Account.objects.filter(id=cast.lin.id).update(is_active=False)
    with pytest.raises(CannotInvite):
        inviting.invite_again(Account.objects.get(id=cast.lin.id), NOW)


def test_who_accepts_on_a_page_is_signed_in_and_the_key_stands_in_no_address(cast: Cast, client: Client) -> None:
    link = inviting.take_link(inviting.invite("sun", "孙某", timezone.now()), timezone.now())
    raw = key_of(link)
    appoint(Account.objects.get(username="sun"), cast.registrar, FIRST_DAY)
    moved = client.get(link)
    assert (moved.status_code, moved["Location"]) == (302, "/account/invitation/")
    page = client.get(moved["Location"])
    text = page.content.decode()
    assert "孙某" in text and "接待员" in text and raw not in text
    assert page["Referrer-Policy"] == "same-origin"
    refused = client.post("/account/invitation/", {"password": PASSWORD, "again": "other"})
    assert (
        refused.status_code == 422 and "不一样" in refused.content.decode() and PASSWORD not in refused.content.decode()
    )
    assert client.post("/account/invitation/", {"password": "12345", "again": "12345"}).status_code == 422
    done = client.post("/account/invitation/", {"password": PASSWORD, "again": PASSWORD}, follow=True)
    assert done.request["PATH_INFO"] == "/desk/" and "孙某" in done.content.decode()
    gone = client.get(link, follow=True)
    assert gone.status_code == 410 and "已经用过" in gone.content.decode()


def test_no_table_has_the_key_after_the_link_was_followed(cast: Cast, client: Client) -> None:
    link = inviting.take_link(inviting.invite("sun", "孙某", timezone.now()), timezone.now())
    client.get(link)
    client.get("/account/invitation/")
    (session,) = Session.objects.all()
    assert digest(key_of(link)).hex() in session.get_decoded().values()
    assert key_of(link) not in str(session.get_decoded())
    assert [f"{table}.{column}" for table, column, cell in cells() if key_of(link).encode() in cell] == []


@pytest.mark.parametrize("kept", ["a-key-as-an-earlier-version-kept-it", "", "00"])
def test_a_session_that_holds_no_digest_of_a_link_opens_nothing(cast: Cast, client: Client, kept: str) -> None:
    session = client.session
    session["invitation"] = kept
    session.save()
    assert client.get("/account/invitation/").status_code == 410
    assert "invitation" not in client.session


def test_no_line_of_the_journal_has_the_key(
    cast: Cast, client: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    link = inviting.take_link(inviting.invite("sun", "孙某", timezone.now()), timezone.now())
    client.get(link, follow=True)
    client.get(link[:-3] + "x/", follow=True)
    told = capsys.readouterr()
    written = told.out + told.err + caplog.text + " ".join(str(record.__dict__) for record in caplog.records)
    assert "invitation" in written and key_of(link)[:-2] not in re.sub(r"<WSGIRequest[^>]*>", "", written)


def test_a_link_for_a_new_password_does_not_get_around_the_second_factor(cast: Cast, client: Client) -> None:
    link = inviting.take_link(inviting.invite_again(cast.lin, timezone.now()), timezone.now())
    client.get(link)
    done = client.post("/account/invitation/", {"password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_made_up_links_make_no_sessions(client: Client, db: None) -> None:
    for number in range(3):
        answer = client.get(f"/account/invitation/made-up-{number}/")
        assert answer["Location"] == "/account/invitation/?void=unknown"
    assert not Session.objects.exists()
    assert "链接不完整" in client.get(answer["Location"]).content.decode()
    assert client.get("/account/invitation/?void=nonsense").status_code == 410


def test_a_page_without_a_link_says_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/account/invitation/")
    assert answer.status_code == 410 and "系统管理员" in answer.content.decode()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_gets_in(transactional_db: None) -> None:
    raw = key_of(inviting.take_link(inviting.invite("sun", "孙某", NOW), NOW))
    passwords = [f"{PASSWORD}-{number}" for number in range(2)]
    outcomes = at_once([lambda word=word: inviting.accept(digest(raw), word, NOW) for word in passwords])
    assert sum(isinstance(outcome, LinkVoid) for outcome in outcomes) == 1
    account = Account.objects.get(username="sun")
    (won,) = [word for word, outcome in zip(passwords, outcomes, strict=True) if not isinstance(outcome, LinkVoid)]
    assert account.check_password(won)
