"""What is confirmed is what was shown, of somebody who still administers, to a post that there still is."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.people import administrators
from huiyin.people.administration import record
from huiyin.people.appointments import UnitEnded, appoint, day_of, end_holding
from huiyin.people.models import Absence, Account, AdministrativeAct, Holding, Post, Proposal
from huiyin.people.staff import accounts
from huiyin.people.staff.proposals import WAITS, ProposalLapsed, decide, lapse
from huiyin.people.staff.units import abolish
from tests.cast import DAY, NOW, Cast
from tests.desk.conftest import html
from tests.matters import begin
from tests.office.test_people_pages import PEOPLE, path, press_twice, today
from tests.office.test_structure_pages import press
from tests.office.two_persons import WAITING, clerk, client_of, confirm, sees

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker(cast: Cast) -> Account:
    begin(cast, timezone.now() - DAY)
    return clerk("maker", cast.lj)


@pytest.fixture
def other(cast: Cast) -> Account:
    return clerk("other", cast.lj)


def proposed(maker: Account, post: Post) -> Proposal:
    """They propose themselves."""
    press_twice(client_of(maker), path(maker, "appoint/"), post=str(post.id), since=today())
    return Proposal.objects.get(post=post)


def test_a_post_that_got_roles_since_it_was_shown_is_not_confirmed(cast: Cast, maker: Account, other: Account) -> None:
    unit = cast.units["lj-training"]
    press(client_of(maker), f"/office/units/{unit.id}/posts/new/", title="打字员", roles=["handler"])
    post = Post.objects.get(title="打字员")
    proposal = proposed(maker, post)
    second = client_of(other)
    shown = second.get(WAITING)
    assert "受理审查人" not in html(shown)
    press(client_of(maker), f"/office/posts/{post.id}/", roles=["intake", "registrar"])
    assert confirm(second, proposal, shown) == 409
    assert not Holding.objects.filter(account=maker).exists() and sees(maker) == 0
    page = second.post(f"{WAITING}{proposal.id}/", {"decision": "confirm"})
    assert page.status_code == 409 and "又有变动" in html(page) and "受理审查人" in html(page)
    assert confirm(second, proposal) == 302
    assert Holding.objects.filter(account=maker).exists()


@pytest.mark.parametrize("closed", [True, False])
def test_what_somebody_proposed_who_administers_no_more_is_declined_alone(
    cast: Cast, maker: Account, other: Account, closed: bool
) -> None:
    proposal = proposed(maker, cast.posts["stranger"])
    if closed:
        accounts.close(maker, timezone.now())
    else:
        administrators.remove(maker, cast.lj, timezone.now())
    second = client_of(other)
    shown = html(second.get(WAITING))
    assert "已不再管理" in shown and 'value="confirm"' not in shown and 'value="decline"' in shown
    confirm(second, proposal)
    assert not Holding.objects.filter(account=maker).exists()
    second.post(f"{WAITING}{proposal.id}/", {"decision": "decline"})
    proposal.refresh_from_db()
    assert proposal.decided_at is not None


def test_nobody_is_appointed_to_a_unit_that_is_no_more(cast: Cast, maker: Account, other: Account) -> None:
    proposal = proposed(maker, cast.posts["stranger"])
    abolish(cast.units["lj-training"], cast.units["lj-logistics"], timezone.now())
    second = client_of(other)
    confirm(second, proposal)
    assert "已经撤销" in html(second.get(WAITING))
    proposal.refresh_from_db()
    assert proposal.decided_at is None and not Holding.objects.filter(account=maker).exists()
    with pytest.raises(UnitEnded):
        appoint(cast.accounts["intake"], cast.posts["stranger"], day_of(timezone.now()))


def test_what_concerns_another_organisation_is_neither_changed_nor_shown(cast: Cast) -> None:
    account = cast.accounts["outsider"]
    once = appoint(account, cast.posts["stranger"], day_of(NOW))
    end_holding(once, once.since + DAY)
    Absence.objects.create(
        account=account, since=once.since + 2 * DAY, purpose="ill", deputy=cast.accounts["outside_head"]
    )
    client = client_of(clerk("maker", cast.lj))
    assert client.get(path(account, "away/")).status_code == 404
    assert client.get(path(account, "back/")).status_code == 404
    page = html(client.get(path(account)))
    assert "病假" not in page and "outside_head" not in page and "登记返岗" not in page
    assert "南河" not in html(client.get(PEOPLE))
    whole = client_of(clerk("whole", None))
    assert "病假" in html(whole.get(path(account))) and "南河" in html(whole.get(PEOPLE))
    assert whole.get(path(account, "back/")).status_code == 200


def test_an_absence_from_ones_own_organisation_is_shown(cast: Cast) -> None:
    account = cast.accounts["intake"]
    for since, until in ((day_of(NOW), day_of(NOW) + DAY), (day_of(NOW) + 2 * DAY, None)):
        Absence.objects.create(account=account, since=since, until=until, purpose="ill")
    page = html(client_of(clerk("maker", cast.lj)).get(path(account)))
    assert page.count("病假") == 2 and "登记返岗" in page


def test_what_nobody_confirms_in_two_weeks_lapses_on_record_and_its_maker_reads_so(
    cast: Cast, maker: Account, other: Account
) -> None:
    unit = cast.units["lj-office"]
    post = Post.objects.create(organisation=cast.lj, unit=unit, title="受理员", roles=["intake"])
    record("add_post", [post], timezone.now())
    proposal, now = proposed(maker, post), timezone.now()
    assert "14 日内无人确认的" in html(client_of(maker).get(WAITING))
    assert lapse(now + WAITS - DAY) == 0
    with pytest.raises(ProposalLapsed):  # also where no worker runs
        decide(proposal, True, other, now + WAITS)
    assert (lapse(now + WAITS), lapse(now + WAITS)) == (1, 0)
    assert confirm(client_of(other), proposal) == 404
    assert not Holding.objects.filter(account=maker).exists()
    assert AdministrativeAct.objects.filter(change="lapse", about=maker, by=None).count() == 1
    Proposal.objects.filter(id=proposal.id).update(decided_at=now)
    page = html(client_of(maker).get(WAITING))
    assert "逾期无人确认，已失效" in page and "受理员" in page
