"""The office's own failures are seen early."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.casework.lists import unfinished
from huiyin.casework.lists.duties import duties_owed, worklist
from huiyin.casework.lists.unfinished import Counts, counts_of_each, end_of_today, end_of_week
from huiyin.casework.models import Duty
from huiyin.casework.owed import due_between, late, open_duties
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


def test_duties_are_counted_the_same_whether_all_of_them_are_read_or_only_those_due_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make_cast()
    at = timezone.localtime(NOW + 21 * DAY).replace(hour=9)
    for days in (-9, -1, 0.1, 0.2, 1, 2, 3, 30):
        Duty.objects.filter(case=begin(cast).case).update(due_at=at + days * DAY, turn_at=at + days * DAY)
    owed = duties_owed(cast.actor("head"), mine=False)
    within = (late(at), due_between(at, end_of_today(at)), due_between(at, end_of_week(at)))
    all_of_them = [open_duties().count(), *(open_duties().filter(among).count() for among in within)]
    assert 0 < all_of_them[1] < all_of_them[2] + all_of_them[1] < all_of_them[3] + all_of_them[1] < all_of_them[0]
    for most in range(1, all_of_them[0] + 2):
        monkeypatch.setattr(unfinished, "MAX_COUNTED", most)
        assert counts_of_each([owed, []], at) == [
            Counts(*(min(number, most + 1) for number in all_of_them)),
            Counts(0, 0, 0, 0),
        ]
