"""A duty is assigned to somebody who holds it where it is owed; else it is the unit's, so that it always stands in a worklist."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.casework.lists.duties import worklist
from huiyin.people.appointments import appoint, end_holding
from huiyin.people.models import Account, Holding, Post
from tests.cast import FIRST_DAY, Cast, make_cast
from tests.matters import Matter, begin, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody, and a custodian in a unit of their own."""
    cast = make_cast()
    unit = cast.lj.units.create(code="lj-inspection", name="临江纪检组")
    post = Post.objects.create(organisation=cast.lj, unit=unit, title="组长", roles=["custodian"])
    cast.accounts["custodian"] = Account.objects.create_user("custodian", display_name="包青天")  # type: ignore[index]
    appoint(cast.accounts["custodian"], post, FIRST_DAY)
    return cast


def see(matter: Matter, kind: str) -> list[str]:
    """In whose worklists the open duty of this kind stands."""
    return [
        name
        for name in matter.cast.accounts
        if kind in {row.kind for row in worklist(matter.cast.actor(name, matter.at), matter.at).items}
    ]


def handled_by_name(cast: Cast) -> Matter:
    """A matter that the handler of the fire department was named for."""
    matter = walk(begin(cast), "accept")
    matter.does("intake", "assign", handler="handler")
    return matter


def test_what_is_owed_later_is_not_assigned_to_a_handler_whose_unit_was_shut_out(cast: Cast) -> None:
    matter = handled_by_name(cast)
    assert see(matter, "handle") == ["handler"]
    matter.does("custodian", "identify_accused", accused_units=["lj-fire"])
    assert see(matter, "handle") == []  # until another unit is named
    matter.does("head", "hand_on", unit="lj-logistics", reason="原单位依规定不再办理。")
    (next_one,) = see(matter, "handle")
    matter.does(next_one, "investigate")
    matter.does(next_one, "propose_opinion")
    matter.does("head", "approve_opinion")
    assert see(matter, "serve_reply") == [next_one]


def test_what_is_owed_later_is_the_units_when_the_handler_has_left_it(cast: Cast) -> None:
    matter = handled_by_name(cast)
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion")
    end_holding(Holding.objects.get(account=cast.accounts["handler"]), (matter.at - timedelta(days=1)).date())
    appoint(cast.accounts["handler"], cast.posts["stranger"], FIRST_DAY)
    matter.does("head", "approve_opinion")
    assert see(matter, "serve_reply") == ["colleague"]


def test_a_duty_is_not_assigned_to_somebody_who_does_not_hold_its_role(cast: Cast) -> None:
    clerk = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-fire"], title="内勤", roles=["archivist"])
    appoint(Account.objects.create_user("clerk", display_name="内勤员"), clerk, FIRST_DAY)
    matter = walk(begin(cast), "accept")
    matter.does("intake", "assign", handler="clerk")
    assert see(matter, "handle") == ["handler", "colleague"]
    matter.does("head", "name_handler", handler="clerk")
    assert see(matter, "handle") == ["handler", "colleague"]
