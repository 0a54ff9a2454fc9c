"""The one door: what passes it is whole, what does not leaves nothing behind."""

from __future__ import annotations

import pytest

from tests.cast import Cast, make_cast
from tests.matters import begin, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_matter_goes_from_the_letter_through_both_remedies_to_its_end(cast: Cast) -> None:
    matter = walk(begin(cast))
    assert matter.case.stage == "ended"
    assert matter.case.ended_at is not None
    assert not matter.case.duties.filter(discharged_at=None, withdrawn_at=None).exists()
