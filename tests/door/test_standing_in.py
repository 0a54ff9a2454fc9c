"""What nobody is at work to do goes to whom the rulebook names as stand-in, and comes back with whoever was away."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.door.handing_over import let_stand_in
from huiyin.people.absences import end_absence, note_absence
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Post, Unit
from tests.cast import DAY, FIRST_DAY, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """With a custodian in a unit of their own."""
    cast = make_cast()
    unit = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post = Post.objects.create(organisation=cast.lj, unit=unit, title="组长", roles=["custodian"])
    cast.accounts["custodian"] = Account.objects.create_user("custodian", display_name="包青天")  # type: ignore[index]
    appoint(cast.accounts["custodian"], post, FIRST_DAY)
    return cast


def accusation(cast: Cast) -> Matter:
    """One of which it is not clear whom it accuses: the custodian alone sees it."""
    return begin(cast, timezone.now() - DAY, accused=("某检查人员",))


def owes(cast: Cast, who: str) -> list[str]:
    now = timezone.now()
    return [duty.kind for duty in worklist(cast.actor(who, now), now).items]


def test_who_stands_in_for_the_custodian_owes_and_sees_while_they_are_away(cast: Cast) -> None:
    now, matter = timezone.now(), accusation(cast)
    assert owes(cast, "custodian") == ["identify_accused"]
    note_absence(cast.accounts["custodian"], day_of(now), None, now)
    assert let_stand_in(now) == 1
    assert let_stand_in(now) == 0
    assert owes(cast, "discipline") == ["identify_accused"]
    assert matter.case in visible_to(cast.actor("discipline", now))
    replay_equals_projection(matter.id)
    end_absence(cast.accounts["custodian"], day_of(now), now)
    assert let_stand_in(now) == 1
    assert (owes(cast, "custodian"), owes(cast, "discipline")) == (["identify_accused"], [])
    assert matter.case not in visible_to(cast.actor("discipline", now))
    replay_equals_projection(matter.id)


def test_who_stands_in_says_who_is_accused(cast: Cast) -> None:
    now, matter = timezone.now(), accusation(cast)
    note_absence(cast.accounts["custodian"], day_of(now), None, now)
    let_stand_in(now)
    matter.at = now
    matter.does("discipline", "identify_accused", accused_units=[str(cast.units["lj-fire"].id)])
    assert not Duty.objects.filter(kind="identify_accused", discharged_at=None).exists()


def test_nobody_stands_in_who_may_be_meant_themselves(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY, accused=("同事 discipline", "某检查人员"))
    note_absence(cast.accounts["custodian"], day_of(now), None, now)
    let_stand_in(now)
    assert Case.objects.get(id=matter.id) not in visible_to(cast.actor("discipline", now))
    assert owes(cast, "discipline") == []


def test_a_role_without_stand_in_keeps_what_it_owes(cast: Cast) -> None:
    now, matter = timezone.now(), begin(cast)
    note_absence(cast.accounts["registrar"], day_of(now), None, now)
    before = matter.case.seq
    assert let_stand_in(now) == 0
    assert matter.case.seq == before
