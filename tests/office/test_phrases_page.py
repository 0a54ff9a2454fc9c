"""Standard phrases are offered in the forms of their organisation, until they are retired; what was offered stays on the list."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.people.models import StandardPhrase
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of
from tests.matters import begin, walk
from tests.office.test_structure_pages import press

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/organisations/lj/phrases/"
TEXT = "经调查核实，您反映的情况属实。"


def test_a_phrase_is_offered_in_its_field_alone_until_it_is_retired(
    administrator: Client, cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast), "assign")
    form = form_of(matter, "investigate")
    assert press(administrator, f"{PATH}new/", text=TEXT, field="finding").status_code == 302
    row = StandardPhrase.objects.get()
    assert desk("handler").get(form).content.decode().count(f'data-text="{TEXT}"') == 1
    press(administrator, f"{PATH}{row.id}/retire/", reason="改写")
    assert TEXT not in desk("handler").get(form).content.decode()
    assert TEXT in administrator.get(PATH).content.decode()


def test_what_is_no_phrase_and_no_field_is_refused(administrator: Client) -> None:
    assert administrator.post(f"{PATH}new/", {"text": "", "seen": "-"}).status_code == 422
    assert administrator.post(f"{PATH}new/", {"text": TEXT, "field": "nothing", "seen": "-"}).status_code == 422
    assert not StandardPhrase.objects.exists()


def test_another_organisation_offers_its_own(administrator: Client, cast: Cast, desk: Desk) -> None:
    press(administrator, "/office/organisations/nh/phrases/new/", text=TEXT)
    assert TEXT not in desk("handler").get(form_of(walk(begin(cast), "assign"), "investigate")).content.decode()
