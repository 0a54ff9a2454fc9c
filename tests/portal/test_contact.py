"""How a petitioner can be reached: they see what is kept of it, and put it right themselves."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.models import Submission
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.models import AccessRecord
from tests.cast import Cast
from tests.matters import Matter, replay_equals_projection
from tests.portal.conftest import FORM, PETITION, anyone, cast, hidden, html, matter, open_matter  # noqa: F401

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


TOGETHER = {
    **PETITION,
    "headcount": "1",
    "p1-kind": "person",
    "p1-name": "沈一帆",
    "p1-phone": "13900005678",
    "signers": "1. 赵六 13611113333\n方小满",
    "accused": "柳荫巷的某某",
}


def test_whoever_handed_in_for_many_sees_all_of_them_covered_and_whom_it_is_about(cast: Cast, anyone: Client) -> None:  # noqa: F811
    receipt = html(anyone.post(FORM, TOGETHER, follow=True))
    for page in (receipt, html(anyone.get("/track/matter/"))):
        for shown in ("方**", "沈**", "139****5678", "<dd>赵*</dd>", "<dd>3</dd>", "柳荫巷的某某"):
            assert shown in page
        assert "沈一帆" not in page and "赵六" not in page
    assert Submission.objects.get().headcount == 3  # the representative who is listed again is one person


def test_the_contact_of_each_representative_can_be_put_right_and_of_nobody_else(cast: Cast, anyone: Client) -> None:  # noqa: F811
    page = html(anyone.post(FORM, TOGETHER, follow=True))
    assert CONTACT + "2/" in page
    answer = anyone.post(CONTACT + "2/", {"phone": "13700009999"}, follow=True)
    assert "137****9999" in html(answer) and "138****1234" in html(answer)
    case = Submission.objects.get().case
    replay_equals_projection(case.id)
    assert list(verify([case.id])) == []
    for number in (0, 3):
        assert anyone.get(f"{CONTACT}{number}/").status_code == 404


def test_one_of_many_who_signed_puts_their_own_contact_right(cast: Cast, anyone: Client) -> None:  # noqa: F811
    anyone.post(FORM, {**PETITION, "signers": "\n".join(f"{name}一" for name in "赵钱孙李周吴")}, follow=True)
    assert "联系方式已更正" in html(anyone.post(CONTACT, {"phone": "13700009999"}, follow=True))


def test_what_was_typed_after_the_query_had_closed_is_there_when_it_is_opened_again(
    anyone: Client,  # noqa: F811
    matter: Matter,  # noqa: F811
) -> None:
    open_matter(anyone, matter)
    sent = {"_draft": hidden(anyone.get(CONTACT), "_draft"), "phone": "13900005678"}
    anyone.post("/track/close/")
    answer = anyone.post(CONTACT, sent, headers={"Sec-Fetch-Mode": "navigate"}, follow=True)
    assert "您填写的内容都还在" in html(answer)
    pair = {"receipt": matter.registered.receipt, "code": matter.registered.code}
    page = anyone.post("/track/", pair, follow=True)
    assert page.redirect_chain == [(CONTACT, 302)]
    again = {"_draft": re.search(r'name="_draft" value="([^"]+)"', html(page))[1], "_resume": "1"}  # type: ignore[index]
    assert 'value="13900005678"' in html(anyone.post(CONTACT, again))
