"""The office's own failures are seen early."""

from __future__ import annotations

import pytest

from huiyin.casework.lists.duties import worklist
from tests.cast import DAY, NOW, make_cast
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db


@pytest.mark.clause("s0-0d")
def test_whoever_oversees_the_office_sees_overdue_duties_of_all_units_the_latest_first() -> None:
    cast = make_cast()
    waiting, handled = begin(cast), begin(cast)
    walk(handled, "assign")
    head = cast.actor("head")
    at_twenty_days = worklist(head, NOW + 20 * DAY, mine=False, overdue=True).items
    assert [(row.case.id, row.kind) for row in at_twenty_days] == [(waiting.id, "decide_acceptance")]
    at_ninety_days = worklist(head, NOW + 90 * DAY, mine=False, overdue=True).items
    assert [row.kind for row in at_ninety_days] == ["decide_acceptance", "handle"]
    assert all(row.overdue and row.cites for row in at_ninety_days)
