"""A repeat joins the first case in one transaction: both change, or neither."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.ledger.models import Row
from tests.cast import Cast, make_cast
from tests.matters import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody, under the bureau's rules."""
    return make_cast("xx-bureau")


@pytest.mark.clause("s0-3.1.2")
def test_a_repeat_that_joins_the_first_case_is_written_to_both(cast: Cast) -> None:
    first, repeat = begin(cast), begin(cast)
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    assert (repeat.case.stage, first.case.stage) == ("merged", "registered")
    last = Row.objects.filter(case_id=first.id).order_by("-seq").first()
    assert last is not None
    assert last.type == "ActionTaken"


@pytest.mark.clause("s0-3.1.2")
def test_when_the_first_case_cannot_take_a_repeat_neither_changes(cast: Cast) -> None:
    first, repeat = begin(cast), begin(cast)
    first.does("intake", "decline", competent_organ="市城管局", reason="路灯由城管部门管理。")
    before = (first.case.seq, repeat.case.seq)
    outcome = repeat.tries("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    assert isinstance(outcome, door.Refused)
    assert (first.case.seq, repeat.case.seq) == before


def test_a_case_cannot_join_itself(cast: Cast) -> None:
    matter = begin(cast)
    outcome = matter.tries("registrar", "link_repeat", first_case=matter.case.number, reason="同一事由和诉求")
    assert isinstance(outcome, door.Refused)
    assert matter.case.stage == "registered"
