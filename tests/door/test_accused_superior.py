"""A higher organ that is found to be accused before it has served what it decided: another one decides, by letter."""

from __future__ import annotations

import pytest

from huiyin.casework.models import Duty
from huiyin.casework.visible import visible_to
from tests.cast import Cast, make_cast
from tests.matters import begin, replay_equals_projection, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("last", ["apply_review", "decide_review"])
def test_a_superior_accused_before_serving_its_review_serves_nothing_and_it_goes_out_by_letter(
    cast: Cast, last: str
) -> None:
    matter = walk(begin(cast), last)
    accused = Duty.objects.get(case=matter.id, kind__in=["review", "serve_review"], discharged_at=None).unit
    assert accused is not None and accused.organisation.code == "jn"
    matter.does("petitioner", "supplement", also_accused=accused.name)
    matter.does("head", "identify_accused", accused_units=[str(accused.id)])
    assert matter.case.stage == "review"
    owed = {
        (duty.kind, duty.unit.code)
        for duty in Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).select_related("unit")
        if duty.unit
    }
    assert {("review", "lj-office"), ("hand_over_review", "lj-office")} <= owed
    assert not visible_to(matter.actor("reviewer")).filter(id=matter.id).exists()
    assert "FIELDS" in str(matter.tries("registrar", "hand_over_review"))  # which it offers
    replay_equals_projection(matter.id)
