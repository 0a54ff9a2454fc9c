"""What could open matters to an administrator waits for a second person: never who proposed it, never whom it is for."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import beside_cases
from huiyin.people import administrators, inviting
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Holding, Invitation, Leader, Proposal
from huiyin.people.staff.hands import powers_of
from huiyin.people.staff.leaders import place
from huiyin.people.staff.proposals import seen_of
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html
from tests.matters import begin
from tests.office.test_people_pages import PEOPLE, path, press, press_twice, today

WAITING = "/office/proposals/"


@pytest.fixture
def leaders(cast: Cast) -> None:
    """The head leads; a handler is a plain member of the group."""
    for name, position in (("head", "head"), ("handler", "member")):
        place(cast.accounts[name], cast.lj, position, timezone.now())


def appoints_themselves(cast: Cast, administrator: Client) -> Proposal | None:
    """The registrar, who administers, takes the intake officer's post."""
    post = cast.posts["intake"]
    press_twice(administrator, path(cast.accounts["registrar"], "appoint/"), post=str(post.id), since=today())
    return Proposal.objects.order_by("id").last()


def holds(cast: Cast, who: str, post: str) -> bool:
    return Holding.objects.filter(account=cast.accounts[who], post=cast.posts[post]).exists()


def decide(client: Client, proposal: Proposal, decision: str = "confirm") -> int:
    given = {"decision": decision, "seen": seen_of(proposal, powers_of(proposal.account, day_of(timezone.now())))}
    return client.post(f"{WAITING}{proposal.id}/", given).status_code


def test_before_the_first_petition_none_is_needed(cast: Cast, administrator: Client) -> None:
    assert appoints_themselves(cast, administrator) is None
    assert holds(cast, "registrar", "intake")


def test_whoever_appoints_themselves_waits_for_somebody_else(
    cast: Cast, administrator: Client, desk: Desk, leaders: None
) -> None:
    begin(cast, timezone.now() - DAY)
    proposal = appoints_themselves(cast, administrator)
    assert proposal and not holds(cast, "registrar", "intake")
    appoints_themselves(cast, administrator)
    assert Proposal.objects.count() == 1  # asked for twice is asked for once
    assert decide(administrator, proposal) == 302
    assert not holds(cast, "registrar", "intake")
    for name in ("handler", "intake", "outside_head"):
        assert decide(desk(name), proposal) == 403, name
    assert "有 1 项人员变动等您确认" in html(desk("head").get("/desk/"))
    assert "受理审查人" in html(desk("head").get(WAITING))
    assert decide(desk("head"), proposal) == 302
    assert holds(cast, "registrar", "intake")
    assert decide(desk("head"), proposal) == 404  # decided already
    assert [*beside_cases()] == []
    page = html(administrator.get("/office/log/"))
    assert "提出，待他人确认" in page and "确认" in page


def test_what_is_declined_or_taken_back_takes_no_effect(
    cast: Cast, administrator: Client, desk: Desk, leaders: None
) -> None:
    begin(cast, timezone.now() - DAY)
    for client in (desk("head"), administrator):
        proposal = appoints_themselves(cast, administrator)
        assert proposal
        decide(client, proposal, "decline")
        proposal.refresh_from_db()
        assert proposal.decided_at is not None and not proposal.is_confirmed
    assert not holds(cast, "registrar", "intake")


def test_nobody_confirms_what_is_for_themselves(cast: Cast, administrator: Client, desk: Desk, leaders: None) -> None:
    begin(cast, timezone.now() - DAY)
    administrators.add(cast.accounts["archivist"], cast.lj, timezone.now())
    address = path(cast.accounts["archivist"], "leader/")
    press(administrator, address, organisation=str(cast.lj.id), position="deputy", reason="局发〔2026〕3号")
    (proposal,) = Proposal.objects.all()
    assert proposal.opens == "lead"
    decide(desk("archivist"), proposal)
    assert not Leader.objects.filter(account=cast.accounts["archivist"]).exists()
    decide(desk("head"), proposal)
    assert Leader.objects.filter(account=cast.accounts["archivist"], position="deputy").exists()


def test_the_database_itself_refuses_a_confirmation_by_one_alone(cast: Cast) -> None:
    clerk, other = cast.accounts["archivist"], cast.accounts["intake"]
    for by in (clerk, other):
        with pytest.raises(IntegrityError):
            _store(cast, proposed_by=clerk, account=other, decided_by=by)


def _store(cast: Cast, **who: Account) -> None:
    at = timezone.now()
    with transaction.atomic():
        Proposal.objects.create(
            organisation=cast.lj, opens="link", proposed_at=at, decided_at=at, is_confirmed=True, **who
        )


def test_an_ordinary_appointment_of_somebody_who_works_here_needs_none(cast: Cast, administrator: Client) -> None:
    begin(cast, timezone.now() - DAY)
    address = path(cast.accounts["stranger"], "appoint/")
    press_twice(administrator, address, post=str(cast.posts["intake"].id), since=today())
    assert holds(cast, "stranger", "intake")


def test_whoever_invited_somebody_does_not_appoint_them_alone(
    cast: Cast, administrator: Client, desk: Desk, leaders: None
) -> None:
    begin(cast, timezone.now() - DAY)
    administrator.post(f"{PEOPLE}new/", {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id)})
    account = Account.objects.get(username="sun")
    assert administrator.post(path(account, "link/printed/")).status_code == 200
    told = press(administrator, path(account, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert "确认后才生效" in html(told) and "没有其他人可以确认" not in html(told)
    press_twice(administrator, path(account, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert not Holding.objects.filter(account=account).exists()
    (proposal,) = Proposal.objects.all()
    decide(desk("head"), proposal)
    assert Holding.objects.filter(account=account).exists()


def test_a_link_for_somebody_who_holds_a_post_is_taken_only_once_it_was_confirmed(
    cast: Cast, administrator: Client, desk: Desk, leaders: None
) -> None:
    begin(cast, timezone.now() - DAY)
    account = cast.accounts["intake"]
    press(administrator, path(account, "link/"), reason="忘记密码")
    assert not Invitation.objects.exists()
    (proposal,) = Proposal.objects.all()
    decide(desk("head"), proposal)
    press(administrator, path(account, "link/"), reason="忘记密码")
    page = html(administrator.post(path(account, "link/printed/")))
    assert "/account/invitation/" in page
    press(administrator, path(account, "link/"), reason="再来一次")  # one confirmation, one link
    assert Proposal.objects.filter(decided_at=None).count() == 1


def test_a_link_that_was_made_by_another_way_is_not_printed_without_a_second_person(
    cast: Cast, administrator: Client
) -> None:
    begin(cast, timezone.now() - DAY)
    account = cast.accounts["intake"]
    invitation = inviting.invite_again(account, timezone.now())
    assert administrator.post(path(account, "link/printed/")).status_code == 302
    invitation.refresh_from_db()
    assert invitation.digest is None


def test_a_link_to_an_address_that_its_owner_confirmed_needs_none(
    cast: Cast, administrator: Client, settings: Any
) -> None:
    settings.HUIYIN_SENDS_MAIL = True
    begin(cast, timezone.now() - DAY)
    account = cast.accounts["intake"]
    EmailAddress.objects.create(user=account, email="intake@example.org", verified=True, primary=True)
    press(administrator, path(account, "link/"), reason="忘记密码", email="mine@example.org")
    assert not Invitation.objects.exists() and Proposal.objects.count() == 1
    press(administrator, path(account, "link/"), reason="忘记密码", email="intake@example.org")
    assert Invitation.objects.get().address == "intake@example.org"


def test_inviting_the_same_person_anew_is_no_way_around_it(cast: Cast, administrator: Client, settings: Any) -> None:
    settings.HUIYIN_SENDS_MAIL = True
    begin(cast, timezone.now() - DAY)
    inviting.invite("sun", "孙某", timezone.now(), organisation=cast.lj)
    appoint(Account.objects.get(username="sun"), cast.posts["intake"], day_of(timezone.now()))
    given = {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id), "email": "mine@example.org"}
    assert administrator.post(f"{PEOPLE}new/", given).status_code == 422
    assert not Invitation.objects.exclude(address="").exists()


def test_where_nobody_else_could_confirm_it_is_said(cast: Cast, administrator: Client) -> None:
    begin(cast, timezone.now() - DAY)
    address = path(cast.accounts["registrar"], "appoint/")
    assert "没有其他人可以确认" in html(press(administrator, address, post=str(cast.posts["intake"].id), since=today()))


def test_only_those_who_confirm_see_what_waits(cast: Cast, desk: Desk, leaders: None) -> None:
    assert desk("head").get(WAITING).status_code == 200
    assert desk("head").get(PEOPLE).status_code == 403  # leading is not administering
    assert {desk(name).get(WAITING).status_code for name in ("handler", "intake", "outsider")} == {403}
    assert Client().get(WAITING).status_code == 302
