"""How a petitioner can be reached: they see what is kept of it, and put it right themselves."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.models import AccessRecord
from tests.cast import Cast
from tests.matters import Matter, replay_equals_projection
from tests.portal.conftest import FORM, PETITION, anyone, cast, html, matter, open_matter  # noqa: F401

CONTACT = "/track/matter/contact/"


def kept(matter: Matter) -> petitioners.PetitionerFields:  # noqa: F811
    petitioner = matter.case.petitioner
    return petitioners.read_petitioner(
        petitioner, system_actor(matter.case.organisation_id), "test", timezone.now(), matter.id
    )


def test_receipt_and_matter_say_what_is_kept_covered(cast: Cast, anyone: Client) -> None:  # noqa: F811
    sent = {**PETITION, "confidential": "yes"}
    receipt = html(anyone.post(FORM, sent, follow=True))
    for page in (receipt, html(anyone.get("/track/matter/"))):
        assert "138****1234" in page
        assert "13800001234" not in page
        assert "您要求保密" in page


def test_a_wrong_number_is_put_right_by_whoever_has_the_code(anyone: Client, matter: Matter, cast: Cast) -> None:  # noqa: F811
    open_matter(anyone, matter)
    before = kept(matter)
    assert CONTACT in html(anyone.get("/track/matter/"))
    page = anyone.post(CONTACT, {"phone": "139 0000 5678", "address": "", "email": ""}, follow=True)
    assert "联系方式已更正" in html(page)
    assert "139****5678" in html(page)
    after = kept(matter)
    assert (after.phone, after.address, after.name) == ("13900005678", before.address, before.name)
    replay_equals_projection(matter.id)
    assert list(verify([matter.id])) == []
    staff = Client()
    staff.force_login(cast.accounts["intake"])
    page = html(staff.get(f"/desk/cases/{matter.case.number}/"))
    assert "信访人自行更正" in page
    assert "13900005678" not in page


@pytest.mark.parametrize(("field", "typed"), [("phone", "12"), ("email", "not-an-address")])
def test_what_is_wrong_comes_back_at_its_field(anyone: Client, matter: Matter, field: str, typed: str) -> None:  # noqa: F811
    open_matter(anyone, matter)
    page = anyone.post(CONTACT, {field: typed})
    assert page.status_code == 422
    assert f'href="#f-{field}"' in html(page)
    assert f'value="{typed}"' in html(page)


def test_nothing_is_changed_by_an_empty_form_or_without_the_code(anyone: Client, matter: Matter) -> None:  # noqa: F811
    assert anyone.post(CONTACT, {"phone": "13900005678"})["Location"] == "/track/"
    open_matter(anyone, matter)
    assert anyone.post(CONTACT, {"phone": ""}).status_code == 422
    assert anyone.post(CONTACT, {"name": "别人", "phone": ""}).status_code == 422
    assert not AccessRecord.objects.filter(purpose="correction").exclude(petitioner=matter.case.petitioner).exists()


def test_whoever_stayed_unnamed_is_told_that_nothing_is_kept(cast: Cast, anyone: Client) -> None:  # noqa: F811
    page = html(anyone.post(FORM, {**PETITION, "p0-kind": "anonymous"}, follow=True))
    assert "没有保存姓名和联系方式" in page
    assert anyone.get(CONTACT).status_code == 404
