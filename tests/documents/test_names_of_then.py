"""A document keeps the names of its time: an organ or a unit that is called otherwise later does not change what was issued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.casework.history import documents, read_history, steps
from huiyin.casework.models import Case
from huiyin.documents.compose import content_of
from huiyin.documents.content import DocumentContent
from huiyin.people.models import rename
from huiyin.people.staff.units import change_unit
from tests.cast import NOW, make_cast
from tests.matters import begin

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def issued(case: Case) -> list[DocumentContent]:
    """All that was issued on a case, as it reads now."""
    past = read_history(Case.objects.get(id=case.id), None)
    return [content_of(one, past, "有关机关、单位") for one in documents(past)]


def who_acted(case: Case) -> list[str]:
    """The units of those who took the steps of a case, as its history has them now."""
    return [step.unit for step in steps(read_history(Case.objects.get(id=case.id), None)) if step.unit]


def test_what_was_issued_reads_the_same_when_an_organ_or_a_unit_is_renamed() -> None:
    cast = make_cast()
    matter = begin(cast)
    matter.does("intake", "accept")
    matter.does("intake", "assign")
    before, acted = issued(matter.case), who_acted(matter.case)
    later, unit, organ = matter.at + timedelta(days=2), cast.units["lj-fire"], cast.lj
    change_unit(unit, later, name="消防监督处", kind=unit.kind, parent=unit.parent)
    change_unit(cast.units["lj-office"], later, name="群众工作处", kind="", parent=cast.units["lj-office"].parent)
    rename(organ, "临江市消防总队", later)
    organ.save()
    assert issued(matter.case) == before and who_acted(matter.case) == acted
    assert any("防火处" in str(content) for content in before), "nothing that was issued names a unit"
    matter.at = later + timedelta(hours=1)
    matter.does("handler", "investigate")
    matter.does("handler", "request_extension")
    assert "消防监督处" in who_acted(matter.case)
    organ.refresh_from_db()
    assert organ.name_at(NOW) != organ.name == organ.name_at(later)
