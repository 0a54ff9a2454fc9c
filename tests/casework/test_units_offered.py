"""Which units a form offers that says who has a case from then on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.casework.forms import form
from huiyin.procedure.command import Seat
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import load
from tests.cast import NOW, make_cast
from tests.matters import begin

ONWARD = (("company", "incident", "approve_plan"), ("science-bureau", "matter", "decide_who_handles"))


@pytest.mark.django_db
@pytest.mark.parametrize(("book", "procedure", "name"), [*ONWARD, ("company", "matter", "hand_on")])
def test_who_takes_a_case_on_may_leave_it_with_its_unit_and_who_hands_it_on_may_not(
    book: str, procedure: str, name: str
) -> None:
    cast, rules = make_cast(book), load(book)
    state = codec.loads(begin(cast).case.state)
    seat = Seat(organisation=cast.lj.id, unit=cast.units["lj-fire"].id)
    state = replace(state, procedure=procedure, units={"handling": (seat,)})
    action = rules.book.procedures[procedure].actions[name]
    fields = form(rules, action, state, cast.lj.id, NOW, actor=cast.actor("head"))
    (offered,) = ([option.value for option in field.options] for field in fields if field.name == "unit")
    assert str(cast.units["lj-logistics"].id) in offered
    assert (str(seat.unit) in offered) == ((book, procedure, name) in ONWARD)
