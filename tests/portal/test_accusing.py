"""Accusing somebody at the portal: in one's own words, or by choosing a unit, without any script."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, CaseAccused, Submission
from huiyin.casework.visible import visible_to
from huiyin.people.models import Unit
from tests.cast import DAY, Cast
from tests.door.test_in_hand import unseen
from tests.door.test_texts_that_accuse import sees
from tests.matters import begin, walk
from tests.portal.conftest import FORM, PETITION, hidden, html, open_matter


def test_a_unit_is_found_by_a_part_of_its_name_and_what_was_typed_stays(anyone: Client, cast: Cast) -> None:
    page = html(anyone.post(FORM, {**PETITION, "find": "信访", "_find": "1"}))
    assert str(cast.units["lj-office"].id) in page
    assert str(cast.units["jn-office"].id) in page  # those above are found as well
    assert str(cast.units["lj-fire"].id) not in page
    assert str(cast.units["nh-office"].id) not in page  # of an organisation that has nothing to do with this one
    assert PETITION["text"] in page
    assert not Case.objects.exists()


def test_without_a_search_the_units_of_the_organisation_are_offered(anyone: Client, cast: Cast) -> None:
    page = html(anyone.get(FORM))
    assert str(cast.units["lj-fire"].id) in page
    assert str(cast.units["jn-office"].id) not in page
    assert "没有全部列出" not in page
    more = [Unit(organisation=cast.lj, code=f"z{n:02}", name=f"第{n}站") for n in range(40)]
    Unit.objects.bulk_create(more)
    page = html(anyone.get(FORM))
    assert str(more[-1].id) not in page and "没有全部列出" in page
    page = html(anyone.post(FORM, {**PETITION, "find": "第39站", "_find": "1"}))
    assert str(more[-1].id) in page and "没有全部列出" not in page


def test_a_unit_that_was_chosen_stays_chosen_when_another_is_looked_for(anyone: Client, cast: Cast) -> None:
    fire = str(cast.units["lj-fire"].id)
    page = html(anyone.post(FORM, {**PETITION, "accused_units": [fire], "find": "信访", "_find": "1"}))
    assert re.search(rf'value="{fire}"\s+checked', page)


def test_a_unit_that_was_chosen_is_accused_for_certain_with_those_below_it(anyone: Client, cast: Cast) -> None:
    anyone.post(FORM, {**PETITION, "accused_units": [str(cast.units["lj-fire"].id)]})
    case = Case.objects.get()
    accused = set(CaseAccused.objects.filter(case=case).values_list("unit__code", flat=True))
    assert (case.sealed, case.unresolved, accused) == (True, False, {"lj-fire", "lj-fire-east"})
    assert not visible_to(cast.actor("handler", timezone.now())).exists()
    assert visible_to(cast.actor("intake", timezone.now())).exists()


def test_ids_that_are_no_units_of_ours_are_not_read(anyone: Client, cast: Cast) -> None:
    anyone.post(FORM, {**PETITION, "accused_units": [str(cast.units["nh-office"].id), "x", str(cast.lj.id)]})
    assert not CaseAccused.objects.exists()


def test_the_petitioner_is_told_nothing_else_when_it_is_not_certain_whom_they_mean(anyone: Client, cast: Cast) -> None:
    answer = anyone.post(FORM, {**PETITION, "accused": "防火处那个处长"})
    assert answer.status_code == 302
    case = Case.objects.get()
    assert case.unresolved
    assert Submission.objects.get().receipt in html(anyone.get(answer.headers["Location"]))
    assert not visible_to(cast.actor("handler", timezone.now())).exists()
    assert not visible_to(cast.actor("intake", timezone.now())).exists()
    assert list(visible_to(cast.actor("discipline", timezone.now()))) == [case]


def test_what_is_said_to_be_about_those_who_deal_with_it_is_kept_from_them_and_goes_on_with_others(
    anyone: Client, cast: Cast
) -> None:
    anyone.post(FORM, {**PETITION, "kept_from_handlers": "yes"})
    case = Case.objects.get()
    assert case.unresolved and visible_to(cast.actor("discipline", timezone.now())).filter(id=case.id).exists()
    assert not visible_to(cast.actor("intake", timezone.now())).filter(id=case.id).exists()
    made = walk(begin(cast, timezone.now() - DAY), "assign")
    open_matter(anyone, made)
    path = "/track/matter/supplement/"
    form = anyone.get(path)
    assert 'name="kept_from_handlers"' in html(form)
    said = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "more": "上次的事不像他们说的那样。"}
    assert anyone.post(path, {**said, "kept_from_handlers": "yes"}).status_code == 302
    left = {name for name in ("handler", "colleague", "intake") if sees(cast, name, made)}
    assert (left, sees(cast, "discipline", made), unseen(made)) == (set(), True, [])
