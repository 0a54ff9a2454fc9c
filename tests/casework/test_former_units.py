"""What accuses a unit is kept from whoever left it as well: no single step of an administrator opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.casework.visible import visible_id, visible_to
from huiyin.people.acting import actor_for, by_token
from huiyin.people.appointments import FORMER_FOR, appoint, day_of, end_holding
from huiyin.people.custody.keepers import seats_kept
from huiyin.people.models import Account, Holding
from huiyin.people.signing_in.tokens import issue_token
from huiyin.procedure.command import Actor
from tests.cast import NOW, Cast, make_cast
from tests.matters import Matter, begin

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-30.3")]
LATER = NOW + timedelta(days=2)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def moves(cast: Cast, who: str, post: str) -> Actor:
    """Somebody leaves what they hold and is appointed elsewhere the day after."""
    account: Account = cast.accounts[who]
    for held in Holding.objects.filter(account=account, until=None):
        end_holding(held, day_of(NOW) + timedelta(days=1))
    appoint(account, cast.posts[post], day_of(NOW) + timedelta(days=1))
    found = actor_for(account, at=LATER)
    assert found is not None
    return found


def sees(matter: Matter, actor: Actor) -> bool:
    listed = visible_to(actor).filter(pk=matter.id).exists()
    assert (visible_id(actor, matter.case.number) is not None) is listed
    return listed


def test_whoever_left_the_accused_unit_does_not_see_the_case_from_elsewhere(cast: Cast) -> None:
    matter = begin(cast, accused=("临江防火处",))
    for who, post in (("handler", "intake"), ("below", "registrar"), ("colleague", "head")):
        assert not sees(matter, moves(cast, who, post)), who
    assert sees(matter, cast.actor("intake", LATER))


def test_nor_by_a_token_of_the_new_post(cast: Cast) -> None:
    matter = begin(cast, accused=("临江防火处",))
    moves(cast, "handler", "intake")
    holding = Holding.objects.get(account=cast.accounts["handler"], until=None)
    issue_token(holding, "hy_program", LATER)
    caller = by_token("hy_program", LATER)
    assert caller is not None and not sees(matter, caller.actor)


def test_nor_may_they_act_on_it_or_be_named_to_handle_it(cast: Cast) -> None:
    matter = begin(cast, accused=("临江防火处",))
    moved = moves(cast, "handler", "stranger")
    matter.does("intake", "accept")
    matter.at = LATER
    tried = matter.tries("intake", "assign", unit="lj-training", handler="handler")
    assert "UNAVAILABLE" in str(tried)
    matter.does("intake", "assign", unit="lj-training")
    assert not sees(matter, moved)
    assert sees(matter, cast.actor("stranger", LATER))


def test_nobody_who_left_it_lately_is_there_to_find_out_whom_a_case_accuses(cast: Cast) -> None:
    accused = frozenset({cast.units["lj-fire"].id})
    before = seats_kept(cast.lj.id, accused, frozenset(), NOW).keepers
    end_holding(Holding.objects.get(account=cast.accounts["discipline"]), day_of(NOW) + timedelta(days=1))
    moves(cast, "handler", "discipline")
    after = seats_kept(cast.lj.id, accused, frozenset(), LATER).keepers
    assert before and after and "discipline" in before[0] and "discipline" not in after[0]


def test_who_left_long_ago_sees_what_their_post_shows_and_who_never_began_as_well(cast: Cast) -> None:
    matter = begin(cast, accused=("临江防火处",))
    holding = Holding.objects.get(account=cast.accounts["intake"])
    past = Holding.objects.create(
        organisation=cast.lj,
        account=cast.accounts["intake"],
        post=cast.posts["handler"],
        since=day_of(NOW) - FORMER_FOR - timedelta(days=90),
        until=day_of(NOW) - FORMER_FOR,
    )
    assert sees(matter, cast.actor("intake"))
    past.until = day_of(NOW) - FORMER_FOR + timedelta(days=1)
    past.save()
    assert not sees(matter, cast.actor("intake"))
    past.since = past.until
    past.save()
    assert sees(matter, cast.actor("intake")) and holding.until is None
