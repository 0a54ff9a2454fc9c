"""A unit that is no more: its posts, its people and what it owes are its successor's; whoever a case accuses stays kept out of it."""

from __future__ import annotations

import pytest

from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Case, CaseAccused, Duty
from huiyin.casework.visible import visible_to
from huiyin.door.consequences.handing_over import hand_over_left_duties
from huiyin.door.consequences.succession import end_unit, let_succeed, move_unit
from huiyin.people.acting import actor_for
from huiyin.people.appointments import appoint
from huiyin.people.models import Holding, Post, Unit
from huiyin.people.staff.accounts import rename
from huiyin.people.staff.units import CodeTaken, NoSuccessor, TreeBroken, abolish, add_unit, change_unit
from huiyin.worker import chores
from tests.cast import FIRST_DAY, NOW, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def end(cast: Cast, unit: str, successor: str) -> int:
    """The unit ends, and what it owes follows; on how many cases."""
    abolish(cast.units[unit], cast.units[successor], NOW)
    return let_succeed(NOW)


def owed_by(matter: Matter) -> set[tuple[str, str]]:
    rows = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None, unit__isnull=False)
    return set(rows.values_list("kind", "unit__code"))


def test_open_duties_and_who_answers_for_them_follow_to_the_successor(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    assert any(unit == "lj-fire" for _kind, unit in owed_by(matter))
    assert end(cast, "lj-fire", "lj-logistics") == 1
    assert not any(unit == "lj-fire" for _kind, unit in owed_by(matter))
    replay_equals_projection(matter.id)
    assert matter.case in visible_to(cast.actor("handler"))
    assert matter.case in visible_to(cast.actor("co_handler"))
    assert {row.case.id for row in worklist(cast.actor("handler"), NOW).items} == {matter.id}
    for who, action in (("co_handler", "investigate"), ("handler", "propose_opinion"), ("head", "approve_opinion")):
        matter.does(who, action)
    assert matter.case.stage == "approved"


def test_what_it_did_that_has_ended_is_seen_by_the_successor(cast: Cast) -> None:
    matter = walk(begin(cast))
    assert matter.case.ended_at is not None
    assert matter.case not in visible_to(cast.actor("co_handler"))
    assert end(cast, "lj-fire", "lj-logistics") == 1
    assert matter.case in visible_to(cast.actor("co_handler"))
    replay_equals_projection(matter.id)


def test_succession_is_done_once_and_by_the_worker_where_it_was_broken_off(cast: Cast) -> None:
    matters = [walk(begin(cast), "assign") for _number in range(3)]
    abolish(cast.units["lj-fire"], cast.units["lj-logistics"], NOW)
    assert let_succeed(NOW, most=2) == 2
    chore = next(one for one in chores() if one.name == "successors")
    assert chore.task(NOW) == 1
    assert chore.task(NOW) == 0
    assert all(not any(unit == "lj-fire" for _kind, unit in owed_by(matter)) for matter in matters)


def test_duties_stay_with_who_moved_along(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    matter.does("head", "name_handler", handler=str(cast.accounts["handler"].id))
    end(cast, "lj-fire", "lj-logistics")
    assert hand_over_left_duties(NOW) == 0
    owed = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None, assignee=cast.accounts["handler"])
    assert owed.exists()


def test_the_accused_units_successor_is_kept_out(cast: Cast) -> None:
    matter = begin(cast, accused_units=frozenset({cast.units["lj-training"].id}))
    assert matter.case not in visible_to(cast.actor("stranger"))
    walk(matter, "assign")
    assert "lj-fire" in {unit for _kind, unit in owed_by(matter)}
    end(cast, "lj-training", "lj-fire")
    case = Case.objects.get(id=matter.id)
    assert case.sealed
    assert case not in visible_to(cast.actor("stranger"))
    assert case not in visible_to(cast.actor("handler"))
    assert "lj-fire" not in {unit for _kind, unit in owed_by(matter)}
    assert Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).exists()
    replay_equals_projection(matter.id)


def test_an_accused_successor_does_not_get_the_case(cast: Cast) -> None:
    matter = begin(cast, accused_units=frozenset({cast.units["lj-training"].id}))
    walk(matter, "assign")
    end(cast, "lj-fire", "lj-training")
    assert {"lj-fire", "lj-training"}.isdisjoint(unit for _kind, unit in owed_by(matter))
    assert Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).exists()
    for who in ("handler", "stranger"):
        assert matter.case not in visible_to(cast.actor(who))
    replay_equals_projection(matter.id)


def test_who_accuses_a_unit_that_is_no_more_is_kept_from_its_successor(cast: Cast) -> None:
    end(cast, "lj-training", "lj-logistics")
    matter = begin(cast, accused=("临江训练处",))
    assert matter.case not in visible_to(cast.actor("stranger"))
    assert matter.case not in visible_to(cast.actor("co_handler"))
    assert CaseAccused.objects.filter(case=matter.id, unit=cast.units["lj-logistics"].id).exists()


def test_units_below_and_posts_go_to_the_successor(cast: Cast) -> None:
    abolish(cast.units["lj-fire"], cast.units["lj-logistics"], NOW)
    east = Unit.objects.get(code="lj-fire-east")
    assert east.parent == cast.units["lj-logistics"]
    now = {held.account.username for held in Holding.objects.filter(until=None, post__unit__code="lj-logistics")}
    assert {"handler", "colleague", "co_handler"} <= now
    assert not Holding.objects.filter(until=None, post__unit__code="lj-fire").exists()


def test_a_unit_is_succeeded_by_one_below_it_which_takes_its_place(cast: Cast) -> None:
    abolish(cast.units["lj-fire"], cast.units["lj-fire-east"], NOW)
    east = Unit.objects.get(code="lj-fire-east")
    assert east.parent is None
    assert let_succeed(NOW) == 0


def test_what_cannot_succeed_is_refused(cast: Cast) -> None:
    fire, other = cast.units["lj-fire"], cast.units["nh-lead"]
    for wrong in (fire, other):
        with pytest.raises(NoSuccessor):
            abolish(fire, wrong, NOW)
    abolish(fire, cast.units["lj-logistics"], NOW)
    with pytest.raises(NoSuccessor, match="ended on"):
        abolish(fire, cast.units["lj-training"], NOW)
    with pytest.raises(NoSuccessor, match="ended on"):
        abolish(cast.units["lj-training"], fire, NOW)


def test_a_tree_has_no_circle_and_no_code_twice(cast: Cast) -> None:
    fire, east = cast.units["lj-fire"], cast.units["lj-fire-east"]
    with pytest.raises(TreeBroken, match="lies below it"):
        change_unit(fire, NOW, name=fire.name, kind="", parent=east)
    with pytest.raises(TreeBroken):
        change_unit(east, NOW, name=east.name, kind="", parent=cast.units["nh-lead"])
    abolish(fire, cast.units["lj-logistics"], NOW)
    with pytest.raises(CodeTaken):
        add_unit(Unit(organisation=cast.lj, code="lj-fire", name="另一个防火处"), NOW)


def test_ending_the_accused_unit_keeps_its_people_out_at_once_however_many_cases_there_are(cast: Cast) -> None:
    training = frozenset({cast.units["lj-training"].id})
    matters = [begin(cast, accused_units=training) for _number in range(3)]
    post = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-training"], title="登记", roles=["registrar"])
    appoint(cast.accounts["stranger"], post, FIRST_DAY)
    end_unit(cast.units["lj-training"], cast.units["lj-logistics"], NOW)
    seat = Post.objects.get(unit__code="lj-logistics", title="登记")
    moved = actor_for(cast.accounts["stranger"], at=NOW, post_id=seat.id)
    assert moved is not None
    assert not visible_to(moved).filter(id__in=[matter.id for matter in matters]).exists()


def test_a_unit_that_is_put_below_the_accused_one_is_kept_out_and_loses_what_it_owed(cast: Cast) -> None:
    matter = begin(cast, accused_units=frozenset({cast.units["lj-fire"].id}))
    matter.does("intake", "accept")
    matter.does("intake", "assign", unit="lj-training")
    training = cast.units["lj-training"]
    move_unit(training, NOW, name=training.name, kind="", parent=cast.units["lj-fire"])
    assert "lj-training" not in {unit for _kind, unit in owed_by(matter)}
    assert matter.case not in visible_to(cast.actor("stranger"))
    assert Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).exists()
    replay_equals_projection(matter.id)


def test_who_is_accused_by_a_former_name_is_kept_out_as_by_the_present_one(cast: Cast) -> None:
    office, person = cast.units["lj-training"], cast.accounts["head"]
    move_unit(office, NOW, name="群众工作部", kind="", parent=None)
    rename(person, "王立", NOW)
    for words, who in (("临江训练处", "stranger"), ("群众工作部", "stranger"), ("同事 head", "head"), ("王立", "head")):
        matter = begin(cast, accused=(words,))
        assert matter.case not in visible_to(cast.actor(who)), words
