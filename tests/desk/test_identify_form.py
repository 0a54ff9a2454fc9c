"""The form that says who is accused: the words beside the choices, whoever may be meant first, the others found by name."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from huiyin.people.models import Unit
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html
from tests.desk.test_accused import accusing, post_of, sees
from tests.matters import Matter

WORDS = "器材装备科的人收了钱"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a custodian, a unit of one name here and above, and more units than anybody reads through."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    Unit.objects.create(organisation=cast.lj, code="zz-own", name="器材装备科")
    Unit.objects.create(organisation=cast.organisations["jn"], code="zz-above", name="器材装备科")
    for n in range(60):
        Unit.objects.create(organisation=cast.organisations["jn"], code=f"aa-{n}", name=f"第{n}号仓库")
    return cast


def offered(page: HttpResponse) -> dict[str, bool]:
    """The units that the form offers, in order, and whether they are ticked."""
    part = html(page).split('id="f-accused_units"')[1].split("</fieldset>")[0]
    found = re.findall(r'name="accused_units"\s+value="([^"]+)"\s*(checked)?', part)
    codes = {str(unit.id): unit.code for unit in Unit.objects.all()}
    return {codes[id]: bool(ticked) for id, ticked in found}


def send(client: object, matter: Matter, **data: object) -> HttpResponse:
    form = client.get(form_of(matter, "identify_accused"))  # type: ignore[attr-defined]
    sent = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **data}
    answer: HttpResponse = client.post(form_of(matter, "identify_accused"), sent)  # type: ignore[attr-defined]
    return answer


def test_the_words_stand_beside_the_choices_and_who_may_be_meant_stands_first(cast: Cast, desk: Desk) -> None:
    page = desk("custodian").get(form_of(accusing(cast, WORDS), "identify_accused"))
    assert WORDS in html(page)
    assert set(list(offered(page))[:2]) == {"zz-own", "zz-above"}
    assert "器材装备科　jn" in html(page)


def test_a_unit_of_another_organisation_is_not_ticked_where_the_own_one_fits(cast: Cast, desk: Desk) -> None:
    page = desk("custodian").get(form_of(accusing(cast, WORDS), "identify_accused"))
    assert {code for code, ticked in offered(page).items() if ticked} == {"zz-own"}


def test_where_only_one_elsewhere_fits_it_is_ticked(cast: Cast, desk: Desk) -> None:
    Unit.objects.filter(code="zz-own").delete()
    page = desk("custodian").get(form_of(accusing(cast, WORDS), "identify_accused"))
    assert [code for code, ticked in offered(page).items() if ticked] == ["zz-above"]


def test_what_was_decided_stays_ticked(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, WORDS)
    both = [str(unit.id) for unit in Unit.objects.filter(name="器材装备科")]
    assert send(desk("custodian"), matter, accused_units=both, identified_why="两级都是。").status_code == 302
    page = desk("custodian").get(form_of(matter, "identify_accused"))
    assert {code for code, ticked in offered(page).items() if ticked} == {"zz-own", "zz-above"}


def test_units_are_looked_for_by_name_and_nothing_is_decided_by_that(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, WORDS)
    client = desk("custodian")
    assert "aa-57" not in offered(client.get(form_of(matter, "identify_accused")))
    above = str(Unit.objects.get(code="zz-above").id)
    page = send(
        client,
        matter,
        accused_units=[above],
        **{"_find": "1", "_find-accused_units": "５７号"},
        identified_why="看过。",
    )
    assert page.status_code == 200
    assert offered(page) == {"zz-own": False, "zz-above": True, "aa-57": False}
    assert "看过。" in html(page)
    assert matter.case.unresolved and not sees(desk("registrar"), matter)
