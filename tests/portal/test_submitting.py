"""Handing in a petition on the public pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.casework import receipts, tracking
from huiyin.casework.models import Case, Submission
from huiyin.casework.sealed import texts
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Account, BlindIndex, Holding, Organisation, Post, Unit
from tests.cast import Cast, make_cast
from tests.portal.conftest import FORM, PETITION, hidden, html


def test_who_hands_in_gets_receipt_and_code_that_open_the_matter(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION, follow=True)
    submission = Submission.objects.get()
    assert page.redirect_chain == [("/submitted/", 302)]
    assert submission.receipt in html(page)
    code = receipts.code_of(submission.receipt)
    assert code in html(page)
    assert tracking.open_receipt(submission.receipt, code) is not None


def test_what_was_written_is_what_is_kept(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION)
    submission = Submission.objects.get()
    assert submission.channel == "web"
    assert texts.read_texts([submission.text])[submission.text] == PETITION["text"]


def test_no_receipt_and_no_code_ever_stands_in_an_address(cast: Cast, anyone: Client) -> None:
    response = anyone.post(FORM, PETITION)
    submission = Submission.objects.get()
    for part in (submission.receipt, receipts.code_of(submission.receipt)):
        assert part not in response["Location"]


def test_sending_the_form_twice_registers_once_and_gives_the_same_receipt(cast: Cast, anyone: Client) -> None:
    first = html(anyone.post(FORM, PETITION, follow=True))
    second = html(anyone.post(FORM, PETITION, follow=True))
    assert Case.objects.count() == 1
    assert Submission.objects.get().receipt in first
    assert Submission.objects.get().receipt in second


def test_going_back_and_sending_the_same_again_gives_the_same_receipt_and_says_so(cast: Cast, anyone: Client) -> None:
    """The form that a browser fetches anew has another key, and the words that it remembers."""
    anyone.post(FORM, PETITION)
    page = html(anyone.post(FORM, PETITION | {"_key": "another-key-of-this-form"}, follow=True))
    assert "没有重复登记" in page
    assert Submission.objects.get().receipt in page
    anyone.post(FORM, PETITION | {"_key": "a-third-key-of-the-form", "text": "另一件事，与前面的无关。"})
    assert Submission.objects.count() == 2


def test_the_same_words_with_a_new_file_or_from_another_browser_are_taken(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION)
    photo = SimpleUploadedFile("照片.txt", "三号楼".encode(), "text/plain")
    anyone.post(FORM, PETITION | {"_key": "another-key-of-this-form", "files": photo})
    assert Submission.objects.count() == 2
    other = SimpleUploadedFile("照片.txt", "四号楼".encode(), "text/plain")
    anyone.post(FORM, PETITION | {"_key": "yet-another-key-of-it", "files": other})
    assert Submission.objects.count() == 3
    Client().post(FORM, PETITION | {"_key": "the-key-of-somebody-else"})
    assert Submission.objects.count() == 4


def test_sending_another_text_under_the_same_key_is_refused(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION)
    page = anyone.post(FORM, PETITION | {"text": "另一件事。"})
    assert page.status_code == 422
    assert "已经提交过一次" in html(page)
    assert Case.objects.count() == 1


def test_a_form_that_is_wrong_comes_back_with_everything_that_was_typed(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION | {"p0-phone": "12", "accused": "临江防火处", "p0-email": "not-an-address"})
    assert page.status_code == 422
    for typed in (*(value for name, value in PETITION.items() if name != "p0-phone"), "临江防火处", "not-an-address"):
        assert typed in html(page), typed
    assert 'href="#p0-phone"' in html(page)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"text": ""}, "f-text"),
        ({"text": "字" * 20_001}, "f-text"),
        ({"text": "看不见\u200b的字"}, "f-text"),
        ({"text": "倒过来\u202e的字"}, "f-text"),
        ({"title": "字" * 101}, "f-title"),
        ({"p0-name": ""}, "p0-name"),
        ({"p0-id_number": "110101199003070000"}, "p0-id_number"),
        ({"headcount": "0"}, "f-headcount"),
        ({"headcount": "-3"}, "f-headcount"),
        ({"headcount": "许多"}, "f-headcount"),
    ],
)
def test_each_mistake_is_named_at_its_field(cast: Cast, anyone: Client, changes: dict[str, str], anchor: str) -> None:
    page = anyone.post(FORM, PETITION | changes)
    assert page.status_code == 422
    assert f'href="#{anchor}"' in html(page)
    assert not Case.objects.exists()


def test_a_file_whose_name_lies_is_refused(cast: Cast, anyone: Client) -> None:
    lying = SimpleUploadedFile("照片.png", b"MZ" + b"\0" * 64)
    page = anyone.post(FORM, PETITION | {"files": lying})
    assert page.status_code == 422
    assert 'href="#f-files"' in html(page)


def test_the_anonymous_may_hand_in_too(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION | {"p0-kind": "anonymous", "p0-name": "", "p0-phone": "", "p0-address": ""})
    assert Case.objects.get().facts["name_clear"] == "no"


def test_naming_whom_it_accuses_seals_the_matter(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION | {"accused": "临江防火处"})
    assert Case.objects.get().sealed


def test_a_representative_more_keeps_what_was_typed_and_registers_nothing(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION | {"_more": "1"})
    assert page.status_code == 200
    assert 'name="p1-name"' in html(page)
    assert PETITION["text"] in html(page)
    assert not Case.objects.exists()


def test_a_representative_less_is_possible_without_scripts(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION | {"p1-kind": "person", "p1-name": "石榴", "_drop": "1"})
    assert 'name="p1-name"' not in html(page)
    assert "方小满" in html(page)


def test_a_visitor_cannot_pretend_that_it_came_earlier_or_another_way(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION | {"channel": "visit", "received_at": "2020-01-01T09:00"})
    submission = Submission.objects.get()
    assert submission.channel == "web"
    assert submission.registered_at - submission.received_at < timedelta(seconds=1)


def test_each_form_has_a_key_of_its_own(cast: Cast, anyone: Client) -> None:
    assert hidden(anyone.get(FORM), "_key") != hidden(anyone.get(FORM), "_key")


def test_an_organisation_that_does_not_exist_is_not_found(cast: Cast, anyone: Client) -> None:
    assert anyone.get("/submit/nowhere/").status_code == 404


def test_with_one_organisation_nobody_is_asked_to_whom(db: None, anyone: Client) -> None:
    only = Organisation.objects.create(
        code="only", name="唯一单位", rulebook="national-2022", created_at=timezone.now()
    )
    unit = Unit.objects.create(organisation=only, code="1", name="信访科", kind="department")
    post = Post.objects.create(organisation=only, unit=unit, title="登记员", roles=["registrar"])
    clerk = Account.objects.create_user("clerk", display_name="同事 clerk")
    Holding.objects.create(organisation=only, account=clerk, post=post, since=timezone.localdate())
    assert anyone.get("/submit/")["Location"] == "/submit/only/"


def test_the_receipt_page_shows_nothing_to_whoever_handed_in_nothing(cast: Cast, anyone: Client) -> None:
    assert anyone.get("/submitted/")["Location"] == "/track/"


def test_pages_with_what_was_typed_or_a_code_are_not_kept_by_the_browser(cast: Cast, anyone: Client) -> None:
    assert "no-store" in anyone.post(FORM, PETITION, follow=True)["Cache-Control"]
    assert "no-store" in anyone.post(FORM, PETITION | {"text": ""})["Cache-Control"]


def test_who_stays_unnamed_leaves_nothing_of_what_was_typed_about_them(cast: Cast, anyone: Client) -> None:
    typed = {"p0-email": "fang@example.cn", "p0-id_number": "11010519491231002X"}
    anyone.post(FORM, PETITION | typed | {"p0-kind": "anonymous"})
    case = Case.objects.get()
    assert petitioners.recognisable([case.petitioner])[case.petitioner_id] == PetitionerFields(kind="anonymous")
    assert not BlindIndex.objects.filter(petitioner=case.petitioner).exists()
    for value in ("方小满", "13800001234", "fang@example.cn", "11010519491231002X"):
        assert petitioners.find_among([case.organisation_id], value) == set()
    # The same without anything typed is the same petition: not even a digest depends on it.
    again = anyone.post(
        FORM, PETITION | {f"p0-{name}": "" for name in ("name", "phone", "address")} | {"p0-kind": "anonymous"}
    )
    assert again["Location"] == "/submitted/"
    assert Case.objects.count() == 1


def test_a_form_that_comes_back_shows_nothing_of_who_stays_unnamed(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION | {"p0-kind": "anonymous", "text": ""})
    assert page.status_code == 422
    assert "方小满" not in html(page)


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
def test_choosing_to_stay_unnamed_hides_and_empties_the_fields_about_oneself(live_server: Any, phone: Any) -> None:
    make_cast()
    phone.goto(f"{live_server.url}{FORM}")
    name = phone.locator("#p0-name")
    assert name.is_visible()
    phone.locator("#p0-kind").select_option("anonymous")
    assert not name.is_visible()
    assert name.is_disabled()
    phone.locator("#p0-kind").select_option("person")
    assert name.is_visible()
    assert name.is_enabled()


def test_who_asks_to_be_known_to_the_custodian_alone_is_and_still_gets_their_papers(cast: Cast, anyone: Client) -> None:
    page = anyone.post(FORM, PETITION | {"confidential": "yes", "text": ""})
    assert re.search(r'name="confidential"\s+value="yes"\s+checked', html(page))
    page = anyone.post(FORM, PETITION | {"confidential": "yes"}, follow=True)
    submission = Submission.objects.get()
    assert submission.petitioner.confidential
    opened = tracking.open_receipt(submission.receipt, receipts.code_of(submission.receipt))
    assert opened is not None
    assert petitioners.recognisable([submission.petitioner])[submission.petitioner_id].phone.startswith("138")


def test_nobody_is_confidential_unless_they_ask_and_the_unnamed_need_not(cast: Cast, anyone: Client) -> None:
    anyone.post(FORM, PETITION)
    anyone.post(FORM, PETITION | {"_key": "another", "p0-kind": "anonymous", "confidential": "yes"})
    assert {found.petitioner.confidential for found in Submission.objects.all()} == {False}
