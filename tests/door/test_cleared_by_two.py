"""Nobody alone lets somebody go free whom a case accuses, or may: naming others in their stead does that as well."""

from __future__ import annotations

import pytest

from huiyin.procedure.storage import codec
from tests.cast import join, make_cast
from tests.matters import begin, replay_equals_projection

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-30.3")]


@pytest.mark.parametrize("line", ["临江防火处", "防火处"], ids=["for certain", "perhaps"])
def test_a_decoy_in_place_of_whom_the_petitioner_means_takes_two(line: str) -> None:
    cast = make_cast()
    join(cast, {"custodian": ("lj-lead", ("custodian",))})
    matter = begin(cast, accused=(line,))
    assert "ALONE" in str(matter.tries("custodian", "identify_accused", accused_units=["lj-office"]))
    assert cast.units["lj-fire"].id in codec.loads(matter.case.state).accused_units
    matter.does("custodian", "identify_accused", accused_units=["lj-office", "lj-fire"])
    matter.does("custodian", "propose_clearing")
    matter.does("superior_registrar", "identify_accused", accused_units=["lj-office"])
    assert cast.units["lj-fire"].id not in codec.loads(matter.case.state).accused_units
    replay_equals_projection(matter.id)
