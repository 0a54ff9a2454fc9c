"""Whoever stands in for somebody who is away does what their own post allows, and never approves what they proposed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from huiyin.casework.models import Duty
from huiyin.door import Refused
from huiyin.door.consequences.handing_over import hand_over_left_duties
from huiyin.people.absences import NotAbsent, end_absence, note_absence
from huiyin.people.acting import actor_for
from huiyin.people.appointments import appoint, day_of, end_holding
from huiyin.people.models import Holding, Post
from huiyin.procedure.command import Actor
from huiyin.procedure.refusal import Code
from tests.cast import DAY, FIRST_DAY, Cast, make_cast
from tests.matters import Matter, begin, execute, replay_equals_projection

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def assigned(cast: Cast) -> Matter:
    """A matter that is investigated by the handler in person."""
    matter = begin(cast, timezone.now() - DAY)
    matter.does("intake", "accept")
    matter.does("intake", "assign", handler="handler")
    return matter


def away(cast: Cast, who: str, deputy: str) -> None:
    now = timezone.now()
    note_absence(cast.accounts[who], day_of(now), None, now, deputy=cast.accounts[deputy])
    while hand_over_left_duties(now):
        pass


def in_post(cast: Cast, who: str, post: Post) -> Actor:
    actor = actor_for(cast.accounts[who], at=timezone.now(), post_id=post.id)
    assert actor is not None
    return actor


def owes(cast: Cast, matter: Matter, who: str) -> bool:
    return Duty.objects.filter(case=matter.id, assignee=cast.accounts[who].id, discharged_at=None).exists()


def test_what_is_owed_goes_to_the_deputy_who_holds_the_same_role_in_the_unit(cast: Cast) -> None:
    matter = assigned(cast)
    away(cast, "handler", "colleague")
    assert owes(cast, matter, "colleague") and not owes(cast, matter, "handler")
    replay_equals_projection(matter.id)


@pytest.mark.parametrize("deputy", ["co_handler", "head", "below"])
def test_a_deputy_of_another_unit_or_role_gets_nothing_and_it_goes_to_the_unit(cast: Cast, deputy: str) -> None:
    matter = assigned(cast)
    away(cast, "handler", deputy)
    assert not owes(cast, matter, deputy) and not owes(cast, matter, "handler")
    assert Duty.objects.filter(case=matter.id, unit__code="lj-fire", assignee=None, discharged_at=None).exists()


def test_a_successor_who_may_not_do_it_gets_nothing(cast: Cast) -> None:
    matter = assigned(cast)
    end_holding(Holding.objects.get(account=cast.accounts["handler"]), day_of(timezone.now()))
    hand_over_left_duties(timezone.now(), cast.accounts["handler"].id, cast.accounts["head"].id)
    assert not owes(cast, matter, "head")


def test_a_deputy_who_is_away_too_gets_nothing(cast: Cast) -> None:
    matter = assigned(cast)
    note_absence(cast.accounts["colleague"], day_of(timezone.now()), None, timezone.now())
    away(cast, "handler", "colleague")
    assert not owes(cast, matter, "colleague")


def test_whoever_stands_in_for_the_head_does_not_approve_what_they_proposed(cast: Cast) -> None:
    matter = assigned(cast)
    # The handler is deputy head as well: the post gives the right, the proposal of their own still takes it away.
    seat = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-lead"], title="副局长", roles=["unit_head"])
    appoint(cast.accounts["handler"], seat, FIRST_DAY)
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion")
    away(cast, "head", "handler")
    wish = replace(matter.wish("head", "approve_opinion"), actor=in_post(cast, "handler", seat))
    refused = execute(wish)
    assert isinstance(refused, Refused) and refused.refusal.code is Code.SAME_PERSON


def test_nobody_is_their_own_deputy_or_away_twice_at_once(cast: Cast) -> None:
    now, account = timezone.now(), cast.accounts["handler"]
    with pytest.raises(NotAbsent):
        note_absence(account, day_of(now), None, now, deputy=account)
    note_absence(account, day_of(now), day_of(now) + DAY * 3, now)
    with pytest.raises(NotAbsent):
        note_absence(account, day_of(now) + DAY, None, now)
    note_absence(account, day_of(now) + DAY * 3, None, now)
    end_absence(account, day_of(now), now)
    note_absence(account, day_of(now), day_of(now) + DAY, now)
