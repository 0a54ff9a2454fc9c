"""Who wants to be known to the custodian alone is: on pages, in searches, documents and REST, until the custodian lets somebody know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.repeats import possible_repeats
from huiyin.casework.models import Case, IdentityRequest, Notice
from huiyin.casework.sealed.confidential import custodian_roles
from huiyin.door.beside.identity import lapse
from huiyin.people import petitioners
from huiyin.people.appointments import appoint
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import AccessRecord, Holding, Organisation, Petitioner, Post
from huiyin.people.signing_in.tokens import issue_token
from huiyin.people.staff.proposals import WAITS
from tests.cast import FIRST_DAY, Cast
from tests.desk.conftest import Desk, html, page_of, shows_end_of_number
from tests.desk.test_registration_page import typed
from tests.documents.making import text_of_docx
from tests.matters import Matter, begin, walk

NAME, PHONE = "陈晓光", "13800001111"
REASON = "要约信访人到现场看路灯，须打电话。"


@pytest.fixture
def no(desk: Desk) -> str:
    """A petition that was registered confidentially."""
    desk("registrar").post("/desk/register/", typed(confidential="yes", **{"p0-address": "滨江路 3 号"}))
    return Case.objects.get().number


def seen_by(client: Client, no: str) -> str:
    page = client.get(f"/desk/cases/{no}/")
    assert page.status_code == 200
    return html(page) + html(client.post(f"/desk/cases/{no}/petitioners/"))


def asked(client: Client, no: str) -> IdentityRequest:
    assert client.post(f"/desk/cases/{no}/identity/", {"reason": REASON}).status_code == 302
    return IdentityRequest.objects.latest("asked_at")


def decide(client: Client, no: str, request: IdentityRequest, decision: str) -> int:
    answer = client.post(f"/desk/cases/{no}/identity/", {"request": request.id, "decision": decision})
    return int(answer.status_code)


@pytest.mark.parametrize("who", ["registrar", "intake", "head", "archivist"])
def test_whoever_handles_the_case_does_not_learn_who_brought_it(desk: Desk, no: str, who: str) -> None:
    page = seen_by(desk(who), no)
    assert not [words for words in (NAME, "陈", PHONE, "滨江路 3 号") if words in page.replace("滨江路路灯", "")]
    assert not shows_end_of_number(page, "1111")
    assert "信访人要求保密" in page
    assert not AccessRecord.objects.filter(account__username=who).exists()


def test_the_custodian_knows_and_each_look_is_on_record(desk: Desk, no: str) -> None:
    client = desk("discipline")
    assert PHONE in html(client.post(f"/desk/cases/{no}/petitioners/"))
    assert AccessRecord.objects.filter(account__username="discipline", purpose="case_page").count() == 1


def test_no_search_finds_the_case_by_whom_it_is_from(desk: Desk, no: str) -> None:
    link = f"/desk/cases/{no}/"
    for q in (NAME, PHONE):
        assert link not in html(desk("registrar").post("/desk/cases/", {"q": q}, follow=True))
        assert link in html(desk("discipline").post("/desk/cases/", {"q": q}, follow=True))
    assert link in html(desk("registrar").post("/desk/cases/", {"q": no}, follow=True))


def test_a_later_contact_with_the_same_number_does_not_betray_it(cast: Cast, desk: Desk, no: str) -> None:
    repeats = html(desk("registrar").post("/desk/register/repeats/", typed()))
    assert no not in repeats
    at = timezone.now()
    (known,) = possible_repeats(cast.actor("discipline", at), [PetitionerFields(kind="person", phone=PHONE)], at)
    assert known.view.case.number == no  # whom the custodian, who registers nothing, would find


def test_rest_gives_hidden_petitioners_to_others_and_the_choice_is_a_declared_value(cast: Cast, no: str) -> None:
    for who in ("registrar", "discipline"):
        issue_token(Holding.objects.get(account=cast.accounts[who]), f"hy_{who}", timezone.now())

    def ask(who: str) -> dict[str, str]:
        client = Client(headers={"Authorization": f"Bearer hy_{who}"})
        answer = client.post(f"/api/v1/cases/{no}/petitioners", {}, content_type="application/json")
        (person,) = answer.json()["items"]
        return {name: person[name] for name in ("identity", "name", "phone")}

    assert ask("registrar") == {"identity": "hidden", "name": "", "phone": ""}
    assert ask("discipline") == {"identity": "confidential", "name": NAME, "phone": PHONE}


@pytest.mark.parametrize(("sent", "kept"), [("confidential", True), ("known", False)])
def test_a_petition_by_rest_may_be_confidential(cast: Cast, sent: str, kept: bool) -> None:
    petition = {"organisation": "lj", "text": "路灯不亮。", "petitioners": [{"name": NAME}], "identity": sent}
    assert Client().post("/api/v1/submissions", petition, content_type="application/json").status_code == 201
    assert Petitioner.objects.get().confidential is kept
    wrong = petition | {"identity": "secret"}
    assert Client().post("/api/v1/submissions", wrong, content_type="application/json").status_code == 422


def test_a_reasoned_request_that_the_custodian_grants_opens_this_case_for_a_week(
    cast: Cast, desk: Desk, no: str
) -> None:
    registrar, custodian = desk("registrar"), desk("discipline")
    request = asked(registrar, no)
    assert NAME not in seen_by(registrar, no)
    assert REASON in html(custodian.get(f"/desk/cases/{no}/identity/"))
    assert decide(custodian, no, request, "grant") == 302
    assert PHONE in seen_by(registrar, no)
    assert AccessRecord.objects.filter(account=cast.accounts["registrar"], purpose="case_page").count() == 1
    assert PHONE not in seen_by(desk("intake"), no)
    IdentityRequest.objects.update(granted_until=timezone.now() - timedelta(seconds=1))
    assert PHONE not in seen_by(registrar, no)


def test_what_was_granted_for_one_case_opens_no_other(desk: Desk, no: str) -> None:
    registrar = desk("registrar")
    registrar.post("/desk/register/", typed(confidential="yes", title="另一件", text="另一件事。"))
    other = Case.objects.exclude(number=no).get().number
    decide(desk("discipline"), no, asked(registrar, no), "grant")
    assert PHONE not in seen_by(registrar, other)


def test_a_refused_request_opens_nothing_and_is_decided_once(desk: Desk, no: str) -> None:
    registrar, custodian = desk("registrar"), desk("discipline")
    request = asked(registrar, no)
    assert decide(custodian, no, request, "refuse") == 302
    assert PHONE not in seen_by(registrar, no)
    assert decide(custodian, no, request, "grant") == 422
    assert PHONE not in seen_by(registrar, no)


def test_nobody_but_the_custodian_decides_and_nobody_for_themselves(cast: Cast, desk: Desk, no: str) -> None:
    request = asked(desk("registrar"), no)
    for who in ("registrar", "intake", "head"):
        decide(desk(who), no, request, "grant")
    request.refresh_from_db()
    assert request.decided_at is None
    # Whoever becomes the custodian after asking still does not decide about their own request.
    appoint(cast.accounts["registrar"], cast.posts["discipline"], FIRST_DAY)
    client = desk("registrar")
    client.post("/desk/post/", {"post": str(cast.posts["discipline"].id)})
    assert decide(client, no, request, "grant") == 422


@pytest.mark.parametrize("reason", ["", " ", "长" * 501])
def test_a_request_says_why(desk: Desk, no: str, reason: str) -> None:
    assert desk("intake").post(f"/desk/cases/{no}/identity/", {"reason": reason}).status_code == 422
    assert not IdentityRequest.objects.exists()


def test_the_reason_is_sealed_and_a_second_request_waits_for_the_first(desk: Desk, no: str) -> None:
    client = desk("registrar")
    request = asked(client, no)
    assert REASON.encode() not in bytes(request.reason)
    assert client.post(f"/desk/cases/{no}/identity/", {"reason": REASON}).status_code == 422


def test_strangers_and_cases_that_are_not_confidential_have_no_such_page(desk: Desk, no: str, matter: Matter) -> None:
    assert desk("stranger").get(f"/desk/cases/{no}/identity/").status_code == 404
    assert desk("registrar").get(f"{page_of(matter)}identity/").status_code == 404


def test_a_paper_does_not_name_who_is_confidential_to_others(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "accept")
    Petitioner.objects.update(confidential=True)
    name = petitioners.recognisable(list(Petitioner.objects.select_related("key")))[matter.case.petitioner_id].name[0]
    notice = Notice.objects.filter(case=matter.id, addressee="petitioner").first()
    assert notice is not None
    address = f"/desk/notices/{notice.id}/"
    for client, knows in ((desk("intake"), False), (desk("discipline"), True)):
        document = html(client.post(address)).split("paper-organ")[1].split("paper-sign")[0]
        assert (name in document) is knows
        form = text_of_docx(client.post(f"{page_of(matter)}registration.docx").content)
        assert (name in form, "要求保密" in form) == (knows, not knows)


def test_a_post_of_custodian_takes_the_place_of_the_stand_in(cast: Cast, desk: Desk, no: str) -> None:
    post = Post.objects.create(
        organisation=cast.lj, unit=cast.units["lj-office"], title="身份保管人", roles=["custodian"]
    )
    appoint(cast.accounts["archivist"], post, FIRST_DAY)
    assert custodian_roles(cast.lj.id, timezone.now()) == {"custodian"}
    assert PHONE not in seen_by(desk("discipline"), no)


def test_the_custodian_finds_what_waits_for_a_decision_among_the_duties(desk: Desk, no: str) -> None:
    request = asked(desk("registrar"), no)
    link = f"/desk/cases/{no}/identity/"
    assert link in html(desk("discipline").get("/desk/"))
    assert link not in html(desk("intake").get("/desk/"))
    decide(desk("discipline"), no, request, "refuse")
    assert link not in html(desk("discipline").get("/desk/"))


def test_who_stands_in_for_the_custodian_is_what_the_rulebook_says(cast: Cast) -> None:
    at = timezone.now()
    assert custodian_roles(cast.lj.id, at) == {"discipline"}
    Organisation.objects.filter(id=cast.lj.id).update(rulebook="national-2005")
    assert custodian_roles(cast.lj.id, at) == {"unit_head"}


def test_a_request_that_nobody_decides_lapses_is_told_and_may_be_made_anew(desk: Desk, no: str) -> None:
    late = asked(desk("head"), no)
    assert no in html(desk("discipline").get("/desk/"))
    IdentityRequest.objects.filter(id=late.id).update(asked_at=timezone.now() - WAITS)
    assert decide(desk("discipline"), no, late, "grant") == 422
    assert "有人申请查看保密的信访人" not in html(desk("discipline").get("/desk/"))
    assert (lapse(timezone.now()), lapse(timezone.now())) == (1, 0)
    assert "没有人决定，已经失效" in html(desk("head").get(f"/desk/cases/{no}/identity/"))
    assert decide(desk("discipline"), no, asked(desk("head"), no), "grant") == 302
