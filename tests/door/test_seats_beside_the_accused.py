"""An accused office stops no step that needs it: its substitute owes it at once; a matter taken as an accusation of nobody yet asks of whom."""

from __future__ import annotations

import pytest

from huiyin.casework.labels import explain
from huiyin.casework.models import Duty
from huiyin.casework.visible import visible_to
from huiyin.door import Refused
from huiyin.people.models import Post
from tests.cast import Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-30.3")]


def bureau() -> Cast:
    """A bureau whose inspection office is a unit of its own."""
    cast = make_cast("xx-bureau")
    post = cast.posts["inspection"]
    post.unit = cast.units["lj-training"]
    post.save()
    return cast


def sees(matter: Matter, name: str) -> bool:
    return visible_to(matter.actor(name)).filter(id=matter.id).exists()


def owing(matter: Matter) -> set[tuple[str, str, str]]:
    open_ones = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).select_related("unit")
    return {(duty.kind, duty.role, duty.unit.code) for duty in open_ones if duty.unit}


def test_what_an_accused_office_would_owe_its_substitute_owes_at_once() -> None:
    matter = begin(bureau(), accused=("临江训练处",))
    matter.does("intake", "accept")
    matter.does("intake", "classify")
    assert ("fill_form", "secretary", "lj-lead") in owing(matter)
    assert not visible_to(matter.actor("inspection")).filter(id=matter.id).exists()
    matter.does("secretary", "fill_form")
    replay_equals_projection(matter.id)


def test_where_nobody_is_left_to_owe_a_step_the_refusal_names_no_office() -> None:
    matter = begin(bureau(), accused=("临江训练处",))
    for name in ("secretary", "head"):
        post = matter.cast.posts[name]
        post.roles = ["leader"]
        post.save()
    matter.does("intake", "accept")
    outcome = matter.tries("intake", "classify")
    assert isinstance(outcome, Refused), outcome
    why = explain(outcome.rules, "matter", outcome.refusal, outcome.state)
    assert "没有单位可以负责" in str(why)
    assert "经办人" not in str(why)


def test_nobody_is_kept_from_withdrawing_since_all_who_would_name_another_are_accused() -> None:
    cast = make_cast()
    matter = begin(cast, accused=(cast.units["lj-lead"].name,))
    for post in Post.objects.exclude(unit=cast.units["lj-lead"]):
        post.roles = [role for role in post.roles if role not in ("unit_head", "supervisor")]
        post.save()
    outcome = matter.tries("intake", "recuse", person="intake")
    assert not isinstance(outcome, Refused), outcome
    assert [kind for kind, _role, _unit in owing(matter) if kind == "name_substitute"] == ["name_substitute"]
    replay_equals_projection(matter.id)


def test_an_accusation_of_nobody_yet_is_kept_from_all_but_who_finds_out_of_whom() -> None:
    cast = make_cast()
    matter = begin(cast, text="你们那里有人办事要好处，我说的是谁大家都清楚。")
    matter.does("intake", "accept_accusation")
    assert matter.case.unresolved
    assert not any(sees(matter, name) for name in ("registrar", "intake", "handler", "head"))
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused")
    assert sees(matter, "intake")
    matter.does("discipline", "answer_accusation")
    assert matter.case.stage == "answered"


def test_once_it_was_found_that_nobody_is_accused_taking_it_as_an_accusation_asks_nothing_anew() -> None:
    matter = begin(make_cast(), accused=("某公司",))
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused")
    matter.does("intake", "accept_accusation")
    assert not matter.case.unresolved


@pytest.mark.parametrize("written", ["lj-fire", "临江防火处"])
def test_an_organ_above_that_deals_with_a_matter_names_the_units_whose_matter_it_is(written: str) -> None:
    matter = begin(make_cast(), accused=("临江信访办",))
    matter.does("superior_registrar", "accept")
    matter.does("superior_registrar", "assign", unit=written)
    assert ("handle", "handler", "lj-fire") in owing(matter)
