"""Whoever gets hold of a link has the account: a second person for all that the account opens, and a record of who took it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import beside_cases
from huiyin.people import administrators, inviting
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, AdministrativeAct, Holding, Invitation, Leader, Post, Proposal
from huiyin.people.signing_in.tokens import digest
from huiyin.people.staff.leaders import place
from tests.cast import DAY, NOW, Cast
from tests.desk.conftest import html
from tests.matters import begin
from tests.office.test_people_pages import path, press, press_twice, today
from tests.office.two_persons import clerk, client_of, confirm, open_link, puppet_of
from tests.people.test_inviting import PASSWORD, key_of

pytestmark = pytest.mark.django_db


def asks_for_a_link(client: Client, account: Account) -> bool:
    """Whether a link was to be had at once."""
    before = Invitation.objects.count()
    press(client, path(account, "link/"), reason="忘记密码")
    return Invitation.objects.count() > before


@pytest.mark.parametrize("whole", [True, False])
def test_the_account_of_another_administrator_is_not_to_be_had_alone(cast: Cast, whole: bool) -> None:
    begin(cast, timezone.now() - DAY)
    maker = client_of(clerk("maker", None if whole else cast.lj))
    assert not asks_for_a_link(maker, clerk("other", cast.lj))
    (proposal,) = Proposal.objects.all()
    assert proposal.opens == "link" and proposal.decided_at is None


@pytest.mark.parametrize("position", ["head", "deputy"])
def test_nor_is_that_of_a_leader_without_a_post(cast: Cast, position: str) -> None:
    begin(cast, timezone.now() - DAY)
    boss = Account.objects.create_user("boss", "x" * 20, display_name="组长")
    place(boss, cast.lj, position, timezone.now())
    assert not asks_for_a_link(client_of(clerk("maker", None)), boss)
    assert client_of(clerk("local", cast.lj)).get(path(boss, "link/")).status_code == 404


def test_nor_that_of_an_administrator_of_the_whole_which_only_another_of_them_confirms(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    maker, root, local = clerk("maker", None), clerk("root", None), client_of(clerk("local", cast.lj))
    assert not asks_for_a_link(client_of(maker), root)
    (proposal,) = Proposal.objects.all()
    confirm(local, proposal)
    proposal.refresh_from_db()
    assert proposal.decided_at is None
    confirm(client_of(clerk("third", None)), proposal)
    proposal.refresh_from_db()
    assert proposal.is_confirmed


def test_taking_the_post_away_first_is_no_way_around_it(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    place(cast.accounts["head"], cast.lj, "head", timezone.now())
    maker = client_of(clerk("maker", cast.lj))
    for name in ("head", "intake"):
        account = cast.accounts[name]
        held = Holding.objects.get(account=account)
        press_twice(maker, path(account, f"posts/{held.id}/end/"), until=today(), heir="", reason="调离")
        assert not asks_for_a_link(maker, account), name


def test_a_link_for_a_new_password_is_void_once_the_account_opens_more(cast: Cast) -> None:
    account = Account.objects.create_user("sun", PASSWORD, display_name="孙某")
    raw = key_of(inviting.take_link(inviting.invite_again(account, timezone.now()), timezone.now()))
    appoint(account, cast.posts["intake"], day_of(timezone.now()))
    with pytest.raises(inviting.LinkVoid):
        inviting.find(digest(raw), timezone.now())
    raw = key_of(inviting.take_link(inviting.invite_again(account, timezone.now()), timezone.now()))
    place(account, cast.lj, "head", timezone.now())
    with pytest.raises(inviting.LinkVoid):
        inviting.find(digest(raw), timezone.now())


def test_whoever_prints_an_invitation_of_somebody_else_is_on_record_and_does_not_appoint_them_alone(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    taker = clerk("taker", cast.lj)
    inviting.invite("sun", "孙某", timezone.now(), organisation=cast.lj)
    account, client = Account.objects.get(username="sun"), client_of(taker)
    open_link(client.post(path(account, "link/printed/")))
    assert Invitation.objects.get(account=account).taken_by == taker
    act = AdministrativeAct.objects.get(change="take_link")
    assert (act.by, act.about) == (taker, account)
    assert "取得链接" in html(client.get("/office/log/"))
    press_twice(client, path(account, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert not Holding.objects.filter(account=account).exists() and Proposal.objects.count() == 1
    assert [*beside_cases()] == []


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("intake@example.org", "\u0131ntake@example.org"),
        ("intake@k.example.org", "intake@\u212a.example.org"),
        ("ıntake@example.org", "Intake@example.org"),
    ],
)
def test_an_address_that_only_looks_like_the_confirmed_one_is_another(
    cast: Cast, settings: Any, stored: str, typed: str
) -> None:
    settings.HUIYIN_SENDS_MAIL = True
    begin(cast, timezone.now() - DAY)
    account = cast.accounts["intake"]
    EmailAddress.objects.create(user=account, email=stored, verified=True, primary=True)
    press(client_of(clerk("maker", None)), path(account, "link/"), reason="忘记密码", email=typed)
    assert not Invitation.objects.exists()


def test_mail_goes_to_the_address_as_it_was_confirmed(cast: Cast, settings: Any) -> None:
    settings.HUIYIN_SENDS_MAIL = True
    begin(cast, timezone.now() - DAY)
    account = cast.accounts["intake"]
    EmailAddress.objects.create(user=account, email="intake@example.org", verified=True, primary=True)
    press(client_of(clerk("maker", None)), path(account, "link/"), reason="忘记密码", email="Intake@Example.ORG")
    assert Invitation.objects.get().address == "intake@example.org"


def test_a_link_that_opens_two_organisations_is_confirmed_by_who_administers_the_whole(cast: Cast) -> None:
    for organisation in (cast.lj, cast.organisations["nh"]):
        begin(cast, timezone.now() - DAY, organisation=organisation)
    account, maker = cast.accounts["intake"], client_of(clerk("maker", None))
    appoint(account, cast.posts["outsider"], day_of(NOW))
    assert not asks_for_a_link(maker, account)
    (proposal,) = Proposal.objects.all()
    for organisation in (cast.lj, cast.organisations["nh"]):
        confirm(client_of(clerk(f"local_{organisation.code}", organisation)), proposal)
    proposal.refresh_from_db()
    assert proposal.decided_at is None
    assert confirm(client_of(clerk("third", None)), proposal) == 302
    assert asks_for_a_link(maker, account)


def test_a_confirmed_link_opens_no_more_than_when_it_was_confirmed(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    account, maker = cast.accounts["stranger"], client_of(clerk("maker", cast.lj))
    asks_for_a_link(maker, account)
    confirm(client_of(clerk("other", cast.lj)), Proposal.objects.get())
    assert asks_for_a_link(maker, account)
    Post.objects.filter(id=cast.posts["stranger"].id).update(roles=["handler", "co_handler", "intake"])
    assert maker.post(path(account, "link/printed/")).status_code == 302
    assert not Invitation.objects.exclude(digest=None).exists()
    assert not asks_for_a_link(maker, account)
    assert Proposal.objects.filter(decided_at=None).count() == 1


def test_an_administrator_of_one_organisation_does_not_govern_who_leads_another(cast: Cast) -> None:
    account = cast.accounts["stranger"]
    Leader.objects.create(organisation=cast.organisations["nh"], account=account, position="member")
    client = client_of(clerk("maker", cast.lj))
    for step in ("link/", "close/", "away/"):
        assert client.get(path(account, step)).status_code == 404, step


def test_a_puppet_is_never_the_second_person(cast: Cast) -> None:
    maker = clerk("maker", cast.lj)
    client = client_of(maker)
    puppet, browser = puppet_of(client, cast)
    press(client, path(puppet, "leader/"), organisation=str(cast.lj.id), position="deputy", reason="局发〔2026〕3号")
    begin(cast, timezone.now() - DAY)
    press_twice(client, path(maker, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    (proposal,) = Proposal.objects.all()
    assert 'value="confirm"' not in html(browser.get("/office/proposals/"))
    confirm(browser, proposal)
    assert not Holding.objects.filter(account=maker).exists()
    place(cast.accounts["head"], cast.lj, "head", timezone.now(), by=maker)
    confirm(client_of(cast.accounts["head"]), proposal)
    assert not Holding.objects.filter(account=maker).exists()
    administrators.add(puppet, cast.lj, timezone.now())
    press_twice(browser, path(puppet, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    theirs = Proposal.objects.get(proposed_by=puppet)
    confirm(client, theirs)
    assert not Holding.objects.filter(account=puppet).exists()
