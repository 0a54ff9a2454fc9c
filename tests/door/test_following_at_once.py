"""A case that is opened about another follows whom that one accuses, whatever happens while it is being opened."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin import door
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.models import Case
from huiyin.door import opening
from huiyin.door.correcting import Correction, correct_registration
from tests.cast import Cast, make_cast
from tests.matters import begin, replay_equals_projection, walk

ORDER = {"supervised_unit": "lj-training", "trigger": "evasion", "demand": "请在期限内答复。", "reply_by": "2026-03-10"}


@pytest.mark.django_db(transaction=True)
def test_whom_a_matter_accuses_by_the_time_an_order_about_it_is_written_is_kept_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast: Cast = make_cast()
    matter = walk(begin(cast), "assign")
    read, accused = opening.entry.read_fields, []

    def while_somebody_corrects(*given: Any, **named: Any) -> Any:
        found = read(*given, **named)
        if not accused:
            accused.append("stranger")
            correction = Correction("补充", accused=("同事 stranger",))
            correct_registration(matter.id, correction, cast.actor("registrar"), matter.at)
        return found

    monkeypatch.setattr(opening.entry, "read_fields", while_somebody_corrects)
    said = ORDER | {"matter_no": matter.case.number, "supervised_unit": "lj-logistics"}
    outcome = door.open_case(cast.lj, "supervision", "order", cast.actor("archivist"), matter.at, said)
    assert accused and isinstance(outcome, door.Accepted), outcome
    order = Case.objects.get(id=outcome.case.id)
    assert order.sealed
    assert order.accused.filter(account=cast.accounts["stranger"]).exists()
    assert not cases(cast.actor("stranger"), CaseFilter(), matter.at).items
    replay_equals_projection(order.id)
