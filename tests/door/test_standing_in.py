"""What nobody is at work to do goes to whom the rulebook names as stand-in, and comes back with whoever was away."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.lists.duties import worklist
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.casework.visible import visible_to
from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.people.absences import end_absence, note_absence
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Absence, Post
from tests.cast import DAY, FIRST_DAY, Cast, make_cast
from tests.matters import begin, replay_equals_projection, walk

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


def test_what_everybody_in_a_role_withdrew_from_is_owed_by_its_substitute_in_the_same_step(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    with CaptureQueriesContext(connection) as captured:
        matter.does("head", "recuse", person=cast.accounts["head"].id)
    who_is_here = [query["sql"] for query in captured if "people_absence" in query["sql"]]
    assert who_is_here and len(who_is_here) == len({*who_is_here})  # asked once
    assert owes(cast, "archivist") == ["name_substitute"]  # at once; the supervisor's post is theirs too
    assert not unattended(open_duties(), day_of(now)) and let_stand_in(now) == 0
    matter.does("archivist", "name_handler", handler=cast.accounts["handler"].id)
    assert not Duty.objects.filter(kind="name_substitute", discharged_at=None).exists()
    replay_equals_projection(matter.id)


def test_a_substitute_who_withdraws_too_is_followed_by_theirs_and_then_by_the_higher_organ(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    for who, then in (("intake", "head"), ("head", "archivist"), ("archivist", "superior_registrar")):
        matter.does(who, "recuse", person=cast.accounts[who].id)
        assert "decide_acceptance" in owes(cast, then)
        replay_equals_projection(matter.id)
    assert let_stand_in(now) == 0
    matter.at = now
    matter.does("superior_registrar", "accept")


def test_what_went_to_the_higher_organ_comes_back_with_somebody_here(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    for who in ("intake", "head", "archivist"):
        note_absence(cast.accounts[who], day_of(now), None, now)
    assert let_stand_in(now) == 1
    assert (owes(cast, "superior_registrar"), owes(cast, "head")) == (["decide_acceptance"], [])
    end_absence(cast.accounts["head"], day_of(now), now)
    assert let_stand_in(now) == 1
    assert (owes(cast, "superior_registrar"), owes(cast, "head")) == ([], ["decide_acceptance"])
    assert matter.case not in visible_to(cast.actor("superior_registrar", now))
    replay_equals_projection(matter.id)


def test_who_took_the_step_before_is_not_taken_for_somebody_who_is_left(cast: Cast) -> None:
    now = timezone.now()
    matter = walk(begin(cast, now - DAY), "propose_opinion")
    appoint(cast.accounts["handler"], cast.posts["head"], FIRST_DAY)
    matter.does("head", "recuse", person=cast.accounts["head"].id)
    assert "approve_opinion" in owes(cast, "archivist")
    matter.does("archivist", "approve_opinion")


def test_what_nobody_is_left_for_is_named(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    for who in ("intake", "head", "archivist", "superior_registrar"):
        matter.does(who, "recuse", person=cast.accounts[who].id)
    assert "decide_acceptance" in {duty.kind for duty in unattended(open_duties(), day_of(now))}


def test_a_colleague_in_another_unit_comes_before_the_substitute(cast: Cast) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    post = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-training"], title="受理", roles=["intake"])
    appoint(cast.accounts["stranger"], post, FIRST_DAY)
    note_absence(cast.accounts["intake"], day_of(now), None, now)
    let_stand_in(now)
    duty = Duty.objects.get(case=matter.id, kind="decide_acceptance")
    assert (duty.unit_id, duty.role) == (post.unit_id, "intake")
    replay_equals_projection(matter.id)


@pytest.mark.clause("art-28.3")
@pytest.mark.parametrize("stage", ["assign", "approve_opinion"])
def test_the_head_owes_another_unit_once_nobody_of_the_one_that_handles_is_back_in_time(cast: Cast, stage: str) -> None:
    now = timezone.now()
    matter = walk(begin(cast, now - DAY), stage)
    owed = Duty.objects.filter(case=matter.id, unit__code="lj-fire", discharged_at=None, withdrawn_at=None)
    in_time = day_of(owed.latest("due_at").due_at)
    note_absence(cast.accounts["handler"], day_of(now), in_time, now)
    note_absence(cast.accounts["colleague"], day_of(now), None, now)
    assert let_stand_in(now) == 0, "the handler is back in time"
    Absence.objects.filter(account=cast.accounts["handler"]).update(until=None)
    assert (let_stand_in(now), let_stand_in(now)) == (1, 0)
    (asked,) = (duty for duty in worklist(cast.actor("head", now), now).items if duty.kind == "name_substitute")
    assert asked.occasion == "承办单位现在没有可以办理的人"
    assert "承办单位没有可以办理的人" in asked.derivation and "回避" not in asked.derivation
    replay_equals_projection(matter.id)
    back = end_absence(cast.accounts["colleague"], day_of(now), now)
    assert let_stand_in(now) == 1
    assert "name_substitute" not in owes(cast, "head"), "somebody is back before anybody else was named"
    Absence.objects.filter(id=back.id).update(until=None)
    assert let_stand_in(now) == 1
    matter.at = now
    matter.does("head", "hand_on", unit="lj-training", reason="原承办单位无人在岗。")
    assert owes(cast, "stranger") and "name_substitute" not in owes(cast, "head")
    replay_equals_projection(matter.id)
    assert not [finding for finding in verify([matter.id]) if finding.kind == "wrong"]
