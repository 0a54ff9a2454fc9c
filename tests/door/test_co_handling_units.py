"""A co-handling unit is taken out again by whoever may join one; what it owes goes with it, and what it did stays."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.casework.forms import form
from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import CaseUnit, Duty
from huiyin.casework.visible import visible_to
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import load
from tests.cast import make_cast
from tests.matters import Matter, begin, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter() -> Matter:
    """A matter that the fire department handles, with two units beside it."""
    matter = walk(begin(make_cast()), "assign")
    matter.does("intake", "join_unit", units=["lj-logistics", "lj-training"])
    matter.does("handler", "investigate")
    return matter


def owing(matter: Matter) -> set[str]:
    """The units that still owe their share."""
    rows = Duty.objects.filter(case=matter.id, kind="co_report", discharged_at=None, withdrawn_at=None)
    return set(rows.values_list("unit__code", flat=True))


@pytest.mark.clause("art-31.6")
def test_a_released_unit_owes_nothing_and_the_reply_goes_on(matter: Matter) -> None:
    matter.does("intake", "release_unit", released=["lj-training"], reason="与该处无关。")
    assert owing(matter) == {"lj-logistics"}
    stranger = matter.cast.actor("stranger")
    assert not worklist(stranger, matter.at).items and not visible_to(stranger).filter(id=matter.id).exists()
    refused = matter.tries("handler", "propose_opinion")
    assert isinstance(refused, door.Refused) and refused.refusal.needs["duties"] == ("co_report",)
    matter.does("head", "release_unit", released=["lj-logistics"], reason="配件不需要了。")
    assert not CaseUnit.objects.filter(case=matter.id, relation="co_handling").exists()
    matter.does("handler", "propose_opinion")


def test_what_a_unit_did_is_not_taken_back_and_no_other_is_offered(matter: Matter) -> None:
    matter.does("stranger", "report_to_lead")
    rules, cast = load("national-2022"), matter.cast
    rule = rules.book.procedures["matter"].actions["release_unit"]
    views = form(rules, rule, codec.loads(matter.case.state), cast.lj.id, matter.at)
    (view,) = (view for view in views if view.name == "released")
    assert [option.value for option in view.options] == [str(cast.units["lj-logistics"].id)]
    for unit in ("lj-training", "lj-fire"):
        outcome = matter.tries("intake", "release_unit", released=[unit], reason="试一试。")
        assert isinstance(outcome, door.Refused)
        assert [(one.field, one.problem) for one in outcome.refusal.problems] == [("released", "not-offered")]


def test_where_no_unit_owes_its_share_there_is_nothing_to_release(matter: Matter) -> None:
    matter.does("intake", "release_unit", released=["lj-logistics", "lj-training"], reason="另行安排。")
    again = matter.tries("intake", "release_unit", released=["lj-logistics"], reason="另行安排。")
    assert isinstance(again, door.Refused) and again.refusal.code == "duty-not-open"
    handling = matter.tries("handler", "release_unit", released=["lj-logistics"], reason="另行安排。")
    assert isinstance(handling, door.Refused) and handling.refusal.code == "wrong-role"


def test_a_released_unit_may_be_joined_again(matter: Matter) -> None:
    matter.does("intake", "release_unit", released=["lj-logistics", "lj-training"], reason="另行安排。")
    matter.does("intake", "join_unit", units=["lj-logistics"])
    assert owing(matter) == {"lj-logistics"}


def test_whoever_assigned_assigns_to_another_unit_which_inquires_anew() -> None:
    matter = walk(begin(make_cast()), "assign")
    matter.does("intake", "reassign", unit="lj-training", reason="该路段归训练处。")
    (duty,) = Duty.objects.filter(case=matter.id, kind="handle", discharged_at=None, withdrawn_at=None)
    assert duty.unit_id == matter.cast.units["lj-training"].id
    assert "handle" in {row.kind for row in worklist(matter.cast.actor("stranger"), matter.at).items}
    assert not visible_to(matter.cast.actor("handler")).filter(id=matter.id).exists()
    matter.does("stranger", "investigate")
    matter.does("intake", "reassign", unit="lj-fire", reason="训练处现在无人承办。")
    early = matter.tries("handler", "propose_opinion")
    assert isinstance(early, door.Refused) and early.refusal.code == "condition"
