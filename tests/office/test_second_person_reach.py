"""No change of units, posts, absences or accounts shows its maker more, by themselves or by an account in their hand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Absence, Account, Holding, Post, Proposal, Unit
from huiyin.people.staff import accounts
from tests.cast import DAY, NOW, Cast
from tests.desk.conftest import html
from tests.matters import begin
from tests.office.test_people_pages import path, press_twice, today
from tests.office.test_people_pages import press as press_once
from tests.office.test_structure_pages import press
from tests.office.two_persons import clerk, client_of, confirm, driver, puppet_of, sees

pytestmark = pytest.mark.django_db
REFUSED = "请由另一名管理员办理"


@pytest.fixture
def insider(cast: Cast) -> Account:
    """An administrator who drives the leaders' car: a post that opens nothing."""
    begin(cast, timezone.now() - DAY)
    account = clerk("insider", cast.lj)
    driver(cast, account, "lj-lead")
    assert sees(account) == 0
    return account


@pytest.fixture
def office(insider: Account) -> Client:
    return client_of(insider)


def test_an_empty_post_with_a_role_in_ones_own_unit_is_for_another_to_make(
    cast: Cast, insider: Account, office: Client
) -> None:
    address = f"/office/units/{cast.units['lj-lead'].id}/posts/new/"
    answer = press(office, address, title="虚设", roles=["intake"])
    assert answer.status_code == 422 and REFUSED in html(answer)
    assert not Post.objects.filter(title="虚设").exists()
    begin(cast, timezone.now())
    assert sees(insider) == 0
    assert press(client_of(clerk("other", cast.lj)), address, title="受理", roles=["intake"]).status_code == 302


def test_a_role_for_a_colleagues_post_in_ones_own_unit_is_too(cast: Cast, insider: Account, office: Client) -> None:
    head = cast.posts["head"]
    answer = press(office, f"/office/posts/{head.id}/", roles=["unit_head", "intake", "registrar"])
    assert answer.status_code == 422 and REFUSED in html(answer)
    assert Post.objects.get(id=head.id).roles == ["unit_head"]


def test_a_role_that_is_taken_from_where_it_sits_does_not_come_to_ones_own_unit(cast: Cast, insider: Account) -> None:
    other = client_of(clerk("other", cast.lj))
    press(other, f"/office/units/{cast.units['lj-training'].id}/posts/new/", title="备用", roles=["intake"])
    colleague = clerk("colleague_of_training", cast.lj)
    driver(cast, colleague, "lj-training")
    answer = press(client_of(colleague), f"/office/posts/{cast.posts['intake'].id}/", roles=[])
    assert answer.status_code == 422 and REFUSED in html(answer)
    assert Post.objects.get(id=cast.posts["intake"].id).roles == ["intake"]


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("how", ["away", "end", "close"])
def test_what_a_stand_in_gets_does_not_come_to_who_made_it_vacant(
    cast: Cast, insider: Account, office: Client, how: str, days: int
) -> None:
    account = cast.accounts["intake"]
    held = Holding.objects.get(account=account)
    day = today(days)
    step, given = {
        "away": ("away/", {"since": day, "until": "", "deputy": "", "purpose": ""}),
        "end": (f"posts/{held.id}/end/", {"until": day, "heir": "", "reason": "调离"}),
        "close": ("close/", {"reason": "离职"}),
    }[how]
    answer = press_twice(office, path(account, step), **given)
    assert answer.status_code == 422 and REFUSED in html(answer)
    assert sees(insider) == 0 and not Absence.objects.exists()
    held.refresh_from_db()
    account.refresh_from_db()
    assert held.until is None and account.is_active
    assert press_twice(client_of(clerk("other", cast.lj)), path(account, step), **given).status_code == 302


def test_whoever_has_a_puppet_with_a_harmless_post_gives_it_no_other_alone(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    maker, other = client_of(clerk("maker", cast.lj)), client_of(clerk("other", cast.lj))
    puppet, _browser = puppet_of(maker, cast)
    press(maker, f"/office/units/{cast.units['lj-training'].id}/posts/new/", title="司机", roles=[])
    press_twice(maker, path(puppet, "appoint/"), post=str(Post.objects.get(title="司机").id), since=today())
    (proposal,) = Proposal.objects.all()
    assert "请当面核实是本人" in html(other.get("/office/proposals/"))
    assert confirm(other, proposal) == 302
    assert Holding.objects.filter(account=puppet).count() == 1
    told = press_once(maker, path(puppet, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert "确认后才生效" in html(told)
    press_twice(maker, path(puppet, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert Holding.objects.filter(account=puppet).count() == 1 and sees(puppet) == 0


def test_nobody_reopens_a_puppet_of_theirs_that_holds_a_post(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY)
    maker, other = client_of(clerk("maker", cast.lj)), client_of(clerk("other", cast.lj))
    puppet, _browser = puppet_of(maker, cast)
    appoint(puppet, cast.posts["intake"], day_of(timezone.now()))
    accounts.close(puppet, timezone.now())
    answer = press_once(maker, path(puppet, "reopen/"), reason="返聘")
    assert answer.status_code == 422 and REFUSED in html(answer)
    puppet.refresh_from_db()
    assert not puppet.is_active
    assert press_once(other, path(puppet, "reopen/"), reason="返聘").status_code == 302


def test_nobody_moves_their_own_unit_out_from_under_one_that_is_accused(cast: Cast) -> None:
    begin(cast, timezone.now() - DAY, accused_units=frozenset({cast.units["lj-fire"].id}))
    maker = clerk("maker", cast.lj)
    unit = driver(cast, maker, "lj-fire-east")
    answer = press(client_of(maker), f"/office/units/{unit.id}/", name=unit.name, parent="")
    assert answer.status_code == 422 and REFUSED in html(answer)
    assert Unit.objects.get(id=unit.id).parent_id == cast.units["lj-fire"].id


def test_before_the_first_petition_and_elsewhere_an_administrator_is_free(cast: Cast) -> None:
    maker = clerk("maker", cast.lj)
    unit = driver(cast, maker, "lj-training")
    begin(cast, NOW, organisation=cast.organisations["nh"])
    address = f"/office/units/{unit.id}/posts/new/"
    assert press(client_of(maker), address, title="受理", roles=["intake"]).status_code == 302


def test_what_shows_its_maker_nothing_more_needs_nobody(cast: Cast, insider: Account, office: Client) -> None:
    address = f"/office/units/{cast.units['lj-training'].id}/posts/new/"
    assert press(office, address, title="备用", roles=["handler"]).status_code == 302
    stranger = cast.accounts["stranger"]
    press_twice(office, path(stranger, "appoint/"), post=str(cast.posts["intake"].id), since=today())
    assert Holding.objects.filter(account=stranger, post=cast.posts["intake"]).exists()
    assert sees(insider) == 0
