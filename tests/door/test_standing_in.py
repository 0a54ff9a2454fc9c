"""What nobody is at work to do goes to whom the rulebook names as stand-in, and comes back with whoever was away."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.people.absences import end_absence, note_absence
from huiyin.people.appointments import day_of
from tests.cast import DAY, Cast, make_cast
from tests.matters import begin, replay_equals_projection

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def owes(cast: Cast, who: str) -> list[str]:
    now = timezone.now()
    return [duty.kind for duty in worklist(cast.actor(who, now), now).items]


def test_who_stands_in_owes_and_sees_while_the_other_is_away(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    assert (owes(cast, "intake"), owes(cast, "head")) == (["decide_acceptance"], [])
    note_absence(cast.accounts["intake"], day_of(now), None, now)
    assert let_stand_in(now) == 1
    assert let_stand_in(now) == 0
    assert owes(cast, "head") == ["decide_acceptance"]
    assert matter.case in visible_to(cast.actor("head", now))
    replay_equals_projection(matter.id)
    end_absence(cast.accounts["intake"], day_of(now), now)
    assert let_stand_in(now) == 1
    assert (owes(cast, "intake"), owes(cast, "head")) == (["decide_acceptance"], [])
    replay_equals_projection(matter.id)


def test_who_stands_in_does_what_is_owed(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    note_absence(cast.accounts["intake"], day_of(now), None, now)
    let_stand_in(now)
    matter.at = now
    matter.does("head", "accept")
    assert not Duty.objects.filter(kind="decide_acceptance", discharged_at=None).exists()


def test_nobody_stands_in_who_is_accused_themselves(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY, accused=("同事 head",))
    note_absence(cast.accounts["discipline"], day_of(now), None, now)
    let_stand_in(now)
    assert Case.objects.get(id=matter.id) not in visible_to(cast.actor("head", now))
    assert owes(cast, "head") == []


def test_a_role_without_stand_in_keeps_what_it_owes(cast: Cast) -> None:
    now, matter = timezone.now(), begin(cast)
    note_absence(cast.accounts["registrar"], day_of(now), None, now)
    before = matter.case.seq
    assert let_stand_in(now) == 0
    assert matter.case.seq == before
