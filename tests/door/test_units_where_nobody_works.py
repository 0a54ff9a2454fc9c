"""Work goes only to units in which somebody holds the role that owes it: anywhere else nobody would ever see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from huiyin import door
from huiyin.casework.forms import form
from huiyin.casework.labels import field_error
from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Duty
from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.people.appointments import end_holding
from huiyin.people.models import Account, Holding
from huiyin.procedure.storage import codec
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import load, shipped
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import BUREAU_ROAD, Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.django_db


def refused(outcome: object) -> Mapping[str, str]:
    """What is said of each field."""
    assert isinstance(outcome, door.Refused), outcome
    return {one.field: field_error(outcome.rules, one).message for one in outcome.refusal.problems}


def offered(matter: Matter, action: str, name: str, book: str = "national-2022") -> set[str]:
    """The codes of the units that the form of ``action`` offers."""
    rules, cast = load(book), matter.cast
    rule = rules.book.procedures["matter"].actions[action]
    views = form(rules, rule, codec.loads(matter.case.state), cast.lj.id, matter.at)
    (view,) = (view for view in views if view.name == name)
    codes = {str(unit.id): code for code, unit in cast.units.items()}
    return {codes[option.value] for option in view.options}


def leave(cast: Cast, *names: str) -> None:
    """They leave their posts the day before the story begins."""
    for name in names:
        end_holding(Holding.objects.get(account=cast.accounts[name]), (NOW - timedelta(days=1)).date())


HANDLING = {"lj-fire", "lj-fire-east", "lj-logistics", "lj-training"}


def test_a_matter_is_assigned_only_to_a_unit_that_has_a_handler() -> None:
    matter = walk(begin(make_cast()), "accept")
    assert offered(matter, "assign", "unit") == HANDLING
    said = refused(matter.tries("intake", "assign", unit="lj-lead"))
    assert said == {"unit": "此单位现在无人担任“承办人”，将无人负责；请另选单位，或请管理员先任命人员"}
    matter.does("intake", "assign", unit="lj-fire")


def test_a_unit_whose_last_handler_has_left_or_may_not_sign_in_is_none_that_has_one() -> None:
    cast = make_cast()
    leave(cast, "co_handler")
    Account.objects.filter(id=cast.accounts["stranger"].id).update(is_active=False)
    matter = walk(begin(cast), "accept")
    assert offered(matter, "assign", "unit") == {"lj-fire", "lj-fire-east"}
    for unit in ("lj-logistics", "lj-training"):
        assert refused(matter.tries("intake", "assign", unit=unit)).keys() == {"unit"}


@pytest.mark.clause("art-31.6")
def test_a_unit_joins_only_where_somebody_does_its_share() -> None:
    matter = walk(begin(make_cast()), "assign")
    assert offered(matter, "join_unit", "units") == HANDLING
    said = refused(matter.tries("intake", "join_unit", units=["lj-logistics", "lj-lead"]))
    assert "“会办人”" in said["units"]
    assert not Duty.objects.filter(case=matter.id, kind="co_report").exists()


def test_no_unit_is_proposed_or_signed_for_that_could_not_handle_it() -> None:
    matter = walk(begin(make_cast("xx-bureau")), "classify", BUREAU_ROAD)
    assert offered(matter, "fill_form", "proposed_unit", "xx-bureau") == HANDLING
    assert refused(matter.tries("inspection", "fill_form", proposed_unit="lj-lead")).keys() == {"proposed_unit"}
    matter.does("inspection", "fill_form")
    assert refused(matter.tries("secretary", "sign_ordinary", signed_unit="lj-lead")).keys() == {"signed_unit"}


def ordered(cast: Cast, unit: str) -> door.Accepted | door.Rejected | door.Refused:
    trigger = next(iter(load("national-2022").book.fields["trigger"].of))
    said = {"supervised_unit": unit, "trigger": trigger, "demand": "限期整改", "reply_by": "2026-03-09"}
    return door.open_case(cast.lj, "supervision", "order", cast.actor("archivist"), NOW, said)


@pytest.mark.clause("art-40")
def test_an_order_of_supervision_goes_to_a_unit_that_can_answer_it() -> None:
    cast = make_cast()
    assert refused(ordered(cast, "lj-office")).keys() == {"supervised_unit"}
    outcome = ordered(cast, "lj-fire")
    assert isinstance(outcome, door.Accepted), outcome
    assert [duty.role for duty in outcome.state.duties] == ["handler"]


@pytest.mark.clause("art-40")
@pytest.mark.parametrize(
    ("rulebook", "unit", "who", "role"),
    [
        ("national-2022", "lj-lead", "head", "unit_head"),
        ("xx-bureau", "lj-fire", "liaison", "liaison"),
        ("xx-bureau", "lj-lead", "head", "unit_head"),
    ],
)
def test_where_nobody_handles_matters_the_liaison_or_the_head_answers_an_order(
    rulebook: str, unit: str, who: str, role: str
) -> None:
    cast = make_cast(rulebook)
    for name in ("handler", "colleague"):
        leave(cast, name)
    outcome = ordered(cast, unit)
    assert isinstance(outcome, door.Accepted), outcome
    case = Matter(cast, outcome, NOW + DAY)
    (duty,) = worklist(cast.actor(who), NOW, unit=cast.units[unit].id).items
    assert (duty.kind, duty.role) == ("answer", role)
    case.does(who, "answer_order", adopted="all", response="已经整改。")
    case.does("archivist", "urge", demand="再报。", reply_by="2026-03-20")
    let_stand_in(case.at)
    assert {duty.role for duty in Duty.objects.filter(case=case.id, discharged_at=None)} == {role}
    replay_equals_projection(case.id)


@pytest.mark.parametrize("name", shipped())
def test_every_unit_that_a_shipped_book_lets_join_must_have_somebody_for_it(name: str) -> None:
    book = load(name).book
    for procedure in book.procedures.values():
        for action in procedure.actions.values():
            for relation, source in action.units.items():
                rule = book.fields[source.removeprefix("$")]
                assert type_of(rule).names == "unit" and rule.holds, (name, source)
                others = {role for duty in procedure.duties.values() for role in duty.else_of}
                assert {book.roles[role].of for role in rule.holds if role not in others} == {relation}
